"""Odd texts, made at random: real paragraphs sown with odd characters, and texts out of nothing.

The same seed gives the same texts, as long as the paragraphs are the same.
"""

import gzip
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from itertools import pairwise
from pathlib import Path
from random import Random

from attrs import evolve, frozen

__all__ = ["KINDS", "make", "real_prose"]

SEEDS = Path(__file__).parents[1] / "seeds"
CORPORA = os.environ.get("QUOTEATTR_CORPORA", "")
SELDOM = 100
"""After how many texts there is one that may be long."""

CONTROLS = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)]))
SPACES = " \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2003\u2009\u200a\u2028\u2029\u202f\u205f"
BREAKS = ("\n", "\n\n", "\r\n", "\r\n\r\n", "\r", "\u2028", "\u2029", "\x85", "\v", "\f", "\n \n")
MARKS = (*'“”“”""‘’\'«»‹›„‚‟‛「」『』', "``", "''")
ODD = (
    *("\ud800", "\udbff", "\udc00", "\udfff", "\ud83d\ude00"),  # lone surrogates
    *("\0", "\x07", "\x1b[2J", "\x7f", "\x80", "\ufeff", "\ufffd", "\ufffe", "\U0010ffff"),
    *("\u202e", "\u202d", "\u2066", "\u2069", "\u200f", "\u061c", "שלום", "مرحبا"),
    *("e\u0301", "\u0301", "\u0489" * 9, "a" + "\u0300" * 99, "ก็", "i\u0307", "İ", "ı", "ß", "ﬁ"),
    *("😀", "👩\u200d👩\u200d👧", "🇦🇿", "👍🏽", "\u200d", "\u200b", "\u2060", "\xad", "𝒜𝓃𝓃", "人"),
    *("&quot;", "&#8220;", "</p>", "<b>", "[SEP]", "[unused1]", "%s", "\\u201c", "…", "—", "--"),
)
HTML = (
    *("<p>{}</p>\n", '<div class="a">{}<br/>', "<!-- {} -->", "<a href='x'>{}</a>", "&lt;{}&gt;"),
    *('<script>x="{}"</script>', "<td>{}", "<blockquote>&ldquo;{}&rdquo;</blockquote>"),
)
GIVEN = ("Ann", "Bo", "Ilham", "María", "Zoë", "Kim", "O’", "X Æ", "Jean-Luc", "ANN", "İpek")
SURNAMES = ("Lee", "Roe", "Aliyev", "de la Cruz", "van der Berg", "Ó Sé", "Kıran", "III")
TITLES = ("Mr.", "Mayor", "President", "Deputy Foreign Minister", "Sen.", "the poet", "pilot", "")
OTHERS = ("he", "she", "they", "it", "I", "we", "who", "both", "the mayor", "two officials", "NATO")
CUES = ("said", "says", "told", "asked", "thinks", "believes", "according to", "wrote", ":")
SAID = ("that it was late", "“No,”", "“we are ‘ready’”", "nothing", "so", "“Yes.”", "he had left")
JOINTS = (" ", " ", " ", ", ", ". ", "\n", "\n\n", " and ", " that ", " of ", "; ", " — ", "’s ")


