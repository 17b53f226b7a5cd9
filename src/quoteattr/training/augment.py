"""Altered copies of labelled documents: other marks, names, titles, verbs and layouts.

The network learns from American news; its users' texts are British, translated or an agency's. An
alteration changes what such texts change, never who says what. It is a list of edits of the text;
`apply` alone makes them, and moves the labels along.
"""

import functools
import importlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Literal, TypeAlias, TypeVar, get_args

from attrs import evolve
from numpy.random import Generator

from quoteattr import marks
from quoteattr.quotes import Document, Quote, Span

__all__ = ["Edit", "Style", "alter", "apply", "restyle"]

Edit: TypeAlias = tuple[int, int, str]
"""A stretch of text, in characters, half-open and not empty, and what to put in its place."""
Style: TypeAlias = Literal["straight", "single", "guillemet", "low"]
"""How quotation marks look: "…", ‘…’ as the British have it, «…», or „…“."""

_T = TypeVar("_T")
_STYLES: Mapping[str, tuple[str, str]] = {  # the outer pair, and the one within it
    "straight": ('""', "''"),
    "single": ("‘’", "“”"),
    "guillemet": ("«»", "“”"),
    "low": ("„“", "‚‘"),
}


def apply(document: Document, edits: Iterable[Edit]) -> Document:
    """Change a text and move its labels along.

    An edge of a span inside a replaced stretch moves outwards, to that of the replacement. A span
    that becomes empty is dropped, and so is a quote without content. Evidence and warnings are
    dropped too: they are about the old text.

    Args:
        document: The document.
        edits: The edits, in any order; they must not overlap.

    Returns:
        The document with its new text.

    Example:
        >>> text = "Mr. Lee said no."
        >>> quote = Quote((Span.of(text, 13, 15),), source=(Span.of(text, 0, 7),))
        >>> altered = apply(Document("a", text, (quote,)), [(0, 3, "President")])
        >>> altered.text, altered.quotes[0].source
        ('President Lee said no.', (Span(start=0, end=13, text='President Lee'),))
    """
    ordered = sorted(edits)
    text = document.text
    for start, end, new in reversed(ordered):
        text = text[:start] + new + text[end:]
    grown = (len(new) - (end - start) for start, end, new in ordered)
    moved = functools.partial(_moved, text, ordered, list(accumulate(grown, initial=0)))
    return evolve(document, text=text, quotes=_relabelled(document.quotes, moved), warnings=())


def _moved(text: str, edits: Sequence[Edit], shifts: Sequence[int], span: Span) -> Span:
    """The span in the new text, which had moved this far before the first edit, the second, …."""
    before = bisect_right(edits, span.start, key=lambda edit: edit[0])
    start = span.start + shifts[before]
    if before and span.start < edits[before - 1][1]:
        start = edits[before - 1][0] + shifts[before - 1]
    before = bisect_left(edits, span.end, key=lambda edit: edit[0])
    end = max(span.end, edits[before - 1][1] if before else 0) + shifts[before]
    return Span.of(text, start, max(start, end))


def _relabelled(quotes: Iterable[Quote], move: Callable[[Span], Span]) -> tuple[Quote, ...]:
    def kept(spans: Iterable[Span]) -> tuple[Span, ...]:
        return tuple(moved for span in spans if (moved := move(span)).text)

    return tuple(
        evolve(quote, content=content, cue=kept(quote.cue), source=kept(quote.source), evidence=())
        for quote in quotes
        if (content := kept(quote.content))
    )


def _pick(options: Sequence[_T], generator: Generator) -> _T:
    return options[int(generator.integers(len(options)))]


def _replaced(
    document: Document, generator: Generator, pattern: re.Pattern[str], new: str, share: float
) -> Document:
    """A document with a share of a pattern's matches, taken by chance, replaced."""
    found = pattern.finditer(document.text)
    return apply(document, [(*each.span(), new) for each in found if generator.random() < share])


