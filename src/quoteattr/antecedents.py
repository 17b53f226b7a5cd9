"""What a pronoun may stand for, by coreferee's rules.

These rules write on the tokens that they judge and look up the same things again and again. Here
they judge `Word`s: copies of a part of a parsed text, on which they may write, and which keep what
is looked up. The parsed text itself stays as it is.
"""

import functools
import os
import warnings
from collections.abc import Iterable, Iterator
from importlib import resources
from typing import TYPE_CHECKING

from quoteattr import wordlists

_TENSORFLOW = "TF_CPP_MIN_LOG_LEVEL"
_LEVEL = os.environ.get(_TENSORFLOW)
with warnings.catch_warnings():  # coreferee's import changes filters, and TensorFlow's log level
    from coreferee.lang.en.language_specific_rules import LanguageSpecificRulesAnalyzer
os.environ.pop(_TENSORFLOW, None)
if _LEVEL is not None:
    os.environ[_TENSORFLOW] = _LEVEL

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

__all__ = ["ROOT", "Mention", "Passage", "Rules", "Word", "rules"]

ROOT = "ROOT"
"""The dependency of a sentence's root."""
_SENTENCES_BACK = 5
"""How far before a pronoun its antecedent may stand."""
_SPEAKING = frozenset({"PERSON", "ORG", "NORP", "GPE"})
"""What the recognizer calls those who can speak."""


class _Morph(tuple[str, ...]):
    """Morphological features such as ``Number=Sing``, as coreferee asks for them."""

    __slots__ = ()

    @functools.cache  # noqa: B019 - there are but some hundred
    def get(self, key: str) -> list[str]:
        """The values of a feature."""
        return [value for name, _, value in (each.partition("=") for each in self) if name == key]


@functools.cache
def _morph(features: str) -> _Morph:
    return _Morph(features.split("|") if features else ())


class Word:
    """A token of a passage; what coreferee calls ``token._.coref_chains`` is the word itself."""

    def __init__(self, token: "Token", passage: "Passage", sentence: int) -> None:
        self.i = len(passage)
        self.doc = passage
        self.sent = sentence
        self.start, self.end = token.idx, token.idx + len(token)
        self.text, self.lemma_ = token.text, token.lemma_
        self.tag_, self.pos_, self.dep_ = token.tag_, token.pos_, token.dep_
        self.ent_type_ = token.ent_type_
        self.morph = _morph(str(token.morph))
        self.head = self
        self.children: list[Word] = []
        self.temp_dependent_siblings: list[Word] = []
        self.temp_governing_sibling: Word | None = None
        self.temp_has_or_coordination = False
        self.quoted: tuple[bool, ...] = ()

    def __lt__(self, other: "Word") -> bool:
        return self.i < other.i

    @property
    def _(self) -> "Word":
        return self

    @property
    def coref_chains(self) -> "Word":
        """Where coreferee keeps what it knows of a token."""
        return self

    @functools.cached_property
    def ancestors(self) -> tuple["Word", ...]:
        """The head, its head, and so on."""
        return () if self.head is self else (self.head, *self.head.ancestors)

    @functools.cached_property
    def subtree(self) -> tuple["Word", ...]:
        """The word and all that depends on it, in the order of the text."""
        return tuple(sorted([self, *(word for child in self.children for word in child.subtree)]))

    @functools.cached_property
    def is_anaphor(self) -> bool:
        """Whether it is a pronoun that may stand for something."""
        return self.tag_ in {"PRP", "PRP$"} and bool(rules().is_pronoun(self))

    @functools.cached_property
    def is_noun(self) -> bool:
        """Whether it is the head of a noun phrase."""
        return bool(rules().is_head_noun(self))

    @functools.cached_property
    def may_speak(self) -> bool:
        """Whether it can stand for somebody who speaks: a pronoun, a name, a word for people."""
        return (
            self.is_anaphor
            or self.pos_ == "PROPN"
            or self.ent_type_ in _SPEAKING
            or self.lemma_ in rules().person_words
            or self.lemma_.lower() in wordlists.load("names")["organizations"]
        )

    @functools.cached_property
    def traits(self) -> tuple[tuple[str, str], ...]:
        """What coreferee's feature table can know of it: features with their values."""
        traits = [("tags", self.tag_), ("ent_types", self.ent_type_)]
        traits += [("morphs", value) for value in self.morph]
        traits += _dependents("", self)
        if self.dep_ != ROOT:
            traits += [("parent_tags", self.head.tag_), *_dependents("parent_", self.head)]
            traits += [("parent_morphs", value) for value in self.head.morph]
            if self.head is not self:
                side = "left" if self.i < self.head.i else "right"
                traits.append((f"{side}hand_deps_to_parents", self.dep_))
        return tuple(traits)

    @functools.cached_property
    def name(self) -> list["Word"]:
        """The proper nouns that it heads."""
        return list(rules().proper_nouns(self))


