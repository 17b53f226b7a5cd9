"""Which of its candidates a pronoun stands for: features, a network, and chains of mentions.

The features are coreferee's, but those that depend on one spaCy model's vectors. So are the rules
by which pronouns become chains.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from quoteattr.antecedents import ROOT, Mention, Passage, Word, rules

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["MEMBERS", "Chains", "Network", "Table", "likeliest"]

MEMBERS = 5
"""How many networks vote."""
_TRIED = 5
"""How many candidates of a pronoun are tried."""
_COMPARED = 8
"""With how many mentions of a chain a pronoun is compared."""
_FIELDS = (
    "tags",
    "morphs",
    "ent_types",
    "lefthand_deps_to_children",
    "righthand_deps_to_children",
    "lefthand_deps_to_parents",
    "righthand_deps_to_parents",
    "parent_tags",
    "parent_morphs",
    "parent_lefthand_deps_to_children",
    "parent_righthand_deps_to_children",
)
"""Coreferee's features of a word, in its order."""
_OF_ALL = _FIELDS[1], *_FIELDS[3:5]
"""Those that a mention has if one of its coordinated words has them."""
_PLACES = 7
"""How many numbers tell where a word stands."""
_RELATIONS = 4
"""How many numbers tell how a mention stands to a pronoun."""


class Table:
    """Where the network sees which feature.

    Args:
        values: The values of each of coreferee's features.
    """

    def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
        seen = [(field, value) for field in _FIELDS for value in values[field]]
        self._columns = {pair: number for number, pair in enumerate(seen)}
        self._width = len(seen) + _PLACES

    @property
    def width(self) -> int:
        """How many numbers the network sees of a pronoun and a mention."""
        return 2 * self._width + _RELATIONS

    def rows(self, pronoun: Word, mentions: Sequence[Mention]) -> "NDArray[np.float32]":
        """What the network sees of a pronoun and of each mention that it may stand for.

        Args:
            pronoun: The pronoun.
            mentions: The mentions.

        Returns:
            A row for each mention.
        """
        rows = np.zeros((len(mentions), self.width), np.float32)
        own = self._features(Mention(pronoun), pronoun.doc)
        rows[:, list(own)] = 1
        rows[:, self._width - _PLACES : self._width] = _place(Mention(pronoun), pronoun.doc)
        for row, mention in zip(rows, mentions, strict=True):
            features = self._features(mention, pronoun.doc)
            row[[self._width + column for column in features]] = 1
            row[2 * self._width - _PLACES : 2 * self._width] = _place(mention, pronoun.doc)
            row[2 * self._width :] = (*_relation(mention, pronoun), len(own & features))
        return rows

    def _features(self, mention: Mention, passage: Passage) -> frozenset[int]:
        root, *others = (passage[number] for number in mention.token_indexes)
        traits = [pair for other in others for pair in other.traits if pair[0] in _OF_ALL]
        found = (self._columns.get(pair) for pair in (*root.traits, *traits))
        return frozenset(column for column in found if column is not None)


def _place(mention: Mention, passage: Passage) -> list[int]:
    """Where a mention stands in its sentence and in the parse."""
    word = passage[mention.root_index]
    start = passage.starts[word.sent]
    depth = len(word.ancestors)
    siblings = len(word.temp_dependent_siblings)
    is_part = siblings and len(mention.token_indexes) == 1
    return [
        word.i - start,
        depth,
        sum(each.pos_ == "VERB" for each in word.ancestors),
        sum(len(each.ancestors) == depth for each in passage[start : word.i]),
        word.head.children.index(word) if word.head is not word else -1,
        -1 if is_part or word.temp_governing_sibling is not None else siblings,
        int(word.temp_governing_sibling is not None),
    ]


def _relation(mention: Mention, pronoun: Word) -> tuple[int, int, int]:
    """How far a mention is, in words and sentences, and whether it stands above the pronoun."""
    word = pronoun.doc[mention.root_index]
    around = [word, *([word.temp_governing_sibling] if word.temp_governing_sibling else [])]
    heads = [each.head for each in around if each.dep_ != ROOT]
    is_above = any(each in pronoun.ancestors for each in (*around, *heads))
    return pronoun.i - word.i, pronoun.sent - word.sent, int(is_above)