_CIVIL = ("Mr.", "Ms.", "Mrs.", "Dr.", "Mr", "Ms", "Dr", "Prof.")
_OFFICES = (
    *("Foreign Minister", "Deputy Prime Minister", "Secretary General", "Spokesman", "Professor"),
    *("Ambassador", "MP", "First Vice President", "Deputy Chairman of the State Committee"),
    *("President of {}", "Prime Minister of {}", "Minister of Economy of {}"),
    *("Chairman of the Parliament of {}", "{}'s Defence Minister", "Ambassador of {}"),
)
# None is a first name, too, as Georgia, India and Kenya are.
_COUNTRIES = ("Azerbaijan", "Turkey", "Germany", "Poland", "Hungary", "Pakistan", "Brazil")
_TITLE = re.compile(
    r"\b(?:(?P<civil>(?:Mr|Mrs|Ms|Dr)\b\.?)|(?:U\.S\. )?(?:(?:Vice )?President|Sen(?:ator|\.)"
    r"|Gov(?:ernor|\.)|Rep\.|Secretary|Congress(?:wo)?man)) (?=(?!General\b)([A-Z]\w+))"
)


def _titles(document: Document, generator: Generator) -> Document:
    """Other titles and offices, the same wherever the same title precedes the same name."""
    chosen: dict[tuple[str, str], str] = {}
    edits: list[Edit] = []
    for found in _TITLE.finditer(document.text):
        country = _pick(_COUNTRIES, generator)
        title = _pick(_CIVIL if found["civil"] else _OFFICES, generator).format(country)
        new = chosen.setdefault((found[0], found[2]), title)
        edits.append((found.start(), found.end() - 1, new))
    return apply(document, edits)


_LOCALES = (  # those of Faker's that have a few dozen names in Latin letters
    *("az_AZ", "cs_CZ", "da_DK", "de_AT", "de_CH", "de_DE", "en_GB", "en_IE", "en_IN", "en_KE"),
    *("en_NG", "en_NZ", "en_PK", "en_TH", "es_AR", "es_CO", "es_ES", "es_MX", "et_EE", "fi_FI"),
    *("fr_BE", "fr_CA", "fr_DZ", "fr_FR", "ha_NG", "hr_HR", "hu_HU", "id_ID", "ig_NG", "it_IT"),
    *("ja_JP", "lt_LT", "lv_LV", "nl_NL", "no_NO", "pl_PL", "pt_BR", "pt_PT", "ro_RO", "sk_SK"),
    *("sl_SI", "sv_SE", "sw", "tr_TR", "tw_GH", "uz_UZ", "yo_NG", "zh_CN", "zu_ZA"),
)
_LATIN = re.compile("[A-Za-zÀ-ʯḀ-ỿ]+(?:-[A-Za-zÀ-ʯḀ-ỿ]+)*")
_CAPITALISED = r"[A-Z][^\W\d_]*[a-z][^\W\d_]*(?:-[A-Z][^\W\d_]+)*"
_MIDDLE = rf"(?:{_CAPITALISED}|[A-Z]\.)"
_LAST_NAME = re.compile(  # the last word of a source's name, which no article precedes
    rf"(?!(?:[Tt]he|An?|an?) )(?:.*?\b)?({_CAPITALISED})(?:['’]s)?(?:,.*| \(.*)?", re.DOTALL
)
_NAME = re.compile(rf"(?<![Tt]he )\b(?=(\w+\.?) (?:({_MIDDLE}) )?({_CAPITALISED})\b)")
_BEFORE_NAMES = {"Mr.", "Mrs.", "Ms.", "Dr.", "President", "Senator", "Sen.", "Gov.", "Rep."}


@functools.cache
def _world(locale: str) -> tuple[Sequence[str], Sequence[str]]:
    """The first and the last names of one of Faker's locales, each one word in Latin letters."""
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    first = getattr(provider, "first_romanized_names", provider.first_names)
    last = getattr(provider, "unisex_last_names", provider.last_names)
    last = getattr(provider, "last_romanized_names", last)
    return _latin(first), _latin(last)


def _latin(names: Iterable[str]) -> Sequence[str]:
    return sorted({name for name in names if _LATIN.fullmatch(name) and name[0].isupper()})


