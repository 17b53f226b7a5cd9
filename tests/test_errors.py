"""The exception tree."""

import builtins

import pytest

import quoteattr
from quoteattr import errors

LEAVES = {
    "InputTypeError": TypeError,
    "ConfigError": ValueError,
    "FileReadError": OSError,
    "FileWriteError": OSError,
    "FileDecodeError": ValueError,
    "FormatError": ValueError,
    "ModelFileError": RuntimeError,
    "ModelNotFoundError": ImportError,
    "MissingExtraError": ImportError,
    "ComponentError": ValueError,
    "TextError": RuntimeError,
    "TextTimeoutError": TimeoutError,
    "ServerBusyError": TimeoutError,
    "StoreError": OSError,
    "StoreVersionError": ValueError,
    "NotInStoreError": LookupError,
    "QueryError": ValueError,
}


@pytest.mark.parametrize("name", LEAVES)
def test_leaf_is_a_builtin_too(name: str) -> None:
    """Code that knows nothing of quoteattr can catch each exception."""
    leaf = getattr(errors, name)
    assert issubclass(leaf, errors.QuoteattrError)
    assert issubclass(leaf, LEAVES[name])
    assert str(leaf("what came")) == "what came"


def test_all_exceptions_are_exported() -> None:
    """`__all__` lists every exception of the module, in order."""
    defined = [name for name, value in vars(errors).items() if isinstance(value, type)]
    assert sorted(defined) == errors.__all__
    assert sorted(LEAVES) == [name for name in errors.__all__ if name != "QuoteattrError"]


def test_the_root_is_no_builtin() -> None:
    """Catching the root catches nothing of Python's own."""
    assert errors.QuoteattrError.__bases__ == (Exception,)
    assert not set(errors.__all__) & set(vars(builtins))


@pytest.mark.parametrize("name", LEAVES)
def test_the_tree_is_drawn(name: str) -> None:
    """The module's head shows each leaf with its built-in parent."""
    assert errors.__doc__ is not None
    [line] = [line for line in errors.__doc__.splitlines() if f"─ {name} " in line]
    assert f"({LEAVES[name].__name__})" in line


def test_the_package_has_them_all() -> None:
    """Each exception can be imported from the package itself."""
    assert set(errors.__all__) <= set(quoteattr.__all__)
    assert all(getattr(quoteattr, name) is getattr(errors, name) for name in errors.__all__)
