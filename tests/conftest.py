"""What holds for all tests, and what tests of several modules need."""

import multiprocessing
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("quoteattr", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("quoteattr")


@pytest.fixture(params=["fork", "spawn"], name="method")
def _method(request: pytest.FixtureRequest) -> Iterator[str]:
    """How other processes are started."""
    if request.param not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this platform doesn't {request.param}")
    usual = multiprocessing.get_start_method()
    multiprocessing.set_start_method(request.param, force=True)
    yield request.param
    multiprocessing.set_start_method(usual, force=True)
