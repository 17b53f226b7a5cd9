"""quoteattr in a spaCy pipeline: ``nlp.add_pipe("quoteattr")``.

spaCy finds the component by the package's entry point, so a program need not import quoteattr. The
quotes are kept in `Doc.user_data` as JSON Lines has them, and so go wherever a `Doc` goes.
"""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from spacy.language import Language
from spacy.pipeline import Pipe
from spacy.tokens import Doc
from spacy.tokens import Span as Tokens
from spacy.training import Example

from quoteattr import chooser, coref, tagger
from quoteattr.config import Config
from quoteattr.errors import ComponentError, ConfigError
from quoteattr.evaluate import PRF, evaluate
from quoteattr.pipeline import Finder
from quoteattr.quotes import Document, Quote, Span, TextWarning

__all__ = ["KEY", "QuoteComponent", "make"]

KEY = "quoteattr"
"""Where in `Doc.user_data` the quotes stand."""
_SCORES = ("content_exact", "content_soft", "cue", "attribution", "quoted")
_NEEDED = {
    "TAG": ("part-of-speech tags", "tagger"),
    "POS": ("parts of speech", "attribute_ruler"),
    "LEMMA": ("lemmas", "lemmatizer"),
    "DEP": ("dependencies", "parser"),
    "SENT_START": ("sentences", "parser"),
    "ENT_IOB": ("named entities", "ner"),
}
"""What a text must have, in words, and the component that adds it."""


class QuoteComponent(Pipe):
    """Finds the quotations in spaCy's texts and their speakers; made by ``nlp.add_pipe``.

    Attributes:
        name: What the pipeline calls it.
        finder: What finds quotations.
    """

    def __init__(self, name: str, finder: Finder) -> None:
        self.name = name
        self.finder = finder

    def __call__(self, doc: Doc) -> Doc:
        """Find the quotations in a text.

        Args:
            doc: The text, with all that spaCy's English pipelines know of it.

        Returns:
            The same, with its quotes.

        Raises:
            ComponentError: If a component that is needed has not read it.
        """
        self.set_annotations([doc], self.predict([doc]))
        return doc

    def predict(self, docs: Iterable[Doc]) -> list[Document]:
        """Find the quotations in texts, and leave the texts as they are.

        Args:
            docs: The texts.

        Returns:
            The quotes of each.

        Raises:
            ComponentError: If a component that is needed has not read them.
        """
        return [self.finder.find(_annotated(doc), doc.text) for doc in docs]

    def set_annotations(self, docs: Iterable[Doc], found: Iterable[Document]) -> None:
        """Write quotes into texts: ``doc._.quotes``, ``doc._.quote_warnings``, ``doc.spans``.

        Args:
            docs: The texts.
            found: The quotes of each.
        """
        for doc, document in zip(docs, found, strict=True):
            doc.user_data[KEY] = document.to_dict()
            _set_spans(doc, document.quotes)

    def score(self, examples: Iterable[Example], **options: Any) -> dict[str, Any]:  # noqa: ANN401 - spaCy's own
        """Compare the quotes found with gold ones, as `quoteattr.evaluate` does.

        Args:
            examples: Texts with gold quotes, ``doc._.quotes`` of their reference. One without any
                set is passed over.
            options: What spaCy may pass; nothing of it is used.

        Returns:
            Precision, recall and F1, such as ``quotes_attribution_f``; nothing if there is no gold.
        """
        del options
        pairs = [
            (_document(example.reference, str(number)), _document(example.predicted, str(number)))
            for number, example in enumerate(examples)
            if KEY in example.reference.user_data
        ]
        if not pairs:
            return {}
        scores = evaluate([gold for gold, _ in pairs], [found for _, found in pairs])
        named = {name: getattr(scores, name) for name in _SCORES}
        if scores.speaker:
            named["speaker"] = scores.speaker.names
        return {key: value for name, prf in named.items() for key, value in _keyed(name, prf)}


@Language.factory(
    "quoteattr",
    assigns=["doc.spans", "doc._.quotes", "doc._.quote_warnings"],
    requires=["token.tag", "token.lemma", "token.dep", "doc.sents", "doc.ents"],
    default_config={
        "medium": Config().medium,
        "min_confidence": Config().min_confidence,
        "coreference": True,
    },
)
def make(
    nlp: Language,
    name: str,
    medium: str,
    min_confidence: float,
    coreference: bool,  # noqa: FBT001 - spaCy passes it by name
) -> QuoteComponent:
    """Make the component: the factory that spaCy calls.

    Args:
        nlp: The pipeline.
        name: What it calls the component.
        medium: Which quotations to keep, as in `Config`.
        min_confidence: Quotations with a lower confidence are left out, as in `Config`.
        coreference: Whether to ask what pronouns stand for.

    Returns:
        The component.

    Raises:
        ConfigError: If a setting has a value that it can't have, or the pipeline is not English.
        ModelFileError: If a file of the network is missing or altered.
    """
    if nlp.lang != "en":
        msg = f"quoteattr reads English; the language of this pipeline is {nlp.lang!r}"
        raise ConfigError(msg)
    config = Config(medium=medium, min_confidence=min_confidence)  # type: ignore[arg-type] # it checks
    backend = coref.load() if coreference else None
    return QuoteComponent(name, Finder(config, tagger.load(), chooser.load(), backend))


def _annotated(doc: Doc) -> Doc:
    for attribute, (what, component) in _NEEDED.items():
        # Some lemmas come from the attribute ruler; a lemmatizer gives one to every word.
        if not doc.has_annotation(attribute, require_complete=attribute == "LEMMA"):
            msg = (
                f"the text has no {what}: quoteattr needs the component {component!r} before it "
                "in the pipeline; en_core_web_sm has all that it needs"
            )
            raise ComponentError(msg)
    return doc


def _set_spans(doc: Doc, quotes: Sequence[Quote]) -> None:
    for key, part in (("quotes", "content"), ("cues", "cue"), ("sources", "source")):
        doc.spans[key] = [
            _tokens(doc, span, number, quote, str(quote.kind) if part == "content" else part)
            for number, quote in enumerate(quotes)
            for span in getattr(quote, part)
        ]


def _tokens(doc: Doc, span: Span, number: int, quote: Quote, label: str) -> Tokens:
    """A span in whole tokens, with who speaks and the number of the quote."""
    tokens = doc.char_span(
        span.start,
        span.end,
        label=label,
        kb_id=quote.speaker.name if quote.speaker else "",
        span_id=str(number),
        alignment_mode="expand",
    )
    return cast("Tokens", tokens)  # None only for places outside the text


def _document(doc: Doc, id: str = "") -> Document:  # noqa: A002 - as in `Document`
    record = doc.user_data.get(KEY, {})
    return Document.from_dict({**record, "id": id}, text=doc.text)


def _quotes(doc: Doc) -> tuple[Quote, ...]:
    return _document(doc).quotes


def _set_quotes(doc: Doc, quotes: Iterable[Quote]) -> None:
    doc.user_data[KEY] = Document("", doc.text, tuple(quotes)).to_dict()


def _warnings(doc: Doc) -> tuple[TextWarning, ...]:
    return _document(doc).warnings


def _keyed(name: str, prf: PRF) -> Iterable[tuple[str, float]]:
    yield f"quotes_{name}_p", prf.precision
    yield f"quotes_{name}_r", prf.recall
    yield f"quotes_{name}_f", prf.f1


Doc.set_extension("quotes", getter=_quotes, setter=_set_quotes, force=True)
Doc.set_extension("quote_warnings", getter=_warnings, force=True)
