"""What tests of training learn from: five short texts, a vocabulary, and an encoder like BERT."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from quoteattr.quotes import Document, Quote, Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from quoteattr.decoding import Attribution
    from quoteattr.marks import Offsets

    Plain: TypeAlias = tuple[tuple[Offsets, ...], Offsets | None, Offsets | None]
    """Content, cue and source."""

__all__ = ["CONFIG", "DOCUMENTS", "TOKENIZER", "bert", "found", "gold", "labelled"]


def labelled(name: str, text: str, *quotes: tuple[Sequence[str], str, str]) -> Document:
    """A document with a quote for the parts of each content, its cue and its source.

    Args:
        name: The document's id.
        text: Its text.
        quotes: The words of each quote, of which the first ones in the text are meant; no cue or
            source is "".

    Returns:
        The document.
    """

    def spans(*parts: str) -> tuple[Span, ...]:
        places = ((text.index(part), len(part)) for part in parts if part)
        return tuple(Span.of(text, at, at + length) for at, length in places)

    made = (Quote(spans(*content), spans(cue), spans(source)) for content, cue, source in quotes)
    return Document(name, text, tuple(made))


DOCUMENTS = [
    labelled(
        "direct",
        "“The old bridge is safe,” said Ann Lee, an engineer. “Nobody needs to worry.”",
        (("“The old bridge is safe,”", "“Nobody needs to worry.”"), "said", "Ann Lee"),
    ),
    labelled(
        "shared source",
        "Bo Chen said the river would rise and warned that the harbour was in danger.",
        (["the river would rise"], "said", "Bo Chen"),
        (["that the harbour was in danger"], "warned", "Bo Chen"),
    ),
    labelled(
        "mixed",
        "Most farmers called the plan “a gift to the banks” that would ruin them.",
        (["the plan “a gift to the banks” that would ruin them"], "called", "Most farmers"),
    ),
    labelled(
        "no source",
        "It was reported on Monday that ten houses had burnt down.",
        (["that ten houses had burnt down"], "reported", ""),
    ),
    labelled(
        "paragraphs",
        "The mayor spoke first.\n“We rebuild,” she promised.\nRosa Diaz denied that it’s too dear.",
        (["“We rebuild,”"], "promised", "she"),
        (["that it’s too dear"], "denied", "Rosa Diaz"),
    ),
]


def gold(document: Document) -> "list[Plain]":
    """The quotes of a document as attributions without their signs."""

    def places(spans: Iterable[Span]) -> "tuple[Offsets, ...]":
        return tuple((span.start, span.end) for span in spans)

    def first(spans: Iterable[Span]) -> "Offsets | None":
        return next(iter(places(spans)), None)

    return [(places(each.content), first(each.cue), first(each.source)) for each in document.quotes]


def found(attributions: "Iterable[Attribution]") -> "list[Plain]":
    """Attributions without their signs."""
    return [(each.content, each.cue, each.source) for each in attributions]


def _pieces(word: str) -> Iterator[str]:
    """A word in one piece, or a long one in two."""
    yield word[:5]
    if word[5:]:
        yield f"##{word[5:]}"


def _tokenizer() -> Tokenizer:
    """A tokenizer that knows the words of the five texts, with the numbers that BERT gives."""
    normalizer, pre_tokenizer = BertNormalizer(), BertPreTokenizer()
    texts = (normalizer.normalize_str(document.text) for document in DOCUMENTS)
    words = {word for text in texts for word, _ in pre_tokenizer.pre_tokenize_str(text)}
    special = ["[PAD]", *(f"[unused{number}]" for number in range(99)), "[UNK]", "[CLS]", "[SEP]"]
    known = [*special, *sorted({piece for word in words for piece in _pieces(word)})]
    made = Tokenizer(WordPiece({piece: number for number, piece in enumerate(known)}))
    made.normalizer, made.pre_tokenizer = normalizer, pre_tokenizer
    return made


TOKENIZER = _tokenizer()
CONFIG = {
    "vocab_size": TOKENIZER.get_vocab_size(),
    "max_position_embeddings": 384,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
}
"""What the ``config.json`` of a tiny encoder says."""


def bert() -> "dict[str, NDArray[np.float32]]":
    """The weights of a tiny encoder, by the names that BERT's have by custom, made by chance."""
    width, inner = CONFIG["hidden_size"], CONFIG["intermediate_size"]
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (CONFIG["vocab_size"], width),
        "embeddings.position_embeddings.weight": (CONFIG["max_position_embeddings"], width),
        "embeddings.token_type_embeddings.weight": (2, width),
        **_named("embeddings.LayerNorm", width),
    }
    for number in range(CONFIG["num_hidden_layers"]):
        layer = f"encoder.layer.{number}"
        for name in ("self.query", "self.key", "self.value", "output.dense"):
            shapes |= _named(f"{layer}.attention.{name}", width, width)
        shapes |= _named(f"{layer}.attention.output.LayerNorm", width)
        shapes |= _named(f"{layer}.intermediate.dense", inner, width)
        shapes |= _named(f"{layer}.output.dense", width, inner)
        shapes |= _named(f"{layer}.output.LayerNorm", width)
    generator = np.random.default_rng(1)
    return {
        name: generator.normal("LayerNorm.weight" in name, 0.2, shape).astype(np.float32)
        for name, shape in shapes.items()
    }


def _named(part: str, *shape: int) -> dict[str, tuple[int, ...]]:
    return {f"{part}.weight": shape, f"{part}.bias": shape[:1]}
