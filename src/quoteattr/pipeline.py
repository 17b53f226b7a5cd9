"""The way in: from a text to a `Document` with its quotes."""

import functools
import itertools
import re
from collections.abc import Iterable, Iterator
from importlib import metadata
from typing import TYPE_CHECKING, Literal

from attrs import frozen

from quoteattr import coref, marks, quotations, speakers
from quoteattr.config import Config, MediumChoice
from quoteattr.errors import InputTypeError, ModelNotFoundError
from quoteattr.quotes import Document, Quote, Span, TextWarning, WarningCode

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from quoteattr.chooser import Chooser
    from quoteattr.tagger import Tagger

__all__ = ["Attributor", "attribute", "load"]


@frozen
class Attributor:
    """Finds the quotations in texts and their speakers; made by `load`.

    Attributes:
        config: How to look.
        nlp: The spaCy pipeline that parses the texts.
        tagger: The network that finds attributions.
        chooser: What weighs the candidates for a pronoun or a description.
        coreference: What finds the mentions of one entity, or None.
    """

    config: Config
    nlp: "Language"
    tagger: "Tagger"
    chooser: "Chooser"
    coreference: coref.Backend | None

    def __call__(self, text: str, *, id: str = "") -> Document:  # noqa: A002
        """Find the quotations in a text.

        Args:
            text: Any text. It never makes this raise, whatever is in it.
            id: The caller's name for it.

        Returns:
            The text with its quotes, in their order.

        Raises:
            InputTypeError: If `text` is not a `str`.

        Example:
            >>> document = load()("“Yes,” said Ann Lee.", id="a")
            >>> document.id, str(document.quotes[0])
            ('a', 'Ann Lee: “Yes,”')
        """
        if not isinstance(text, str):
            raise InputTypeError(_wrong_type(text))
        found = marks.pair(text)
        candidates = quotations.assemble(text, found, self.tagger)
        doc = parsed(self.nlp, text)
        known = coref.ask(self.coreference, doc, speakers.wanted(doc, candidates))
        clusters = known.clusters
        quotes = speakers.resolve(doc, text, found, candidates, self.chooser, clusters=clusters)
        kept = tuple(quote for quote in quotes if self._is_wanted(quote))
        warnings = (*_warnings(text, found), *_gaps(text, known))
        return Document(id, text, kept, warnings, model=self._versions())

    def _is_wanted(self, quote: Quote) -> bool:
        is_sure = quote.confidence >= self.config.min_confidence
        return is_sure and self.config.medium in {"all", quote.medium}

    def _versions(self) -> dict[str, str]:
        """What finds the quotes: names and versions."""
        meta = self.nlp.meta
        return {
            "quoteattr": metadata.version("quoteattr"),
            "tagger": self.tagger.name,
            "chooser": self.chooser.name,
            **({"coreference": self.coreference.name} if self.coreference else {}),
            f"{meta['lang']}_{meta['name']}": meta["version"],
        }

    def pipe(self, texts: Iterable[str]) -> Iterator[Document]:
        """Find the quotations in one text after the other.

        Args:
            texts: The texts. Each is read when its turn comes.

        Yields:
            A document for each text, in their order. Its id is the text's place in the stream,
            from ``"0"``.

        Raises:
            InputTypeError: If one of them is not a `str`, or all are one.

        Example:
            >>> [len(document.quotes) for document in load().pipe(["“Yes,” said Ann Lee.", ""])]
            [1, 0]
        """
        if isinstance(texts, str):
            msg = "expected several texts, got one str; for one there is the call: attributor(text)"
            raise InputTypeError(msg)
        for number, text in enumerate(texts):
            yield self(text, id=str(number))


def load(
    model: str | None = None,
    *,
    medium: MediumChoice | None = None,
    min_confidence: float | None = None,
    coreference: coref.Backend | Literal["coreferee"] | None = "coreferee",
) -> Attributor:
    """Load what finds quotations.

    Args:
        model: The spaCy pipeline that parses the text: an installed package or a path. Any English
            one with a tagger, a parser, a lemmatizer and an entity recognizer will do, such as
            ``en_core_web_sm`` or ``en_core_web_trf``. By default `Config.model`.
        medium: Which quotations to keep: ``"speech"``, ``"thought"`` or ``"all"``. By default
            `Config.medium`.
        min_confidence: Quotations with a lower confidence are left out. By default
            `Config.min_confidence`.
        coreference: What finds the mentions of one entity: the backend that ships, another one, or
            None for none. It is one of several signs of whom a pronoun stands for.

    Returns:
        An attributor, to be called with one text after the other.

    Raises:
        ConfigError: If `medium` is none of its choices, or `min_confidence` no probability.
        ModelNotFoundError: If the model is not installed.
        ModelFileError: If a file of the network is missing or altered.

    Example:
        >>> attributor = load(medium="all")
        >>> attributor("“Yes,” said Ann Lee.").quotes
        (<Quote 0:6 direct, 'Ann Lee': '“Yes,”'>,)
    """
    from quoteattr import chooser, tagger  # noqa: PLC0415 - see _loaded

    default = Config()
    config = Config(
        model or default.model,
        default.medium if medium is None else medium,
        default.min_confidence if min_confidence is None else min_confidence,
    )
    backend = coref.load() if coreference == "coreferee" else coreference
    return Attributor(config, _loaded(config.model), tagger.load(), chooser.load(), backend)


