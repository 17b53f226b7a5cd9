"""The way in: from a text to a `Document` with its quotes."""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import metadata
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from attrs import asdict, evolve, frozen

from quoteattr import coref, marks, quotations, speakers, streams
from quoteattr.characters import SURROGATES
from quoteattr.config import Config, MediumChoice
from quoteattr.errors import InputTypeError, ModelNotFoundError
from quoteattr.parsing import memory, parsed
from quoteattr.quotes import Document, Quote, Span, TextWarning, WarningCode
from quoteattr.streams import ErrorsChoice, Failure

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

    from quoteattr.chooser import Chooser
    from quoteattr.tagger import Tagger

__all__ = ["Attributor", "Finder", "attribute", "load"]

Context = TypeVar("Context")


@frozen
class Finder:
    """Finds the quotations in texts that spaCy has parsed, and their speakers.

    Attributes:
        config: How to look.
        tagger: The network that finds attributions.
        chooser: What weighs the candidates for a pronoun or a description.
        coreference: What finds the mentions of one entity, or None.
    """

    config: Config
    tagger: "Tagger"
    chooser: "Chooser"
    coreference: coref.Backend | None

    def find(self, doc: "Doc", text: str) -> Document:
        """Find the quotations in a text that spaCy has parsed.

        Args:
            doc: What spaCy has made of the text, of equal length; it stays as it is.
            text: The text.

        Returns:
            The text with its quotes, in their order, without an id.
        """
        found = marks.pair(text)
        within = speakers.reporting(doc, found.outer)
        candidates = quotations.assemble(text, found, self.tagger, within=within)
        known = coref.ask(self.coreference, doc, speakers.wanted(doc, candidates))
        clusters = known.clusters
        quotes = speakers.resolve(doc, text, found, candidates, self.chooser, clusters=clusters)
        kept = tuple(quote for quote in quotes if self._is_wanted(quote))
        warnings = (*_warnings(text, found), *_gaps(text, known))
        return Document("", text, kept, warnings, model=self.model)

    @property
    def model(self) -> dict[str, str]:
        """What finds the quotes, as `Document.model` has it: names, versions and options."""
        return {
            "quoteattr": metadata.version("quoteattr"),
            "tagger": self.tagger.name,
            "chooser": self.chooser.name,
            **({"coreference": self.coreference.name} if self.coreference else {}),
            "medium": self.config.medium,
            "min_confidence": str(self.config.min_confidence),
        }

    def __reduce__(self) -> tuple[Callable[..., "Finder"], tuple[Any, ...]]:
        """Pickle only what is the caller's own: what ships is loaded again."""
        shipped = _shipped()
        values = asdict(self, recurse=False)
        own = {name: each for name, each in values.items() if each is not shipped.get(name)}
        return _restored, (type(self), own)

    def _is_wanted(self, quote: Quote) -> bool:
        is_sure = quote.confidence >= self.config.min_confidence
        return is_sure and self.config.medium in {"all", quote.medium}


@frozen
class Attributor(Finder):
    """Finds the quotations in texts and their speakers; made by `load`.

    Attributes:
        nlp: The spaCy pipeline that parses the texts.
    """

    nlp: "Language"

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
        with memory(self.nlp):
            document = self.find(parsed(self.nlp, text), text)
        return evolve(document, id=id)

    @property
    def model(self) -> dict[str, str]:
        """What finds the quotes, as `Document.model` has it; the spaCy pipeline is part of it."""
        meta = self.nlp.meta
        return {**super().model, f"{meta['lang']}_{meta['name']}": meta["version"]}

    @overload
    def pipe(
        self,
        texts: Iterable[str],
        *,
        batch_size: int = ...,
        n_process: int = ...,
        as_tuples: Literal[False] = ...,
        errors: Literal["raise"] = ...,
    ) -> Iterator[Document]: ...

    @overload
    def pipe(
        self,
        texts: Iterable[str],
        *,
        batch_size: int = ...,
        n_process: int = ...,
        as_tuples: Literal[False] = ...,
        errors: ErrorsChoice,
    ) -> Iterator[Document | Failure]: ...

    @overload
    def pipe(
        self,
        texts: Iterable[tuple[str, Context]],
        *,
        batch_size: int = ...,
        n_process: int = ...,
        as_tuples: Literal[True],
        errors: Literal["raise"] = ...,
    ) -> Iterator[tuple[Document, Context]]: ...

    @overload
    def pipe(
        self,
        texts: Iterable[tuple[str, Context]],
        *,
        batch_size: int = ...,
        n_process: int = ...,
        as_tuples: Literal[True],
        errors: ErrorsChoice,
    ) -> Iterator[tuple[Document | Failure, Context]]: ...

    def pipe(
        self,
        texts: Iterable[Any],
        *,
        batch_size: int = streams.BATCH_SIZE,
        n_process: int = 1,
        as_tuples: bool = False,
        errors: ErrorsChoice = "raise",
    ) -> Iterator[Any]:
        """Find the quotations in one text after the other.

        Args:
            texts: The texts. One process reads each when its turn comes; several read at most two
                batches each ahead.
            batch_size: How many texts a process is given at a time, if there are several.
            n_process: How many processes read the texts; 1 is this one, -1 is one for each core.
            as_tuples: Whether each text comes in a tuple with something else, and its document
                goes out in a tuple with that.
            errors: What becomes of a text that fails: ``"raise"`` ends the stream with an
                exception, ``"yield"`` gives a `Failure` in place of the document and goes on.

        Returns:
            A document for each text, in their order, the same however many processes there are.
            Its id is the text's place in the stream, from ``"0"``. When this is closed, or its
            program is interrupted, the processes end.

        Raises:
            ConfigError: If an option has a value that it can't have.
            InputTypeError: If one of the texts is not a `str`, or all are one.
            TextError: If anything else fails.

        Example:
            >>> [len(document.quotes) for document in load().pipe(["“Yes,” said Ann Lee.", ""])]
            [1, 0]
            >>> [result] = load().pipe([None], errors="yield")
            >>> print(result)
            text 0: expected a str, got NoneType
        """
        if isinstance(texts, str):
            msg = "expected several texts, got one str; for one there is the call: attributor(text)"
            raise InputTypeError(msg)
        read = functools.partial(
            streams.read, self, batch_size=batch_size, n_process=n_process, errors=errors
        )
        return streams.with_contexts(texts, read) if as_tuples else read(texts)


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
    return Attributor(config, tagger.load(), chooser.load(), backend, _loaded(config.model))


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


def _shipped() -> dict[str, Any]:
    """The models of the package, by what an attributor calls them."""
    from quoteattr import chooser, tagger  # noqa: PLC0415 - see _loaded

    return {"tagger": tagger.load(), "chooser": chooser.load(), "coreference": coref.load()}


def _restored(cls: type[Finder], own: Mapping[str, Any]) -> Finder:
    return cls(**{**_shipped(), **own})


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


def _warnings(text: str, found: marks.Marks) -> Iterator[TextWarning]:
    messages = {
        marks.Why.UNCLOSED: (WarningCode.UNCLOSED_MARK, "this quotation mark never closes"),
        marks.Why.UNOPENED: (WarningCode.UNOPENED_MARK, "nothing opens this quotation mark"),
    }
    if surrogate := SURROGATES.search(text):
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
