"""The data contract: what spans, quotes and documents are, and their JSON."""

import contextlib
import json
from typing import Any

import jsonschema
import pytest
from attrs import evolve
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from hypothesis import strategies as st

from quoteattr import quotes as quotes_module
from quoteattr.errors import FormatError
from quoteattr.quotes import (
    SCHEMA_VERSION,
    AttributionType,
    Document,
    Evidence,
    Kind,
    Medium,
    Quote,
    Span,
    Speaker,
    SpeakerType,
    TextWarning,
    WarningCode,
    json_schema,
)
from strategies import documents, quotes, spans, texts

TEXT = "“A,” Ann said, “B.” He left."
QUOTE = Quote(
    (Span.of(TEXT, 0, 4), Span.of(TEXT, 15, 19)),
    cue=(Span.of(TEXT, 9, 13),),
    source=(Span.of(TEXT, 5, 8),),
    speaker=Speaker("Ann Lee", SpeakerType.PERSON, aliases=("Ann",), confidence=0.5),
    kind=Kind.DIRECT,
    confidence=0.75,
    attribution=AttributionType.EXPLICIT,
    evidence=(Evidence(Span.of(TEXT, 5, 8), "source"),),
)
DOCUMENT = Document(
    "a.txt",
    TEXT,
    (QUOTE,),
    warnings=(TextWarning(WarningCode.UNCLOSED_MARK, "never closes", Span.of(TEXT, 15, 16)),),
    model={"quoteattr": "0.1.0"},
)
RECORD: dict[str, Any] = {
    "schema": 1,
    "id": "a.txt",
    "model": {"quoteattr": "0.1.0"},
    "warnings": [{"code": "unclosed_mark", "message": "never closes", "span": [15, 16]}],
    "quotes": [
        {
            "content": [[0, 4], [15, 19]],
            "cue": [[9, 13]],
            "source": [[5, 8]],
            "speaker": {
                "name": "Ann Lee",
                "type": "person",
                "named": True,
                "aliases": ["Ann"],
                "confidence": 0.5,
                "members": [],
            },
            "kind": "direct",
            "medium": "speech",
            "confidence": 0.75,
            "attribution": "explicit",
            "evidence": [{"span": [5, 8], "why": "source"}],
            "text": "“A,” “B.”",
        }
    ],
}
SCHEMA = jsonschema.Draft202012Validator(json_schema())
texts_with_quotes = texts().flatmap(lambda text: st.lists(quotes(text), max_size=6))


def test_all_names_are_exported() -> None:
    """`__all__` lists every public class and function of the module."""
    public = {
        name
        for name, value in vars(quotes_module).items()
        if getattr(value, "__module__", "") == quotes_module.__name__ and not name.startswith("_")
    }
    assert public | {"SCHEMA_VERSION"} == set(quotes_module.__all__)


@given(st.data(), texts())
def test_a_span_is_a_slice(data: st.DataObject, text: str) -> None:
    """A span's text is what stands between its offsets."""
    span = data.draw(spans(text))
    assert text[span.start : span.end] == span.text
    assert Span(span.start, span.end, span.text) == span


@pytest.mark.parametrize(
    ("start", "end", "text", "message"),
    [
        (-1, 1, "ab", "a span from -1 to 1 can't hold 2 characters"),
        (3, 2, "", "a span from 3 to 2 can't hold 0 characters"),
        (0, 2, "abc", "a span from 0 to 2 can't hold 3 characters"),
    ],
)
def test_an_impossible_span(start: int, end: int, text: str, message: str) -> None:
    """Offsets that don't measure the text are refused, in words."""
    with pytest.raises(ValueError, match=f"^{message}$"):
        Span(start, end, text)


def test_a_span_beyond_the_text() -> None:
    """Cutting a span beyond the text's end is refused, not shortened."""
    with pytest.raises(ValueError, match="a span from 1 to 9 can't hold 2 characters"):
        Span.of("abc", 1, 9)