def _dependents(prefix: str, word: Word) -> Iterator[tuple[str, str]]:
    for child in word.children:
        side = "left" if child.i < word.i else "right"
        yield f"{prefix}{side}hand_deps_to_children", child.dep_


class Passage(list[Word]):
    """Sentences that follow each other, as words.

    Attributes:
        starts: The number of the first word of each sentence.
        pairs: Which nouns may be two mentions of one thing, as far as was asked.
    """

    def __init__(self, sentences: Iterable["Span"]) -> None:
        super().__init__()
        self.starts: list[int] = []
        self.pairs: dict[tuple[int, int], bool] = {}
        for number, sentence in enumerate(sentences):
            self.starts.append(len(self))
            self._read(sentence, number)
        self._mark_coordination()
        self._mark_quoted()

    def _read(self, sentence: "Span", number: int) -> None:
        shift = len(self) - sentence.start
        for token in sentence:
            self.append(Word(token, self, number))
        for token, word in zip(sentence, self[self.starts[-1] :], strict=True):
            if token.head.i != token.i and sentence.start <= token.head.i < sentence.end:
                word.head = self[token.head.i + shift]
                word.head.children.append(word)

    def _mark_coordination(self) -> None:
        coordinated = {word.sent for word in self if word.dep_ == "cc"}
        for word in self:
            if word.sent in coordinated and word.children:
                word.temp_dependent_siblings = rules().get_dependent_siblings(word)
                for sibling in word.temp_dependent_siblings:
                    if sibling is not word and word.temp_governing_sibling is None:
                        sibling.temp_governing_sibling = word

    def _mark_quoted(self) -> None:
        """Note which quotation marks are open at each word."""
        opening, closing = zip(*rules().quote_tuples, strict=True)
        state: tuple[bool, ...] = (False,) * len(opening)
        for word in self:
            if word.text in opening or word.text in closing:
                state = tuple(
                    word.text != close if is_open else word.text == mark
                    for is_open, mark, close in zip(state, opening, closing, strict=True)
                )
            word.quoted = state

    def sentence(self, number: int) -> list[Word]:
        """The words of a sentence.

        Args:
            number: Which one.

        Returns:
            Its words.
        """
        is_last = number + 1 == len(self.starts)
        return self[self.starts[number] : len(self) if is_last else self.starts[number + 1]]

    def candidates(self, pronoun: Word) -> list["Mention"]:
        """What a pronoun may stand for.

        Args:
            pronoun: One of the passage's pronouns.

        Returns:
            Mentions, in the order of their heads.
        """
        start = self.starts[max(0, pronoun.sent - _SENTENCES_BACK)]
        found = [
            mention
            for word in self[start : pronoun.i]
            if word.is_anaphor or word.is_noun
            for mention in _mentions(word)
            if rules().may_be_antecedent(mention, pronoun)
        ]
        if any(each.dep_ in {"advcl", "acl"} for each in (pronoun, *pronoun.ancestors)):
            found += self._later(pronoun)
        return found

    def _later(self, pronoun: Word) -> Iterator["Mention"]:
        """Nouns of the same sentence that the pronoun may point forward to."""
        for word in self.sentence(pronoun.sent):
            if word.i > pronoun.i and word.is_noun and not word.is_anaphor:
                for mention in _mentions(word):
                    points_forward = rules().is_potential_cataphoric_pair(mention, pronoun)
                    if points_forward and rules().may_be_antecedent(mention, pronoun):
                        yield mention


