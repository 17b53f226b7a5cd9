"""quoteattr in spaCy pipelines, with the default English model."""

import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given
from spacy import displacy
from spacy.cli.evaluate import evaluate as spacy_evaluate
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.training import Example

import quoteattr
from quoteattr.component import KEY, QuoteComponent, make
from quoteattr.config import Config
from quoteattr.errors import ComponentError, ConfigError, FormatError
from quoteattr.quotes import Kind, Quote, Span, Speaker, TextWarning, WarningCode
from strategies import texts

# Python 3.12 and later warn of a fork of whatever has threads, as NumPy may.
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded")

TEXT = (
    "Mayor Ann Lee opened the meeting. “We are ready,” she said. “Let us begin.” "
    "Bo Ray said that it would end. “Not yet!” somebody shouted."
)
MODEL = Config().model
SEEDS = Path(__file__).parents[1] / "seeds"
SCORES = ("content_exact", "content_soft", "cue", "attribution", "quoted", "speaker")


@pytest.fixture(scope="module", name="nlp")
def _nlp() -> Language:
    """The default model with the component."""
    nlp = spacy.load(MODEL)
    nlp.add_pipe("quoteattr")
    return nlp


@pytest.fixture(scope="module", name="doc")
def _doc(nlp: Language) -> Doc:
    """A text with quotes."""
    return nlp(TEXT)


def annotations(doc: Doc) -> tuple[Any, ...]:
    """All that the component writes to a text."""
    groups = {
        key: [(s.start, s.end, s.label_, s.kb_id_, s.id_) for s in doc.spans[key]]
        for key in ("quotes", "cues", "sources")
    }
    return doc._.quotes, doc._.quote_warnings, groups


# What is found


def test_quotes(doc: Doc) -> None:
    """The quotes are those that the package itself finds."""
    assert doc._.quotes == tuple(quoteattr.attribute(TEXT))
    assert len(doc._.quotes) == 3
    assert doc._.quote_warnings == ()


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the labelled articles are in a checkout only")
def test_quotes_of_articles(nlp: Language) -> None:
    """Nearly all are in articles, too, though spaCy reads these as a whole here, not in parts."""
    articles = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    for text, doc in zip(articles, nlp.pipe(articles), strict=True):
        own = {quote.content for quote in quoteattr.attribute(text)}
        assert len(own ^ {quote.content for quote in doc._.quotes}) <= 0.1 * len(own)


def test_spans(doc: Doc) -> None:
    """Each content, cue and source is a span: its kind or part, the speaker, the quote's number."""
    found = {
        key: [(span.text, span.label_, span.kb_id_, span.id_) for span in doc.spans[key]]
        for key in doc.spans
    }
    assert found == {
        "quotes": [
            ("“We are ready,”", "direct", "Ann Lee", "0"),
            ("“Let us begin.”", "direct", "Ann Lee", "0"),
            ("that it would end", "indirect", "Bo Ray", "1"),
            ("“Not yet!”", "direct", "", "2"),
        ],
        "cues": [
            ("said", "cue", "Ann Lee", "0"),
            ("said", "cue", "Bo Ray", "1"),
            ("shouted", "cue", "", "2"),
        ],
        "sources": [
            ("she", "source", "Ann Lee", "0"),
            ("Bo Ray", "source", "Bo Ray", "1"),
            ("somebody", "source", "", "2"),
        ],
    }


def test_spans_are_whole_tokens(nlp: Language) -> None:
    """Where a span ends within one of spaCy's tokens, this belongs to it."""
    doc = nlp.make_doc(TEXT)
    place = TEXT.index("eady")
    doc._.quotes = (Quote((Span.of(TEXT, place, place + 2),)),)
    component = nlp.get_pipe("quoteattr")
    assert isinstance(component, QuoteComponent)
    component.set_annotations([doc], [quoteattr.Document("", TEXT, doc._.quotes)])
    assert [span.text for span in doc.spans["quotes"]] == ["ready"]
    assert [quote.text for quote in doc._.quotes] == ["ea"]


