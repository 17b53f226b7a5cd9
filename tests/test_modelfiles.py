"""The files of a model: whole and unaltered, or an error that says what to do."""

import subprocess
from pathlib import Path

import pytest

from quoteattr.errors import ModelFileError
from quoteattr.modelfiles import CHECKSUMS, checked, shipped, unusable, write

FILES = {"a.json": b"{}\n", "b.bin": bytes(range(256))}
REMEDY = "copy the folder anew, or train the model again"


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """A folder with the files of a model."""
    write(tmp_path / "deep" / "model", FILES)
    return tmp_path / "deep" / "model"


def test_round_trip(folder: Path) -> None:
    """What was written is read again, as much of it as is asked for."""
    assert checked(folder, list(FILES)) == FILES
    assert checked(folder, ["b.bin"]) == {"b.bin": FILES["b.bin"]}


def test_sha256sum_can_check(folder: Path) -> None:
    """The checksums are in the form that everybody's tool reads."""
    command = ("sha256sum", "--check", "--strict", CHECKSUMS)
    subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=60)  # noqa: S603


@pytest.mark.parametrize("name", [*FILES, CHECKSUMS])
def test_missing_file(folder: Path, name: str) -> None:
    """A file that is missing is named, with what to do."""
    (folder / name).unlink()
    with pytest.raises(ModelFileError) as caught:
        checked(folder, list(FILES))
    assert str(caught.value) == f"the model file {str(folder / name)!r} can't be read; {REMEDY}"


@pytest.mark.parametrize("content", [b"", b"{ }\n", b"{}\n\n"])
def test_altered_file(folder: Path, content: bytes) -> None:
    """So is one that has changed."""
    (folder / "a.json").write_bytes(content)
    with pytest.raises(ModelFileError) as caught:
        checked(folder, list(FILES))
    what = f"the model file {str(folder / 'a.json')!r} is not the file that its checksum describes"
    assert str(caught.value) == f"{what}; {REMEDY}"


def test_unknown_file(folder: Path) -> None:
    """A file without a checksum is not trusted."""
    (folder / "c").write_bytes(b"")
    with pytest.raises(ModelFileError, match="is not the file that its checksum describes"):
        checked(folder, ["c"])


@pytest.mark.parametrize("model", ["tagger", "coref"])
def test_remedy_for_what_ships(model: str) -> None:
    """For a file of the package the remedy is to install it anew."""
    assert str(unusable(shipped(model) / "a.json", "is odd")).endswith(
        "a.json' is odd; install quoteattr anew: pip install --force-reinstall --no-deps quoteattr"
    )