@frozen
class Sown:
    """What texts are made from.

    Attributes:
        random: Draws lots.
        prose: Real paragraphs.
        size: About how many characters a text is to have.
    """

    random: Random
    prose: Sequence[str]
    size: int

    def some(self, draw: Callable[[], str], between: str = "") -> str:
        """As many draws as fill the size."""
        drawn, length = [], 0
        while length < self.size:
            drawn.append(draw())
            length += max(len(drawn[-1]) + len(between), 1)
        return between.join(drawn)

    def of(self, choice: Sequence[str]) -> Callable[[], str]:
        """Draws of one from a choice."""
        return lambda: self.random.choice(choice)

    def paragraphs(self) -> str:
        """Real paragraphs, cut at the size."""
        return self.some(self.of(self.prose), "\n\n")[: self.size]

    def speaker(self) -> str:
        """Somebody, named or not."""
        if self.random.random() < 1 / 3:
            return self.random.choice(OTHERS)
        parts = [self.random.choice(each) for each in (TITLES, GIVEN, SURNAMES)]
        return " ".join(parts[self.random.randrange(3) :]).strip()

    def sown(self, text: str, what: Sequence[str], share: float) -> str:
        """A text with something between a share of its characters."""
        places = self.random.choices(range(len(text) + 1), k=1 + int(share * len(text)))
        cuts = [0, *sorted(places), len(text)]
        parts = (text[start:end] for start, end in pairwise(cuts))
        return "".join(part + self.random.choice(what) for part in parts)


def _mutated(sown: Sown) -> str:
    """Paragraphs with stretches that were left out, said twice, moved, reversed or shouted."""
    text, random = sown.paragraphs(), sown.random
    for _ in range(random.randint(1, 20)):
        start, end = sorted(random.choices(range(len(text) + 1), k=2))
        end = min(end, start + random.choice((1, 10, 200)))
        part = text[start:end]
        part = random.choice(("", part * 2, part[::-1], part.upper(), part.lower(), part.title()))
        text = text[:start] + part + text[end:]
    return text


def _without_spaces(sown: Sown) -> str:
    return "".join(sown.paragraphs().split())


def _other_breaks(sown: Sown) -> str:
    return re.sub(r"\n+", lambda _: sown.random.choice(BREAKS), sown.paragraphs())


def _wrapped(sown: Sown) -> str:
    """Paragraphs with a line end for every so manieth space."""
    width, line_end = sown.random.randint(1, 12), sown.random.choice(BREAKS)
    words = sown.paragraphs().split(" ")
    lines = (words[start : start + width] for start in range(0, len(words), width))
    return line_end.join(" ".join(line) for line in lines)


def _html(sown: Sown) -> str:
    return sown.some(lambda: sown.random.choice(HTML).format(sown.random.choice(sown.prose)[:200]))


def _binary(sown: Sown) -> str:
    """Bytes of a file that is none of text."""
    data = (resources.files("quoteattr") / "data" / "coref" / "network.npz").read_bytes()
    start = sown.random.randrange(len(data))
    return data[start : start + sown.size].decode("latin-1")


def _any_unicode(sown: Sown) -> str:
    most = sown.random.choice((0x80, 0x250, 0x3000, 0x110000))
    return sown.some(lambda: chr(sown.random.randrange(most)))


def _long_words(sown: Sown) -> str:
    word = sown.of(("a", "Ab", "said", "é", "人", "-", "a.", "Lee’s", "x\u0301", "_", "1,"))() * 500
    return sown.some(sown.of((word, word[:99], " ", "“")))


def _nested_marks(sown: Sown) -> str:
    marks = sown.random.choice(("“”", '""', "‘’", "''", "«»", "„“", "「」", "([", "“‘"))
    middle = sown.random.choice(("", "a", "No", "said Ann Lee"))
    deep = sown.size // 2
    return marks[0] * deep + middle + marks[1] * deep


def _nested_speech(sown: Sown) -> str:
    opening = sown.random.choice(("", "“", "‘", '"', "that “", "that "))
    return sown.some(lambda: f"{sown.speaker()} {sown.random.choice(CUES)} {opening}", " ")


def _list_of_names(sown: Sown) -> str:
    joint = sown.random.choice((", ", " and ", "; ", ", and ", " ", "\n"))
    return sown.some(sown.speaker, joint) + sown.random.choice((" said so.", " left.", ": “No.”"))