def test_warnings(nlp: Language) -> None:
    """What was odd about a text is there, too."""
    text = "He said, “No. No."
    expected = TextWarning(
        WarningCode.UNCLOSED_MARK, "this quotation mark never closes", Span.of(text, 9, 10)
    )
    assert nlp(text)._.quote_warnings == (expected,)


def test_displacy(doc: Doc) -> None:
    """DisplaCy shows the spans with their speakers."""
    html = displacy.render(doc, style="span", options={"spans_key": "quotes"}, jupyter=False)
    assert "indirect" in html
    assert "Ann Lee" in html


def test_predict_is_pure(nlp: Language) -> None:
    """To predict leaves a text as it is; to set the annotations alone writes to it."""
    component = nlp.get_pipe("quoteattr")
    assert isinstance(component, QuoteComponent)
    with nlp.select_pipes(disable="quoteattr"):
        doc = nlp(TEXT)
    before = doc.to_bytes()
    found = component.predict([doc])
    assert doc.to_bytes() == before
    component.set_annotations([doc], found)
    assert doc._.quotes == found[0].quotes != ()


def test_own_quotes(nlp: Language) -> None:
    """Quotes can be set, such as gold ones; a text that nobody has read has none."""
    doc = nlp.make_doc("Ann says no.")
    assert doc._.quotes == ()
    quote = Quote((Span.of(doc.text, 9, 11),), speaker=Speaker("Ann"), kind=Kind.INDIRECT)
    doc._.quotes = [quote]
    assert doc._.quotes == (quote,)


@given(texts())
def test_any_text(nlp: Language, text: str) -> None:
    """No text that spaCy can read makes it raise."""
    readable = text.encode("utf-8", "replace").decode("utf-8")
    doc = nlp(readable)
    for quote in doc._.quotes:
        assert all(readable[span.start : span.end] == span.text for span in quote.content)
    assert len(doc.spans["quotes"]) == sum(len(quote.content) for quote in doc._.quotes)


# Settings


def test_defaults(nlp: Language) -> None:
    """The defaults are the configuration's, and stand in the pipeline's."""
    assert nlp.config["components"]["quoteattr"] == {
        "factory": "quoteattr",
        "medium": Config().medium,
        "min_confidence": Config().min_confidence,
        "coreference": True,
    }
    analysis = nlp.analyze_pipes()
    assert analysis is not None
    assert analysis["problems"]["quoteattr"] == []


def test_settings() -> None:
    """Settings count as elsewhere."""
    nlp = spacy.load(MODEL)
    nlp.add_pipe(
        "quoteattr", config={"medium": "thought", "min_confidence": 0, "coreference": False}
    )
    text = "“We are ready,” Ann Lee said.\n\nBo Ray believes that the deal will hold."
    [quote] = nlp(text)._.quotes
    assert [quote] == quoteattr.attribute(text, medium="thought", min_confidence=0)
    component = nlp.get_pipe("quoteattr")
    assert isinstance(component, QuoteComponent)
    assert component.finder.coreference is None


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"medium": "spoken"}, "medium must be one of 'speech', 'thought', 'all', not 'spoken'"),
        ({"min_confidence": 2}, "min_confidence must be a probability from 0 to 1, not 2"),
    ],
)
def test_wrong_settings(config: dict[str, Any], message: str) -> None:
    """A setting with a value that it can't have is refused when the component is added."""
    with pytest.raises(ConfigError) as caught:
        spacy.blank("en").add_pipe("quoteattr", config=config)
    assert str(caught.value) == message


