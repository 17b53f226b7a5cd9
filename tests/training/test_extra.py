"""The command of training where its extra is not installed."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("package", ["faker", "onnx", "onnx_ir", "safetensors", "torch"])
def test_extra_is_named(package: str) -> None:
    """Without one of the extra's packages there is one line, which tells what to install."""
    code = f"""
import runpy, sys
sys.modules[{package!r}] = None
runpy.run_module("quoteattr.training.tagger", run_name="__main__")
"""
    command = (sys.executable, "-c", code)
    finished = subprocess.run(command, capture_output=True, check=False, timeout=60)  # noqa: S603
    message = "quoteattr: training needs more packages: pip install 'quoteattr[train]'\n"
    assert (finished.returncode, finished.stderr.decode()) == (1, message)
