"""The files of a model: read only as their checksums say, written with them."""

import hashlib
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

from quoteattr.errors import ModelFileError

__all__ = ["CHECKSUMS", "checked", "shipped", "unusable", "write"]

CHECKSUMS = "SHA256SUMS"
"""The SHA-256 of the other files, in the form that ``sha256sum`` writes and checks."""


def shipped(model: str) -> Path:
    """Where a model of the package stands.

    Args:
        model: Its folder's name.

    Returns:
        The folder.
    """
    return Path(str(resources.files("quoteattr"))) / "data" / model


def checked(folder: Path, names: Sequence[str]) -> dict[str, bytes]:
    """Read the files of a model.

    Args:
        folder: Where they are.
        names: Their names.

    Returns:
        Their contents, all as their checksums say.

    Raises:
        ModelFileError: If one of them is missing or not the one it was.
    """
    lines = _bytes(folder / CHECKSUMS).decode("ascii", "replace").splitlines()
    sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    files = {name: _bytes(folder / name) for name in names}
    for name, content in files.items():
        if _digest(content) != sums.get(name):
            raise unusable(folder / name, "is not the file that its checksum describes")
    return files


def unusable(path: Path, why: str) -> ModelFileError:
    """The error that a file of a model deserves.

    Args:
        path: The file.
        why: What is wrong with it.

    Returns:
        The error, which names the file and a remedy.
    """
    remedy = "copy the folder anew, or train the model again"
    if path.parent == shipped(path.parent.name):
        remedy = "install quoteattr anew: pip install --force-reinstall --no-deps quoteattr"
    return ModelFileError(f"the model file {str(path)!r} {why}; {remedy}")


def write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write the files of a model, with their checksums.

    Args:
        folder: Where to; it is made if need be.
        files: Their contents by their names.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    sums = "".join(f"{_digest(content)}  {name}\n" for name, content in files.items())
    (folder / CHECKSUMS).write_text(sums, encoding="ascii")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise unusable(path, "can't be read") from error


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