def test_spans_are_ordered_by_place() -> None:
    """The start comes first, then the end."""
    one, two, three = Span.of(TEXT, 0, 3), Span.of(TEXT, 0, 4), Span.of(TEXT, 2, 3)
    assert sorted([three, two, one]) == [one, two, three]


@pytest.mark.parametrize("value", [QUOTE.content[0], QUOTE.speaker, QUOTE, *DOCUMENT.warnings])
def test_values_are_frozen(value: object) -> None:
    """No attribute can be set."""
    for name in value.__class__.__annotations__:
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, None)


def test_enums_print_as_their_values() -> None:
    """A member is a str, prints as its JSON and is found by it."""
    assert [f"{kind}" for kind in Kind] == ["direct", "mixed", "indirect"]
    assert [str(medium) for medium in Medium] == ["speech", "thought"]
    assert Kind("mixed") is Kind.MIXED
    assert json.dumps(SpeakerType.GROUP) == '"group"'


def test_a_quote_over_several_spans() -> None:
    """Text, start and end are of the content as a whole."""
    assert (QUOTE.text, QUOTE.start, QUOTE.end) == ("“A,” “B.”", 0, 19)


def test_start_and_end_of_spans_out_of_order() -> None:
    """Start and end don't depend on the order of the spans."""
    turned = evolve(QUOTE, content=QUOTE.content[::-1])
    assert (turned.start, turned.end) == (0, 19)


def test_str_and_repr() -> None:
    """A quote prints as who says what, and shows its place and kind when inspected."""
    assert str(QUOTE) == "Ann Lee: “A,” “B.”"
    assert str(evolve(QUOTE, speaker=None)) == "unknown: “A,” “B.”"
    assert repr(QUOTE) == "<Quote 0:19 direct, 'Ann Lee': '“A,” “B.”'>"
    assert repr(evolve(QUOTE, speaker=None)) == "<Quote 0:19 direct, None: '“A,” “B.”'>"
    assert str(QUOTE.speaker) == "Ann Lee"


def test_a_quote_without_content() -> None:
    """There is no quote of nothing."""
    with pytest.raises(ValueError, match=r"^a quote needs at least one span of content$"):
        Quote(())


def test_defaults() -> None:
    """What isn't said is speech, indirect, certain and by nobody."""
    quote = Quote((Span(0, 1, "a"),))
    assert (quote.speaker, quote.kind, quote.medium) == (None, Kind.INDIRECT, Medium.SPEECH)
    assert (quote.cue, quote.source, quote.evidence, quote.attribution) == ((), (), (), None)
    assert quote.confidence == 1.0
    assert Speaker("A") == Speaker("A", SpeakerType.UNKNOWN, True, (), 1.0, ())  # noqa: FBT003


def test_quotes_are_values() -> None:
    """Equal quotes are one member of a set; one that differs anywhere is another."""
    same = Document.from_dict(RECORD, text=TEXT).quotes[0]
    assert same == QUOTE
    assert same is not QUOTE
    others: list[object] = [evolve(QUOTE, medium=Medium.THOUGHT), "a quote", None]
    assert QUOTE not in others
    assert len({QUOTE, same, *others}) == 4


def test_quotes_sort_by_position() -> None:
    """The start comes first, then the end, whatever else they hold."""
    first, second, third = (
        Quote((Span.of(TEXT, *place),), confidence=confidence)
        for place, confidence in (((0, 4), 0.9), ((0, 8), 0.1), ((5, 6), 0.5))
    )
    assert sorted([third, second, first]) == [first, second, third]
    assert first < second <= third
    assert third > first


def test_quotes_do_not_compare_with_others() -> None:
    """There is no order between a quote and something else."""
    with pytest.raises(TypeError, match="'<' not supported between instances of 'Quote' and 'int'"):
        QUOTE < 3  # type: ignore[operator]  # noqa: B015


@given(texts_with_quotes)
def test_the_order_of_quotes_is_total(some: list[Quote]) -> None:
    """Of any two quotes one is less, or they are equal; equal ones have equal hashes."""
    for one in some:
        for other in some:
            assert (one < other) + (other < one) + (one == other) == 1
            assert one != other or hash(one) == hash(other)
    turned = some[::-1]
    assert sorted(some) == sorted(turned)
    assert [quote.start for quote in sorted(some)] == sorted(quote.start for quote in some)