def _names(document: Document, generator: Generator) -> Document:
    """Other names, all of one country, for the people who speak, wherever these are named."""
    first, last = _world(_pick(_LOCALES, generator))
    chosen: dict[str, str] = {}
    edits: list[Edit] = []
    for found in _bearers(document).finditer(document.text):
        if found["first"]:
            new = chosen.setdefault(found["first"] + " " + found["last"], _pick(first, generator))
            edits.append((*found.span("first"), new))
        new = chosen.setdefault(found["last"], _pick(last, generator))
        edits.append((*found.span("last"), new))
    return apply(document, edits)


def _bearers(document: Document) -> re.Pattern[str]:
    """What matches the last names of the people among the sources, and the first names before them.

    Whom a title or an English first name precedes is one of the people, not an organisation.
    """
    sources = {span.text for quote in document.quotes for span in quote.source}
    named = {name[1] for source in sources if (name := _LAST_NAME.fullmatch(source))}
    before_names = (_BEFORE_NAMES | frozenset(_world("en")[0])) - named
    found = (name for name in _NAME.findall(document.text) if name[2] in named)
    people = [name for name in found if name[0] in before_names]
    first = {middle if before in _BEFORE_NAMES else before for before, middle, _ in people} - {""}
    last = {each for _, _, each in people}
    first_any, last_any = ("|".join(sorted(words)) or "(?!)" for words in (first, last))
    return re.compile(rf"\b(?:(?P<first>{first_any}) (?:{_MIDDLE} )?)?(?P<last>{last_any})\b")


_PAST = (
    *("stressed", "noted", "emphasized", "emphasised", "underlined", "declared", "pointed out"),
    *("remarked", "recalled", "stated", "added", "explained", "argued", "observed", "insisted"),
)
_PRESENT = (
    *("stresses", "notes", "emphasizes", "emphasises", "underlines", "declares", "points out"),
    *("remarks", "recalls", "states", "adds", "explains", "argues", "observes", "insists"),
)
_VERBS = {"said": _PAST, "says": _PRESENT}
_PLAIN = frozenset((*_VERBS, *_PAST, *_PRESENT))
_AFTER_SPEECH = re.compile("(?:,[\"”’»“']|[\"”’»“'],) $")


def _verbs(document: Document, generator: Generator) -> Document:
    """Other verbs for about half of the cues that are only *said* or *says*."""
    cues = {span for quote in document.quotes for span in quote.cue if span.text in _VERBS}
    new = [(cue.start, cue.end, _pick(_VERBS[cue.text], generator)) for cue in sorted(cues)]
    return apply(document, [edit for edit in new if generator.integers(2)])


def _order(document: Document, generator: Generator) -> Document:
    """Cue and source in each other's place after about half of the direct quotes.

    The two spans are exchanged first; then the edits bring each one's words to where it is now.
    """
    exchanged: dict[Span, Span] = {}
    for first, second in _adjacent(document):
        if generator.integers(2) and first not in exchanged and second not in exchanged:
            exchanged |= {first: second, second: first}
    quotes = _relabelled(document.quotes, lambda span: exchanged.get(span, span))
    edits = [(span.start, span.end, other.text) for span, other in exchanged.items()]
    return apply(evolve(document, quotes=quotes), edits)


def _adjacent(document: Document) -> Iterator[tuple[Span, Span]]:
    """The cues and sources that stand side by side right after direct speech."""
    text = document.text
    spans = {span for each in document.quotes for span in (*each.content, *each.cue, *each.source)}
    for quote in document.quotes:
        for cue, source in zip(quote.cue[:1], quote.source[:1], strict=False):
            first, second = sorted((cue, source))
            after_speech = _AFTER_SPEECH.search(text[max(0, first.start - 3) : first.start])
            are_side_by_side = text[first.end : second.start] == " " and source.text.strip()
            are_whole = not any(
                first.start < edge < second.end
                for span in spans - {cue, source}
                for edge in (span.start, span.end)
            )
            if after_speech and are_side_by_side and are_whole and cue.text in _PLAIN:
                yield first, second


_ARTICLES = (re.compile(r"\b(?:the|an?) (?=\w)"), "", 0.3)
_SPACINGS = (
    (re.compile(" "), "\xa0", 0.05),
    (re.compile(r"(?<=\w)’(?=\w)"), "'", 1.0),
    (re.compile(r"(?<=\w)'(?=\w)"), "’", 1.0),
    (re.compile(" ?— ?"), " -- ", 1.0),
    (re.compile(" ?-- ?"), "—", 1.0),
    (re.compile(r"(?<=[.!?”\"]) (?=[A-Z“\"])"), "  ", 1.0),
)


