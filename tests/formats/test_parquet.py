"""Parquet: what comes back, and what is refused."""

import io
import re
import sys
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet as arrow_parquet

from quoteattr.characters import SURROGATES
from quoteattr.errors import FileReadError, FormatError, MissingExtraError
from quoteattr.formats import load, parquet, save
from quoteattr.frames import quote_type, to_arrow
from quoteattr.quotes import Document, Quote, Span, Speaker, SpeakerType
from strategies import documents_without


def written(folder: Path, some: list[Document]) -> Path:
    """A Parquet file of documents."""
    path = folder / "a.parquet"
    with path.open("wb") as stream:
        parquet.write(some, stream)
    return path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(documents_without(SURROGATES), max_size=3))
def test_written_documents_are_read_back(tmp_path: Path, some: list[Document]) -> None:
    """All of a document comes back."""
    assert list(load(written(tmp_path, some))) == some


def test_many_documents(tmp_path: Path) -> None:
    """Documents go to the file and come back a few at a time, in their order."""
    some = [Document(str(number), "No.") for number in range(200)]
    path = written(tmp_path, some)
    assert list(load(path)) == some
    assert arrow_parquet.ParquetFile(path).num_row_groups == 4


def test_what_is_written(tmp_path: Path) -> None:
    """A document is a row, its quotes a list of what `frames.quote_type` says."""
    quote = Quote((Span(0, 2, "No"),), speaker=Speaker("Ann"))
    schema = arrow_parquet.read_schema(written(tmp_path, [Document("a", "No.", (quote,))]))
    assert schema.names == ["id", "text", "quotes", "warnings", "meta", "model"]
    assert schema.field("quotes").type.value_type == quote_type()
    assert schema.field("meta").type == pa.string()


def test_a_lone_surrogate() -> None:
    """What UTF-8 can't hold is refused, for the way back would have other offsets."""
    with pytest.raises(FormatError, match=r"written as Parquet, .* character U\+D800 at 2 in its"):
        parquet.write([Document("a", "No\ud800")], io.BytesIO())


def test_a_group_in_a_group() -> None:
    """A member of a group can't be a group itself."""
    pair = Speaker("B; C", SpeakerType.GROUP, members=(Speaker("B"), Speaker("C")))
    group = Speaker("A; B; C", SpeakerType.GROUP, members=(Speaker("A"), pair))
    document = Document("a", "No.", (Quote((Span(0, 2, "No"),), speaker=group),))
    with pytest.raises(FormatError, match="have none themselves: 'B; C' has some; write JSON"):
        parquet.write([document], io.BytesIO())


def test_without_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pyarrow is missing, both ways say which extra brings it, and nothing is left."""
    path = written(tmp_path, [Document("a", "No.")])
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for attempt in (lambda: list(load(path)), lambda: save([], tmp_path / "b.parquet")):
        with pytest.raises(MissingExtraError, match=re.escape("pip install 'quoteattr[arrow]'")):
            attempt()
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_file(tmp_path: Path) -> None:
    """A file that is not there is named."""
    with pytest.raises(FileReadError, match=r"can't read '.*a\.parquet': there is no such file; c"):
        list(load(tmp_path / "a.parquet"))


def test_no_parquet(tmp_path: Path) -> None:
    """Bytes of another kind are refused."""
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1, or is it?")
    with pytest.raises(FormatError, match=r"a\.parquet: not Parquet: "):
        list(load(path))


def test_a_table_of_quotes(tmp_path: Path) -> None:
    """A table with a quote a row has no texts, so it makes no documents; the message says so."""
    path = tmp_path / "a.parquet"
    arrow_parquet.write_table(to_arrow([Document("a", "No.")]), path)
    with pytest.raises(FormatError) as caught:
        list(load(path))
    assert "there are no columns ['text', 'quotes', 'warnings', 'meta', 'model'] in ['id'," in str(
        caught.value
    )
    assert str(caught.value).endswith("; expected documents as quoteattr writes them, a row each")


def test_a_malformed_row(tmp_path: Path) -> None:
    """A row whose spans don't fit its text is named by its number."""
    quote = Quote((Span(0, 2, "No"),))
    table = arrow_parquet.read_table(
        written(tmp_path, [Document("a", "No."), Document("b", "No.", (quote,))])
    )
    shorter = table.set_column(1, "text", pa.array(["No.", "N"]))
    arrow_parquet.write_table(shorter, tmp_path / "b.parquet")
    with pytest.raises(FormatError, match=r"b\.parquet, row 2: document 'b'|row 2: .*can't hold 1"):
        list(load(tmp_path / "b.parquet"))