def test_json_of_a_document() -> None:
    """The contract, literally."""
    assert DOCUMENT.to_dict() == RECORD
    assert DOCUMENT.to_dict(with_text=True) == {**RECORD, "text": TEXT}
    assert json.loads(DOCUMENT.to_json()) == RECORD
    assert list(DOCUMENT.to_dict()) == ["schema", "id", "model", "warnings", "quotes"]
    assert Document.from_dict(RECORD, text=TEXT) == DOCUMENT


def test_meta_is_kept() -> None:
    """The caller's own data goes both ways, and stays away if there is none."""
    document = evolve(DOCUMENT, meta={"date": None, "tags": ["a", 1]})
    assert document.to_dict()["meta"] == {"date": None, "tags": ["a", 1]}
    assert Document.from_json(document.to_json(with_text=True)) == document
    assert "meta" not in DOCUMENT.to_dict()


def test_json_is_not_escaped() -> None:
    """Letters of any script stand as they are; a lone surrogate is escaped."""
    line = Document("Kıran “é” 人 \ud800", "").to_json()
    assert '"Kıran “é” 人 \\ud800"' in line
    assert line.encode()


def test_two_lone_surrogates_stay_two() -> None:
    """JSON would make one character of them and move all offsets: the text is split there."""
    text = "a\ud83d\ude00b"
    document = Document("a", text, (Quote((Span.of(text, 3, 4),)),))
    assert document.to_dict(with_text=True)["text"] == ["a\ud83d", "\ude00b"]
    assert Document.from_json(document.to_json(with_text=True)) == document


@given(documents())
def test_json_there_and_back(document: Document) -> None:
    """Any document comes back equal, with its text in the line or beside it, through UTF-8."""
    line = document.to_json(with_text=True)
    assert "\n" not in line
    assert Document.from_json(line.encode().decode()) == document
    assert Document.from_json(document.to_json(), text=document.text) == document
    assert Document.from_dict(document.to_dict(with_text=True)) == document


@given(documents())
def test_json_follows_the_schema(document: Document) -> None:
    """Any document's JSON is valid by the schema that the package ships."""
    SCHEMA.validate(json.loads(document.to_json()))
    SCHEMA.validate(json.loads(document.to_json(with_text=True)))


def test_the_schema_is_a_schema() -> None:
    """The schema itself is valid, of our version, and the caller's to change."""
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["properties"]["schema"] == {"const": SCHEMA_VERSION}
    schema.clear()
    assert json_schema()["title"] == "quoteattr document"


@pytest.mark.parametrize(
    ("enum", "path"),
    [
        (Kind, ("quote", "properties", "kind")),
        (Medium, ("quote", "properties", "medium")),
        (SpeakerType, ("speaker", "properties", "type")),
        (WarningCode, ("warning", "properties", "code")),
    ],
)
def test_the_schema_knows_every_term(enum: type[Kind], path: tuple[str, ...]) -> None:
    """The enums and the schema list the same values."""
    place = json_schema()["$defs"]
    for step in path:
        place = place[step]
    assert place["enum"] == [term.value for term in enum]