@frozen
class Network:
    """Some small networks that vote.

    Attributes:
        layers: The weights and the biases of each layer, for all members side by side.
    """

    layers: tuple[tuple["NDArray[np.float32]", "NDArray[np.float32]"], ...]

    @classmethod
    def of(cls, arrays: Mapping[str, Any]) -> "Network":
        """Read it from arrays.

        Args:
            arrays: The weights as ``w0``, ``w1``, … and the biases as ``b0``, ``b1``, …

        Returns:
            The network.
        """
        numbers = range(len(arrays) // 2)
        pairs = ((arrays[f"w{number}"], arrays[f"b{number}"]) for number in numbers)
        return cls(tuple((w.astype(np.float32), b.astype(np.float32)) for w, b in pairs))

    @property
    def width(self) -> int:
        """How many numbers it sees of a pronoun and a mention."""
        return int(self.layers[0][0].shape[1])

    def __call__(self, rows: "NDArray[np.float32]") -> "NDArray[np.float32]":
        """How likely a pronoun stands for each of its candidates.

        Args:
            rows: What `Table.rows` gives.

        Returns:
            A probability for each; their sum is 1.
        """
        values = np.broadcast_to(rows, (MEMBERS, *rows.shape))
        for number, (weights, biases) in enumerate(self.layers):
            values = (np.maximum(values, 0) if number else values) @ weights + biases[:, None]
        powers = np.exp(values - values.max(axis=1, keepdims=True))
        shares = powers / powers.sum(axis=1, keepdims=True)
        likely: NDArray[np.float32] = shares.mean(axis=0)[:, 0]
        return likely


def likeliest(pronoun: Word, table: Table, network: Network) -> list[Mention]:
    """The candidates of a pronoun that are worth a try.

    Args:
        pronoun: The pronoun.
        table: Where the network sees which feature.
        network: What ranks them.

    Returns:
        The best of those who can speak; first those of which the rules have no doubts.
    """
    passage = pronoun.doc
    found = [each for each in passage.candidates(pronoun) if passage[each.root_index].may_speak]
    if not found:
        return []
    scores = network(table.rows(pronoun, found)).tolist()
    ranked = sorted(
        zip(found, scores, strict=True), key=lambda each: (each[0].is_uncertain, -each[1])
    )
    return [mention for mention, _ in ranked[:_TRIED]]


class Chains:
    """Mentions of one entity each, found pronoun by pronoun in the order of the text."""

    def __init__(self, passage: "Passage") -> None:
        self.passage, self.rules = passage, rules()
        self.found: list[list[Mention]] = []
        self._of: dict[tuple[int, ...], list[Mention]] = {}

    def link(self, pronoun: "Word", candidates: Sequence["Mention"]) -> None:
        """Join a pronoun with the first candidate whose chain it agrees with, or may agree with."""
        for least in (2, 1):
            for mention in candidates:
                chain = self._of.get(mention.token_indexes, [])
                if self._agreement(chain, mention, pronoun) >= least and not self._would_be_self(
                    mention, pronoun
                ):
                    self._join(mention, pronoun)
                    return

    def _join(self, mention: "Mention", pronoun: "Word") -> None:
        chain = self._of.get(mention.token_indexes)
        if chain is None:
            self._of[mention.token_indexes] = chain = [mention]
            self.found.append(chain)
        chain.append(Mention(pronoun))
        self._of[pronoun.i,] = chain

    def _agreement(self, chain: list["Mention"], mention: "Mention", pronoun: "Word") -> int:
        """How well a pronoun agrees with a chain: 2 well, 1 perhaps, 0 not."""
        if not chain or len(mention.token_indexes) > 1:
            return 2
        compared = [chain[0], *chain[1:][-_COMPARED:]]
        has_noun = any(self.passage[each.root_index].is_noun for each in compared)
        verdicts = (
            int(self.rules.is_potential_anaphoric_pair(each, pronoun, False))  # noqa: FBT003
            for each in compared
        )
        return min(2 if has_noun else 1, *verdicts)

    def _would_be_self(self, mention: "Mention", pronoun: "Word") -> bool:
        """Whether only *himself* could stand for something in the mention's chain, not *him*."""
        if self.rules.is_reflexive_anaphor(pronoun):
            return False
        keys = {mention.token_indexes, *((number,) for number in mention.token_indexes)}
        return any(
            self.rules.is_potential_reflexive_pair(each, pronoun)
            for key in keys
            for each in self._of.get(key, [])[-_COMPARED:]
        )
