"""Which mentions of a text stand for the same one: coreference, asked for where it matters.

A backend is told which pronouns matter. The one that ships has coreferee's rules, for third-person
pronouns, and a network of its own that ranks what the rules allow.
"""

import bisect
import functools
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from attrs import frozen

from quoteattr.marks import Offsets
from quoteattr.modelfiles import checked, shipped, unusable

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.tokens import Span as Tokens

    from quoteattr.antecedents import Mention, Passage, Word
    from quoteattr.ranking import Network, Table

__all__ = ["FEATURES", "NETWORK", "SETTINGS", "Backend", "Coreferee", "Coreferences", "ask", "load"]

NETWORK = "network.npz"
FEATURES = "features.json"
"""What the network knows of words: coreferee's feature table."""
SETTINGS = "settings.json"
"""The model's name and version and how it was trained."""
_NEEDED = ("TAG", "POS", "MORPH", "LEMMA", "DEP", "SENT_START")
"""What a spaCy pipeline must have added to a text."""
_BACK = 8
"""How many sentences before a pronoun are read."""
_LONGEST = 100
"""The words of the longest sentence that is read."""
_MOST_PRONOUNS = 12
"""The pronouns of a sentence that is read; they are half of its words at most."""


@frozen
class Coreferences:
    """What a backend found.

    Attributes:
        clusters: The mentions of one entity each, in the order of their first ones.
        left_out: Sentences that were not read, since they are too long or have too many pronouns.
        faults: One line for each error that was caught.
    """

    clusters: tuple[tuple[Offsets, ...], ...] = ()
    left_out: tuple[Offsets, ...] = ()
    faults: tuple[str, ...] = ()


class Backend(Protocol):
    """Finds the mentions of one entity."""

    @property
    def name(self) -> str:
        """Its name and version."""

    def __call__(self, doc: "Doc", wanted: Sequence[Offsets]) -> Coreferences:
        """Find what some mentions stand for.

        Args:
            doc: The text as spaCy has parsed it; it stays as it is.
            wanted: The mentions that are asked for, such as pronouns.

        Returns:
            Their clusters; there may be others.
        """


def ask(backend: Backend | None, doc: "Doc", wanted: Sequence[Offsets]) -> Coreferences:
    """Ask a backend, whatever it does.

    Args:
        backend: The backend, or None for no coreference.
        doc: The text as spaCy has parsed it.
        wanted: The mentions that are asked for.

    Returns:
        What it found; an error that it raises is a fault.
    """
    if backend is None or not wanted:
        return Coreferences()
    try:
        return _checked(backend(doc, wanted), len(doc.text))
    except Exception as error:  # noqa: BLE001 - anybody's backend, and no text may raise
        return Coreferences(faults=(_fault(error),))


def _checked(found: Coreferences, length: int) -> Coreferences:
    """What a backend found, if it is what it should be.

    Raises:
        ValueError: If a place lies outside the text.
    """
    clusters = tuple(tuple((start, end) for start, end in cluster) for cluster in found.clusters)
    left_out = tuple((start, end) for start, end in found.left_out)
    for start, end in (*left_out, *(place for cluster in clusters for place in cluster)):
        if not 0 <= start <= end <= length:
            msg = f"the place from {start} to {end} is not in a text of {length} characters"
            raise ValueError(msg)
    return Coreferences(clusters, left_out, tuple(map(str, found.faults)))