def attribute(
    text: str, *, medium: MediumChoice | None = None, min_confidence: float | None = None
) -> list[Quote]:
    """Find the quotations in a text and who says them, with the default model.

    The model is loaded at the first call and kept.

    Args:
        text: Any text.
        medium: Which quotations to keep: ``"speech"``, ``"thought"`` or ``"all"``. By default
            `Config.medium`.
        min_confidence: Quotations with a lower confidence are left out. By default
            `Config.min_confidence`.

    Returns:
        The quotes, in their order in the text.

    Raises:
        ConfigError: If `medium` is none of its choices, or `min_confidence` no probability.
        InputTypeError: If `text` is not a `str`.

    Example:
        >>> for quote in attribute("“Yes,” said Ann Lee. “Not today.”"):
        ...     print(quote.speaker, quote.kind, quote.text)
        Ann Lee direct “Yes,” “Not today.”
    """
    return list(load(medium=medium, min_confidence=min_confidence)(text).quotes)


def _wrong_type(given: object) -> str:
    hint = ""
    if isinstance(given, bytes | bytearray):
        hint = "; decode it first: data.decode('utf-8')"
    elif isinstance(given, Iterable):
        hint = "; for several texts there is Attributor.pipe"
    return f"expected a str, got {type(given).__name__}{hint}"


@functools.lru_cache(maxsize=4)
def _loaded(model: str) -> "Language":
    import spacy  # noqa: PLC0415 - heavy, and not needed before the first text

    try:
        return spacy.load(model)
    except OSError as error:
        msg = (
            f"the spaCy model {model!r} is not installed; install it as spaCy's documentation "
            f"says, or leave the model out to use {Config().model!r}"
        )
        raise ModelNotFoundError(msg) from error


# What spaCy is given

_UNREADABLE = re.compile("[\ud800-\udfff]")
_APOSTROPHE = re.compile(r"(?<=\w)’(?=\w)")
_MARK_RUN = re.compile(r"[^\w\s]{32,}")
_LONG_RUN = re.compile(r"\S{64}(?=\S)")
_PART = 5_000
"""The greatest length of a part that spaCy is given, in characters."""
_BATCH = 16
"""How many parts spaCy reads at once; more take more memory, and no less time."""
_SENTENCES = re.compile(r".*[.!?][\"'”’»)]*\s", re.DOTALL)
_WORDS = re.compile(r".*\s", re.DOTALL)


def _readable(text: str) -> str:
    """A text of equal length that spaCy can read, and in linear time.

    It raises on lone surrogates, and its tokenizer is quadratic in an unbroken run of marks. Its
    models know apostrophes and spaces best in their plain forms.
    """
    text = _UNREADABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    text = _APOSTROPHE.sub("'", text).replace("\N{NO-BREAK SPACE}", " ")
    text = _MARK_RUN.sub(lambda run: " " * len(run.group()), text)
    return _LONG_RUN.sub(lambda run: run.group()[:-1] + " ", text)


def _parts(text: str) -> Iterator[str]:
    """The text cut at its paragraphs, and where one is very long, within."""
    starts = [start for start, _ in marks.paragraphs(text)][1:]
    for start, end in itertools.pairwise([0, *starts, len(text)]):
        at = start
        while at < end:
            part = text[at : min(at + _PART, end)]
            cut = _SENTENCES.match(part) or _WORDS.match(part) if at + _PART < end else None
            yield part if cut is None else cut.group()
            at += len(part) if cut is None else cut.end()


def parsed(nlp: "Language", text: str) -> "Doc":
    """A text as spaCy reads it, paragraph by paragraph.

    Args:
        nlp: The pipeline.
        text: Any text.

    Returns:
        The parsed text, of equal length.
    """
    from spacy.tokens import Doc  # noqa: PLC0415 - see _loaded

    parts = list(nlp.pipe(_parts(_readable(text)), batch_size=_BATCH))
    return Doc.from_docs(parts, ensure_whitespace=False) if parts else nlp.make_doc("")


def _warnings(text: str, found: marks.Marks) -> Iterator[TextWarning]:
    messages = {
        marks.Why.UNCLOSED: (WarningCode.UNCLOSED_MARK, "this quotation mark never closes"),
        marks.Why.UNOPENED: (WarningCode.UNOPENED_MARK, "nothing opens this quotation mark"),
    }
    if surrogate := _UNREADABLE.search(text):
        span = Span.of(text, surrogate.start(), surrogate.end())
        message = "the text has lone surrogates; they were passed over"
        yield TextWarning(WarningCode.SUBSTITUTED, message, span)
    for mark in found.loose:
        if mark.why in messages:
            code, message = messages[mark.why]
            yield TextWarning(code, message, Span.of(text, mark.start, mark.end))


def _gaps(text: str, known: coref.Coreferences) -> Iterator[TextWarning]:
    """What coreference has not read, and what went wrong with it."""
    message = "this sentence is too long, or has too many pronouns, to ask whom these stand for"
    for place in known.left_out:
        yield TextWarning(WarningCode.COREFERENCE, message, Span.of(text, *place))
    for fault in known.faults:
        yield TextWarning(WarningCode.COREFERENCE, f"coreference has failed: {fault}")
