"""The API holds to its own description, whatever it is sent."""

import subprocess
import sysconfig
from pathlib import Path

import pytest

_PROGRAM = Path(sysconfig.get_path("scripts")) / "schemathesis"


@pytest.mark.skipif(not _PROGRAM.exists(), reason="Schemathesis comes with the extra test")
def test_schemathesis(own_server: str, tmp_path: Path) -> None:
    """Schemathesis finds no fault: no 5xx, nothing undescribed, nothing malformed let through."""
    finished = subprocess.run(  # noqa: S603
        (
            *(str(_PROGRAM), "run", f"{own_server}/openapi.json", "--checks", "all"),
            # What makes a query or a key malformed is more than a schema can say.
            *("--exclude-checks", "positive_data_acceptance", "--continue-on-failure"),
            *("--phases", "examples,coverage,fuzzing", "--max-examples", "30", "--seed", "1"),
        ),
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=300,
    )
    printed = finished.stdout.decode("utf-8")
    assert finished.returncode == 0, printed
    assert "6 selected / 6 total" in printed
