"""The examples in the docstrings of the training modules."""

import doctest
import importlib
import pkgutil

import pytest

from quoteattr import training

for needed in ("torch", "faker", "onnx", "onnx_ir", "safetensors"):
    pytest.importorskip(needed)

MODULES = [found.name for found in pkgutil.iter_modules(training.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    """They give what they say."""
    module = importlib.import_module(f"quoteattr.training.{name}")
    assert doctest.testmod(module).failed == 0


def test_there_are_examples() -> None:
    """Some modules have them."""
    finder = doctest.DocTestFinder()
    modules = (importlib.import_module(f"quoteattr.training.{name}") for name in MODULES)
    assert sum(len(each.examples) for module in modules for each in finder.find(module)) > 0