def test_another_language() -> None:
    """So is a pipeline for another language."""
    with pytest.raises(ConfigError) as caught:
        spacy.blank("de").add_pipe("quoteattr")
    message = "quoteattr reads English; the language of this pipeline is 'de'"
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("missing", "what", "component"),
    [
        (["ner"], "named entities", "ner"),
        (["parser"], "dependencies", "parser"),
        (["tagger", "attribute_ruler", "lemmatizer"], "part-of-speech tags", "tagger"),
        (["attribute_ruler", "lemmatizer"], "parts of speech", "attribute_ruler"),
        (["lemmatizer"], "lemmas", "lemmatizer"),
    ],
)
def test_missing_component(missing: list[str], what: str, component: str) -> None:
    """A component that is needed and not there is named."""
    nlp = spacy.load(MODEL, exclude=missing)
    nlp.add_pipe("quoteattr")
    with pytest.raises(ComponentError) as caught:
        nlp(TEXT)
    assert str(caught.value) == (
        f"the text has no {what}: quoteattr needs the component {component!r} before it in the "
        "pipeline; en_core_web_sm has all that it needs"
    )


def test_missing_component_in_a_stream() -> None:
    """A pipeline's own handler decides what becomes of texts that fail."""
    nlp = spacy.load(MODEL, exclude=["ner"])
    component = nlp.add_pipe("quoteattr")
    assert isinstance(component, QuoteComponent)
    failed = []

    def handler(name: str, _: object, docs: list[Doc], error: Exception) -> None:
        failed.append((name, docs[0].text, error))

    component.set_error_handler(handler)  # type: ignore[arg-type] # spaCy's type wants it to raise
    assert [doc.text for doc in nlp.pipe([TEXT, ""])] == [""]
    [(name, text, error)] = failed
    assert (name, text) == ("quoteattr", TEXT)
    assert isinstance(error, ComponentError)


# There and back


def test_doc_there_and_back(nlp: Language, doc: Doc) -> None:
    """The annotations go wherever a text goes."""
    by_bytes = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    for other in (by_bytes, pickle.loads(pickle.dumps(doc)), doc.copy()):  # noqa: S301 - our own
        assert annotations(other) == annotations(doc)


def test_doc_bin(doc: Doc, tmp_path: Path) -> None:
    """A DocBin keeps them, if it stores user data."""
    path = tmp_path / "docs.spacy"
    DocBin(docs=[doc], store_user_data=True).to_disk(path)
    [read] = DocBin().from_disk(path).get_docs(spacy.blank("en").vocab)
    assert annotations(read) == annotations(doc)


def test_pipeline_there_and_back(nlp: Language, doc: Doc, tmp_path: Path) -> None:
    """A pipeline with the component can be saved, as files and as bytes, and pickled."""
    nlp.to_disk(tmp_path)
    by_bytes = spacy.util.load_model_from_config(nlp.config).from_bytes(nlp.to_bytes())
    pickled = pickle.loads(pickle.dumps(nlp))  # noqa: S301 - our own
    for other in (spacy.load(tmp_path), by_bytes, pickled):
        assert annotations(other(TEXT)) == annotations(doc)
        assert other.config == nlp.config


def test_saved_pipeline_in_a_fresh_process(nlp: Language, doc: Doc, tmp_path: Path) -> None:
    """A program that loads a saved pipeline need not import quoteattr."""
    nlp.to_disk(tmp_path)
    code = "import sys, spacy; print(*spacy.load(sys.argv[1])(sys.argv[2])._.quotes, sep='\\n')"
    command = (sys.executable, "-c", code, str(tmp_path), TEXT)
    finished = subprocess.run(command, capture_output=True, check=True, timeout=120)  # noqa: S603
    assert finished.stdout.decode("utf-8").splitlines() == [*map(str, doc._.quotes)]


def test_component_is_small_when_pickled(nlp: Language) -> None:
    """The models that ship are not pickled with it, but loaded again."""
    assert len(pickle.dumps(nlp.get_pipe("quoteattr"))) < 2_000


# Streams