class Mention:
    """A word that stands for its phrase, or the words that are coordinated with it too.

    Attributes:
        token_indexes: The numbers of the words.
        root_index: The first of them.
        is_uncertain: Whether the rules have their doubts.
    """

    __slots__ = ("is_uncertain", "root_index", "token_indexes")

    def __init__(self, *words: Word) -> None:
        self.token_indexes = tuple(word.i for word in words)
        self.root_index = self.token_indexes[0]
        self.is_uncertain = False


def _mentions(word: Word) -> Iterator[Mention]:
    """The mentions that a word is head of."""
    yield Mention(word)
    if word.temp_dependent_siblings:
        yield Mention(word, *word.temp_dependent_siblings)


class Rules(LanguageSpecificRulesAnalyzer):  # type: ignore[misc]
    """Coreferee's rules for English, with its word lists as sets."""

    def __init__(self) -> None:
        super().__init__()
        data = resources.files("coreferee") / "lang"
        for folder in (data / "en" / "data", data / "common" / "data"):
            for path in folder.iterdir():
                if path.name.endswith(".dat"):
                    setattr(self, path.name[:-4], _words(path.read_text(encoding="utf-8")))
        self.exclusively_male_names = self.male_names - self.female_names
        self.exclusively_female_names = self.female_names - self.male_names

    is_pronoun = LanguageSpecificRulesAnalyzer.is_potential_anaphor
    is_head_noun = LanguageSpecificRulesAnalyzer.is_independent_noun
    proper_nouns = LanguageSpecificRulesAnalyzer.get_propn_subtree

    def is_potential_anaphor(self, token: Word) -> bool:
        """Coreferee's question, asked once of each word."""
        return token.is_anaphor

    def is_independent_noun(self, token: Word) -> bool:
        """Coreferee's question, asked once of each word."""
        return token.is_noun

    def get_propn_subtree(self, token: Word) -> list[Word]:
        """Coreferee's question, asked once of each word."""
        return token.name

    def may_be_antecedent(self, mention: Mention, pronoun: Word) -> bool:
        """Whether a pronoun may stand for a mention; notes whether that is uncertain.

        Args:
            mention: The mention.
            pronoun: The pronoun.

        Returns:
            Coreferee's answer.
        """
        root = pronoun.doc[mention.root_index]
        if pronoun in root.temp_dependent_siblings:
            return False
        verdict = self.is_potential_anaphoric_pair(mention, pronoun, True)  # noqa: FBT003
        mention.is_uncertain = (
            verdict == 1
            or root.quoted != pronoun.quoted
            or (not root.is_anaphor and self._is_named_nearer(mention, pronoun))
        )
        return bool(verdict)

    def _is_named_nearer(self, mention: Mention, pronoun: Word) -> bool:
        """Whether nearer to the pronoun, by the parse, there is the mention's name again."""
        root = pronoun.doc[mention.root_index]
        around = {root, *root.ancestors}
        apart = None
        for word in (pronoun, *pronoun.ancestors):
            if word in around:
                break
            apart = word
        return apart is not None and any(
            self._are_same(pronoun.doc[number], word)
            for word in apart.subtree
            if word.pos_ in self.noun_pos
            for number in mention.token_indexes
        )

    def _are_same(self, first: Word, second: Word) -> bool:
        key = first.i, second.i
        pairs = first.doc.pairs
        if key not in pairs:
            pairs[key] = self.is_potential_coreferring_noun_pair(first, second)
        return pairs[key]


@functools.cache
def rules() -> Rules:
    """Coreferee's rules.

    Returns:
        The same ones at each call.
    """
    return Rules()


def _words(lines: str) -> frozenset[str]:
    stripped = (line.strip() for line in lines.splitlines())
    return frozenset(line for line in stripped if len(line) > 1 and not line.startswith("#"))