def _paragraphs(document: Document, generator: Generator) -> Document:
    """Some paragraphs, or all, joined to the next; or all of them set apart in another way."""
    new, share = _pick(((" ", 0.3), (" ", 1.0), ("\n", 1.0), ("\n\n", 1.0)), generator)
    places = pairwise(marks.paragraphs(document.text))
    edits = [(end, start, new) for (_, end), (start, _) in places if generator.random() < share]
    return apply(document, edits)


def restyle(document: Document, style: Style) -> Document:
    """Write the paired quotation marks of a text in another style.

    Args:
        document: The document.
        style: Which; the marks inside others are that style's inner ones.

    Returns:
        The document with the new marks; apostrophes and marks without partner are as they were.

    Example:
        >>> restyle(Document("a", "“It’s a ‘no’,” he said."), "single").text
        '‘It’s a “no”,’ he said.'
    """
    return _rewritten(document, *_STYLES[style])


def _rewritten(document: Document, outer: Sequence[str], inner: Sequence[str]) -> Document:
    """A document with these opening and closing marks."""
    edits = (
        (start, end, mark)
        for pair in marks.pair(document.text).pairs
        for (start, end), mark in zip(_marks(pair), (outer, inner)[pair.depth % 2], strict=True)
        if start < end
    )
    return apply(document, edits)


def _marks(pair: marks.MarkPair) -> tuple[marks.Offsets, marks.Offsets]:
    """Where the opening and the closing mark of a pair stand; the latter may be missing."""
    return (pair.start, pair.inner_start), (pair.inner_end, pair.end)


def _lost_marks(document: Document, generator: Generator) -> Document:
    """One to three pairs that lack their opening or their closing mark."""
    pairs = [pair for pair in marks.pair(document.text).pairs if pair.inner_end < pair.end]
    lost = generator.permutation(len(pairs))[: generator.integers(1, 4)]
    return apply(document, [(*_pick(_marks(pairs[number]), generator), "") for number in lost])


# How probable each kind of alteration is; together they make two or three a document.
_KINDS: Mapping[str, tuple[float, Callable[[Document, Generator], Document]]] = {
    "titles": (0.3, _titles),
    # The most: half of all sources are names, and a few people bear most of them.
    "names": (0.5, _names),
    "verbs": (0.3, _verbs),
    # Odd English: enough to be borne, too little to be learnt as a rule.
    "order": (0.15, _order),
    "articles": (0.15, lambda document, rng: _replaced(document, rng, *_ARTICLES)),
    "paragraphs": (0.2, _paragraphs),
    "lost marks": (0.1, _lost_marks),
    # The least: such texts are rare, and even people misread them.
    "no marks": (0.03, lambda document, _: _rewritten(document, ("", ""), ("", ""))),
    # Costs nothing: the network sees all paired marks alike.
    "style": (0.3, lambda document, rng: restyle(document, _pick(get_args(Style), rng))),
    "spaces": (0.3, lambda document, rng: _replaced(document, rng, *_pick(_SPACINGS, rng))),
}


def alter(document: Document, generator: Generator) -> Document:
    """An altered copy of a labelled document.

    Args:
        document: The document with its gold quotes.
        generator: Decides what is altered, and how; the same state gives the same copy.

    Returns:
        The copy. It names no speakers, whose names may be others now, and the kinds of its quotes
        are found anew.

    Example:
        >>> from numpy.random import default_rng
        >>> document = Document("a", "“Yes,” said Ann.")
        >>> alter(document, default_rng(3)) == alter(document, default_rng(3))
        True
    """
    for chance, altered in _KINDS.values():
        if generator.random() < chance:
            document = altered(document, generator)
    found = marks.pair(document.text)
    quotes = tuple(
        evolve(quote, kind=marks.kind_of(quote.content, found), speaker=None, evidence=())
        for quote in document.quotes
    )
    return evolve(document, quotes=quotes, warnings=())