@pytest.mark.parametrize(
    "change",
    [
        {"schema": 2},
        {"id": None},
        {"id": 5},
        {"extra": 1},
        {"quotes": [{}]},
        {"quotes": [{**RECORD["quotes"][0], "content": []}]},
        {"quotes": [{**RECORD["quotes"][0], "cue": [[1]]}]},
        {"quotes": [{**RECORD["quotes"][0], "source": [[1, 2, 3]]}]},
        {"quotes": [{**RECORD["quotes"][0], "confidence": 1.5}]},
        {"quotes": [{**RECORD["quotes"][0], "speaker": "Ann"}]},
    ],
)
def test_the_schema_refuses(change: dict[str, Any]) -> None:
    """The schema is tight: it refuses what `to_dict` can't give."""
    SCHEMA.validate(RECORD)
    with pytest.raises(jsonschema.ValidationError):
        SCHEMA.validate({**RECORD, **change})


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ([], "expected a JSON object for a document, got list"),
        ("x", "expected a JSON object for a document, got str"),
        (
            {**RECORD, "schema": 2},
            "this document follows schema 2; this version of quoteattr reads schema 1",
        ),
        (
            RECORD,
            (
                "the record holds no text; write it with the text (extract --with-text, or "
                "with_text=True), or say where the text is (convert --texts, or text=) "
                "@ document 'a.txt'"
            ),
        ),
    ],
)
def test_a_wrong_record(record: object, message: str) -> None:
    """What came, what was expected, what to do."""
    with pytest.raises(FormatError) as caught:
        Document.from_dict(record)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"content": []},
            "a quote needs at least one span of content @ document 'a.txt'.quotes[0]",
        ),
        ({"content": [[0, 99]]}, "a span from 0 to 99 can't hold 28 characters @ document 'a.txt'"),
        ({"kind": "dirct"}, "'dirct' is not a valid Kind @ document 'a.txt'.quotes[0].kind"),
        ({"medium": "sung"}, "'sung' is not a valid Medium @ document 'a.txt'.quotes[0].medium"),
        ({"content": 5}, "expected list, got 5 @ document 'a.txt'.quotes[0].content"),
        ({"cue": {"0": 6}}, "expected list, got {'0': 6} @ document 'a.txt'.quotes[0].cue"),
        ({"speaker": "Ann"}, "expected object, got 'Ann' @ document 'a.txt'.quotes[0].speaker"),
        (
            {"evidence": [None]},
            "expected object, got None @ document 'a.txt'.quotes[0].evidence[0]",
        ),
        (
            {"evidence": [{"span": [0, 6], "why": 5}]},
            "expected str, got 5 @ document 'a.txt'.quotes[0].evidence[0].why",
        ),
    ],
)
def test_a_wrong_quote(change: dict[str, object], message: str) -> None:
    """The message has the value and its place in the document."""
    [quote] = RECORD["quotes"]
    with pytest.raises(FormatError) as caught:
        Document.from_dict({**RECORD, "quotes": [{**quote, **change}]}, text=TEXT)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "offsets", [[True, 6], [0, False], [0.0, 6.0], ["0", "6"], [0], [0, 6, 7], {"0": 6}, "06", None]
)
def test_wrong_offsets(offsets: object) -> None:
    """Two whole numbers are needed; what Python could count with is not enough."""
    [quote] = RECORD["quotes"]
    with pytest.raises(FormatError) as caught:
        Document.from_dict({**RECORD, "quotes": [{**quote, "content": [offsets]}]}, text=TEXT)
    wanted = "expected two whole numbers [start, end]"
    place = "document 'a.txt'.quotes[0].content[0]"
    assert str(caught.value) == f"{wanted}, got {offsets!r} @ {place}"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"quotes": {"a": 1}}, "expected list, got {'a': 1} @ document 'a.txt'.quotes"),
        ({"quotes": None}, "expected list, got None @ document 'a.txt'.quotes"),
        ({"quotes": [None]}, "expected object, got None @ document 'a.txt'.quotes[0]"),
        ({"warnings": "ab"}, "expected list, got 'ab' @ document 'a.txt'.warnings"),
        ({"warnings": [[]]}, "expected object, got [] @ document 'a.txt'.warnings[0]"),
        (
            {"warnings": [{"code": "unclosed_mark", "message": "", "span": 5}]},
            "expected two whole numbers [start, end], got 5 @ document 'a.txt'.warnings[0].span",
        ),
        *(
            (
                {"text": text},
                (
                    "the text must be a string, or a list of strings to be joined; "
                    f"got {text} @ document 'a.txt'"
                ),
            )
            for text in (["a", 1], {"a": 1}, 5)
        ),
    ],
)
def test_a_wrong_part(change: dict[str, object], message: str) -> None:
    """What is no list, no object or no text is not taken for one."""
    with pytest.raises(FormatError) as caught:
        Document.from_dict({**RECORD, "text": TEXT, **change})
    assert str(caught.value) == message