@pytest.mark.usefixtures("method")
def test_two_processes(nlp: Language, doc: Doc) -> None:
    """SpaCy's own processes give the same, in order."""
    stream = [TEXT, "", TEXT.replace("Ann", "Cy"), TEXT]
    found = list(nlp.pipe(stream, n_process=2, batch_size=1))
    assert [each.text for each in found] == stream
    assert annotations(found[0]) == annotations(found[3]) == annotations(doc)
    assert [span.kb_id_ for span in found[2].spans["sources"]] == ["Cy Lee", "Bo Ray", ""]


def test_as_tuples(nlp: Language, doc: Doc) -> None:
    """What comes with a text goes out with it."""
    found = list(nlp.pipe([(TEXT, 1), ("", 2)], as_tuples=True))
    assert [context for _, context in found] == [1, 2]
    assert annotations(found[0][0]) == annotations(doc)


def test_stream_is_lazy(nlp: Language) -> None:
    """No more than a batch is read ahead."""
    taken = []

    def stream() -> Iterator[str]:
        for number in range(20):
            taken.append(number)
            yield TEXT

    next(nlp.pipe(stream(), batch_size=2))
    assert len(taken) <= 4


# Scores


def gold(nlp: Language) -> list[Doc]:
    """Two texts with gold quotes, one of them with a wrong speaker."""
    docs = [nlp.make_doc(TEXT), nlp.make_doc("“Yes,” said Ann Lee.")]
    docs[0]._.quotes = quoteattr.attribute(TEXT)
    [quote] = quoteattr.attribute(docs[1].text)
    docs[1]._.quotes = [Quote(quote.content, quote.cue, (), Speaker("Al Fox"), quote.kind)]
    return docs


def test_scores(nlp: Language) -> None:
    """To evaluate a pipeline scores its quotes as `quoteattr.evaluate` does."""
    examples = [Example(nlp.make_doc(doc.text), doc) for doc in gold(nlp)]
    unlabelled = Example(nlp.make_doc(TEXT), nlp.make_doc(TEXT))
    scores = nlp.evaluate([*examples, unlabelled])
    keys = {f"quotes_{name}_{part}" for name in SCORES for part in "prf"}
    assert {key for key in scores if key.startswith("quotes_")} == keys
    assert scores["quotes_content_exact_f"] == 1
    assert scores["quotes_attribution_f"] == scores["quotes_speaker_f"] == 0.75


def test_no_gold(nlp: Language) -> None:
    """Without gold quotes there are no scores."""
    scores = nlp.evaluate([Example(nlp.make_doc(TEXT), nlp.make_doc(TEXT))])
    assert [key for key in scores if key.startswith("quotes_")] == []


def test_gold_without_speakers(nlp: Language) -> None:
    """Without gold speakers there is no score of theirs."""
    doc = nlp.make_doc(TEXT)
    doc._.quotes = [Quote(quote.content) for quote in quoteattr.attribute(TEXT)]
    scores = nlp.evaluate([Example(nlp.make_doc(TEXT), doc)])
    assert "quotes_speaker_f" not in scores
    assert scores["quotes_content_exact_f"] == 1


def test_spacy_evaluate(nlp: Language, tmp_path: Path) -> None:
    """So does spaCy's command, with a pipeline and a DocBin from disk."""
    nlp.to_disk(tmp_path / "model")
    DocBin(docs=gold(nlp), store_user_data=True).to_disk(tmp_path / "gold.spacy")
    scores = spacy_evaluate(str(tmp_path / "model"), tmp_path / "gold.spacy", silent=True)
    assert scores["quotes_attribution_f"] == 0.75


def test_record_of_another_text(nlp: Language) -> None:
    """A record that is not one is refused when it is read."""
    doc = nlp.make_doc(TEXT)
    doc.user_data[KEY] = {"schema": 99}
    with pytest.raises(FormatError, match="follows schema 99"):
        _ = doc._.quotes


def test_made_by_hand() -> None:
    """The factory is a function that can be called by hand, too."""
    component = make(spacy.blank("en"), "q", "all", 0.5, coreference=False)
    assert (component.name, component.finder.config) == (
        "q",
        Config(medium="all", min_confidence=0.5),
    )