def _fault(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


@frozen(eq=False)
class Coreferee:
    """The backend that ships; it knows third-person pronouns.

    It never raises: an error becomes a fault, at the cost of the clusters nearby. A mention is its
    name, or else the head word of its phrase; what *and* joins reaches from the first to the last.

    Attributes:
        name: Of the model, with its version.
        table: Where the network sees which feature.
        network: What ranks candidates.
    """

    name: str
    table: "Table"
    network: "Network"

    def __call__(self, doc: "Doc", wanted: Sequence[Offsets]) -> Coreferences:
        """Find what some pronouns stand for.

        Args:
            doc: The text as spaCy has parsed it, with tags, lemmas and dependencies.
            wanted: The pronouns; other mentions are passed over.

        Returns:
            Their clusters.
        """
        missing = [name for name in _NEEDED if wanted and not doc.has_annotation(name)]
        if missing:
            return Coreferences(faults=(f"the spaCy pipeline has given no {', '.join(missing)}",))
        clusters: list[tuple[Offsets, ...]] = []
        left_out: list[Offsets] = []
        faults: list[str] = []
        for stretch in _stretches(doc, wanted):
            kept = [sentence for sentence in stretch.sentences if _is_readable(sentence)]
            left_out += [_place(each) for each in stretch.sentences if not _is_readable(each)]
            try:
                clusters += self._clusters(kept, stretch.wanted)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is but one text's
                faults.append(_fault(error))
        return Coreferences(tuple(sorted(clusters)), tuple(left_out), tuple(faults))

    def _clusters(
        self, sentences: Sequence["Tokens"], wanted: set[int]
    ) -> list[tuple[Offsets, ...]]:
        """The clusters of the pronouns that start at the wanted places."""
        from quoteattr.antecedents import Passage  # noqa: PLC0415 - see _loaded
        from quoteattr.ranking import Chains  # noqa: PLC0415

        passage = Passage(sentences)
        pronouns = [word for word in passage if word.start in wanted and word.is_anaphor]
        candidates = self._candidates(passage, pronouns)
        chains = Chains(passage)
        for number in sorted(candidates):
            chains.link(passage[number], candidates[number])
        return [_places(passage, chain) for chain in chains.found]

    def _candidates(
        self, passage: "Passage", pronouns: Sequence["Word"]
    ) -> dict[int, list["Mention"]]:
        """What each pronoun may stand for; if that is best a pronoun, what this may stand for."""
        from quoteattr.ranking import likeliest  # noqa: PLC0415 - see _loaded

        found: dict[int, list[Mention]] = {}
        todo = list(pronouns)
        while todo:
            pronoun = todo.pop()
            if pronoun.i not in found:
                found[pronoun.i] = likeliest(pronoun, self.table, self.network)
                best = (passage[mention.root_index] for mention in found[pronoun.i][:1])
                todo += [word for word in best if word.is_anaphor]
        return found


@frozen
class _Stretch:
    """Sentences in a row: some with wanted words, and those before them.

    Attributes:
        sentences: The sentences.
        wanted: Where the wanted words start, in characters.
    """

    sentences: Sequence["Tokens"]
    wanted: set[int]


def _stretches(doc: "Doc", wanted: Sequence[Offsets]) -> Iterator[_Stretch]:
    """What must be read to know what the wanted words stand for."""
    words = sorted(set(_single_words(doc, wanted)))
    sentences = list(doc.sents) if words else []
    starts = [sentence.start for sentence in sentences]
    numbers = [bisect.bisect_right(starts, word) - 1 for word in words]
    at = 0
    while at < len(words):
        end = at + 1
        while end < len(words) and numbers[end] - _BACK <= numbers[end - 1] + 1:
            end += 1
        first = max(0, numbers[at] - _BACK)
        places = {doc[word].idx for word in words[at:end]}
        yield _Stretch(sentences[first : numbers[end - 1] + 1], places)
        at = end


def _single_words(doc: "Doc", places: Sequence[Offsets]) -> Iterator[int]:
    """The numbers of the words that stand at some places, one word at each."""
    for start, end in places:
        span = doc.char_span(start, end, alignment_mode="expand") if 0 <= start < end else None
        if span is not None and len(span) == 1:
            yield span.start


def _is_readable(sentence: "Tokens") -> bool:
    pronouns = sum(token.tag_ in {"PRP", "PRP$"} for token in sentence)
    most = min(_MOST_PRONOUNS, (len(sentence) + 1) // 2)
    return len(sentence) <= _LONGEST and pronouns <= most


def _place(tokens: "Tokens") -> Offsets:
    return tokens.start_char, tokens.end_char


def _places(passage: "Passage", chain: Sequence["Mention"]) -> tuple[Offsets, ...]:
    """Where the mentions of a chain stand."""
    ends = (
        (passage[mention.token_indexes[0]], passage[mention.token_indexes[-1]]) for mention in chain
    )
    places = {
        ((first.name or [first])[0].start, (last.name or [last])[-1].end) for first, last in ends
    }
    return tuple(sorted(places))


def load(folder: Path | None = None) -> Coreferee:
    """Load the backend that ships, or one of the same kind.

    Args:
        folder: Where training has put its files; by default what ships in the package.

    Returns:
        The backend, the same one at each call.

    Raises:
        ModelFileError: If one of its files is missing or not the one it was.
    """
    return _loaded(folder or shipped("coref"))


@functools.cache
def _loaded(place: Path) -> Coreferee:
    # Heavy, and not needed before the first text.
    import numpy as np  # noqa: PLC0415

    from quoteattr.ranking import Network, Table  # noqa: PLC0415

    files = checked(place, (NETWORK, FEATURES, SETTINGS))
    with np.load(io.BytesIO(files[NETWORK]), allow_pickle=False) as arrays:
        network = Network.of(arrays)
    table = Table(json.loads(files[FEATURES]))
    if network.width != table.width:
        raise unusable(place / NETWORK, f"wants {network.width} numbers, not {table.width}")
    return Coreferee(json.loads(files[SETTINGS])["name"], table, network)