def test_a_long_value_is_cut() -> None:
    """A message has the beginning of a value only, which may be as long as a text."""
    with pytest.raises(
        FormatError, match=r"^expected list, got 'a{199}… @ document 'a\.txt'\.quotes$"
    ):
        Document.from_dict({**RECORD, "text": TEXT, "quotes": "a" * 1000})


def test_tuples_are_lists() -> None:
    """MessagePack, in which spaCy keeps documents, has no lists but tuples."""
    record = {**RECORD, "text": (TEXT,), "quotes": tuple(RECORD["quotes"])}
    assert Document.from_dict(record) == Document.from_dict(RECORD, text=TEXT)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": None}, "expected str, got None @ {}.name"),
        ({"aliases": "abc"}, "expected list, got 'abc' @ {}.aliases"),
        ({"aliases": [1]}, "expected str, got 1 @ {}.aliases[0]"),
        ({"members": {}}, "expected list, got {{}} @ {}.members"),
        ({"members": ["Bo"]}, "expected object, got 'Bo' @ {}.members[0]"),
        ({"named": "false"}, "expected bool, got 'false' @ {}.named"),
        ({"confidence": "0.5"}, "expected a number from 0 to 1, got '0.5' @ {}.confidence"),
        ({"confidence": 5}, "expected a number from 0 to 1, got 5 @ {}.confidence"),
        ({"confidence": True}, "expected a number from 0 to 1, got True @ {}.confidence"),
        ({"confidence": float("nan")}, "expected a number from 0 to 1, got nan @ {}.confidence"),
    ],
)
def test_a_wrong_speaker(change: dict[str, object], message: str) -> None:
    """Nothing is taken for what it is not."""
    [quote] = RECORD["quotes"]
    wrong = {**quote, "speaker": {**quote["speaker"], **change}}
    with pytest.raises(FormatError) as caught:
        Document.from_dict({**RECORD, "quotes": [wrong]}, text=TEXT)
    assert str(caught.value) == message.format("document 'a.txt'.quotes[0].speaker")


@pytest.mark.parametrize("id_", [None, 5, ["a"]])
def test_a_wrong_id(id_: object) -> None:
    """An id is a string."""
    with pytest.raises(FormatError, match=r"^expected str, got "):
        Document.from_dict({**RECORD, "id": id_}, text=TEXT)


def test_all_that_is_wrong_is_said() -> None:
    """Several mistakes are reported together."""
    [quote] = RECORD["quotes"]
    record = {**RECORD, "quotes": [{**quote, "kind": "a", "medium": "b"}]}
    with pytest.raises(FormatError, match=r"'a' is not a valid Kind .*; 'b' is not a valid Medium"):
        Document.from_dict(record, text=TEXT)


def test_a_missing_id() -> None:
    """A document needs an id."""
    with pytest.raises(FormatError, match=r"^required field missing @ document None\.id$"):
        Document.from_dict({"text": "", "quotes": []})


def test_not_json() -> None:
    """A line that is not JSON says where it stops being it."""
    with pytest.raises(
        FormatError, match=r"^not JSON: Expecting value: line 1 column 8 \(char 7\)"
    ):
        Document.from_json('{"id": nope}')


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 40) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@given(st.data())
def test_any_json_is_read_or_refused(data: st.DataObject) -> None:
    """Whatever stands in a record, the only error is a `FormatError`."""
    quote = {**RECORD["quotes"][0], data.draw(st.sampled_from(list(RECORD["quotes"][0]))): None}
    for key in data.draw(st.sets(st.sampled_from(sorted(quote)), max_size=2)):
        quote[key] = data.draw(json_values)
    record = {**RECORD, "text": TEXT, "quotes": [quote]}
    record[data.draw(st.sampled_from(sorted(record)))] = data.draw(json_values)
    with contextlib.suppress(FormatError):
        assert Document.from_dict(record).quotes is not None