def _repeated(sown: Sown) -> str:
    """One short stretch over and over."""
    kinds = (_talk, _nested_speech, _list_of_names, _odd_marks, _marks, _mutated)
    unit = sown.random.choice(kinds)(evolve(sown, size=sown.random.randint(1, 80)))
    return (unit or " ") * (sown.size // max(len(unit), 1))


def _talk(sown: Sown) -> str:
    """Words of saying, marks, people and what they say, with sense or without."""
    parts: tuple[Callable[[], str], ...]
    parts = (sown.speaker, sown.of(CUES), sown.of(SAID), sown.of(JOINTS), sown.of(MARKS))
    return sown.some(lambda: sown.random.choice(parts)() + sown.random.choice(("", " ")))


def _turns(sown: Sown) -> str:
    """An interview."""
    heads = ("Q: ", "A: ", "\nQ: ", "By Ann Lee\n", "Ann Lee: ", "— ", "* ", "LEE (smiles): ")
    return sown.some(lambda: sown.random.choice(heads) + sown.random.choice(SAID) + "\n")


def _marks(sown: Sown) -> str:
    return sown.some(sown.of(MARKS))


def _odd_marks(sown: Sown) -> str:
    return sown.some(sown.of((*MARKS, "a", "No", " ", " ", ". ", "\n")))


def _nearly_nothing(sown: Sown) -> str:
    words = ("-", "/", ".", "of", "Jr.", "’s", "1", *OTHERS, *CUES, *GIVEN, *JOINTS)
    return "".join(sown.random.choices((*ODD, *MARKS, *BREAKS, *words), k=sown.random.randrange(6)))


KINDS: Mapping[str, Callable[[Sown], str]] = {
    "paragraphs": Sown.paragraphs,
    "mutated": _mutated,
    "odd characters": lambda sown: sown.sown(sown.paragraphs(), ODD, 0.02),
    "controls": lambda sown: sown.sown(sown.paragraphs(), CONTROLS, 0.05),
    "more marks": lambda sown: sown.sown(sown.paragraphs(), MARKS, 0.05),
    "more spaces": lambda sown: sown.sown(sown.paragraphs(), SPACES, 0.1),
    "no spaces": _without_spaces,
    "other breaks": _other_breaks,
    "wrapped": _wrapped,
    "html": _html,
    "binary": _binary,
    "any Unicode": _any_unicode,
    "only odd": lambda sown: sown.some(sown.of(ODD)),
    "only marks": _marks,
    "mostly marks": _odd_marks,
    "only spaces": lambda sown: sown.some(sown.of(SPACES)),
    "long words": _long_words,
    "nested marks": _nested_marks,
    "nested speech": _nested_speech,
    "pronouns": lambda sown: sown.some(sown.of(OTHERS[: sown.random.randint(1, 8)]), " "),
    "names": _list_of_names,
    "talk": _talk,
    "turns": _turns,
    "repeated": _repeated,
    "nearly nothing": _nearly_nothing,
}


def real_prose() -> list[str]:
    """Real paragraphs: of the seeds, and of the corpora if QUOTEATTR_CORPORA names them."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    for path in sorted(Path(CORPORA).glob("polnear-train.jsonl.gz")) if CORPORA else ():
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            texts += [json.loads(line)["text"] for line in lines]
    lines_of = (line.strip() for text in texts for line in text.splitlines())
    return [line for line in lines_of if line] or ["“We are ready,” said Ann Lee. He left."]


def make(seed: int, number: int, prose: Sequence[str], size: int | None = None) -> tuple[str, str]:
    """Make a text.

    Args:
        seed: The run's.
        number: The text's.
        prose: Real paragraphs.
        size: About how many characters it is to have; by default few, seldom many.

    Returns:
        Its kind and the text, the same ones for the same arguments.
    """
    random = Random(f"{seed} {number}")  # noqa: S311 - nobody is kept out by it
    most = 5 if number % SELDOM == SELDOM - 1 else 3.6
    drawn = int(10 ** random.uniform(0.7, most))
    kind = [*KINDS][number % len(KINDS)] if size else random.choice([*KINDS])
    return kind, KINDS[kind](Sown(random, prose, size or drawn))
