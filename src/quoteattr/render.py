"""A document as HTML: its text with the quotes marked in it, and who says how many of them.

The HTML needs no script and asks for nothing; whatever stands in a text, a name or an id is
escaped. Characters that HTML can't hold, such as lone surrogates, are written out as in Python.
"""

import functools
import hashlib
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from typing import Any, TypeAlias

from attrs import evolve, frozen
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from quoteattr.characters import UNPRINTABLE, printable
from quoteattr.quotes import Document, Quote, Span

__all__ = ["STYLE", "article", "cell", "environment", "page"]

_TEMPLATES = "data/templates"

STYLE = (resources.files("quoteattr") / _TEMPLATES / "style.css").read_text(encoding="utf-8")
"""The CSS of all three, in light and dark and for print. Its classes begin with ``qa-``."""


def article(document: Document) -> str:
    """A document as a piece of HTML, to be put into a page that has `STYLE`.

    Args:
        document: The document.

    Returns:
        A ``div``: the text with its quotes, of which the third has the id ``quote-3``, and the
        speakers, ``speaker-1`` first. Its headings are ``h2``.

    Example:
        >>> 'id="quote-1"' in article(Document("a", "“Yes.”", (Quote((Span(0, 6, "“Yes.”"),)),)))
        True
    """
    return _article(document, "")


def page(*documents: Document, title: str | None = None) -> str:
    """Documents as a whole page of HTML, which needs no other file.

    Args:
        documents: One document, or several that are shown one after the other; their ids are then
            those of `article` with ``document-1-`` and so on in front.
        title: What the page is called; of one document, its heading, too. By default each has the
            title in its `meta`, else its id.

    Returns:
        The page. It encodes to UTF-8 whatever the text.

    Example:
        >>> print(page(Document("a", "Yes."), title="R&D").splitlines()[3])
        <title>R&amp;D – quotations</title>
    """
    if len(documents) == 1:
        shown = [_shown(documents[0], "", title)]
    else:
        numbered = enumerate(documents, start=1)
        shown = [_shown(each, f"document-{number}-", None) for number, each in numbered]
    title = title or (shown[0]["title"] if len(shown) == 1 else f"{len(shown)} texts")
    return _render("page.html", title=printable(title), style=Markup(STYLE), documents=shown)  # noqa: S704


def cell(document: Document) -> str:
    """A document as a notebook shows it: `article` with its style, and ids of its own.

    Args:
        document: The document.

    Returns:
        The HTML, which leaves the rest of the notebook as it is.

    Example:
        >>> cell(Document("a", "Yes.")).startswith("<style>")
        True
    """
    line = document.to_json(with_text=True).encode("utf-8")
    prefix = f"qa-{hashlib.sha256(line).hexdigest()[:8]}-"
    return f"<style>\n{STYLE}</style>\n{_article(document, prefix)}"


def environment(package: str = "quoteattr", folder: str = _TEMPLATES) -> Environment:
    """The way from templates to HTML, the same for all pages of quoteattr.

    Args:
        package: The package that the templates are in.
        folder: Their folder in it.

    Returns:
        A new environment, which escapes all values and raises where one is missing.

    Example:
        >>> environment().from_string("<b>{{ name }}</b>").render(name="R&D")
        '<b>R&amp;D</b>'
    """
    return Environment(
        loader=PackageLoader(package, folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


def _shown(document: Document, prefix: str, title: str | None) -> dict[str, Any]:
    """What a page says of a document."""
    meta = document.meta
    return {
        "prefix": prefix,
        "title": printable(str(title or meta.get("title") or document.id)),
        "facts": [printable(str(meta[key])) for key in ("outlet", "published") if meta.get(key)],
        "count": len(document.quotes),
        "article": Markup(_article(document, prefix)),  # noqa: S704 - escaped already
    }


def _article(document: Document, prefix: str) -> str:
    """The piece of HTML, with ids that begin with a prefix."""
    voices = _voices(document.quotes)
    by_name = {voice.name: voice for voice in voices}
    said = [
        _Said(number, quote, by_name[_name(quote)])
        for number, quote in enumerate(document.quotes, start=1)
    ]
    return _render(
        "article.html",
        document=document,
        voices=voices,
        said=said,
        paragraphs=_marked_up(document, said),
        prefix=prefix,
    )


# Who speaks, and how that is shown


@frozen
class _Voice:
    """A speaker as a page shows it.

    Attributes:
        name: The name, or None for all whom nobody can tell.
        label: A few letters, which no other speaker of the page has.
        look: The CSS classes of its colour and line.
        numbers: The numbers of its quotes.
    """

    name: str | None
    label: str
    look: str
    numbers: tuple[int, ...]


@frozen
class _Said:
    """A quote with its number and its voice."""

    number: int
    quote: Quote
    voice: _Voice


_HUES, _LINES = 10, 3


def _voices(quotes: Sequence[Quote]) -> list[_Voice]:
    """Who speaks, most quoted first, whom nobody can tell last."""
    numbers: dict[str | None, list[int]] = defaultdict(list)
    for number, quote in enumerate(quotes, start=1):
        numbers[_name(quote)].append(number)
    names = sorted(numbers, key=lambda name: (name is None, -len(numbers[name])))
    labels = _labels(names)
    return [
        _Voice(name, label, _look(rank) if name is not None else "qa-unknown", tuple(numbers[name]))
        for rank, (name, label) in enumerate(zip(names, labels, strict=True))
    ]


def _name(quote: Quote) -> str | None:
    return quote.speaker.name if quote.speaker else None


def _look(rank: int) -> str:
    """Thirty looks in all: ten colours, then the same with another line."""
    return f"qa-hue-{rank % _HUES} qa-line-{rank // _HUES % _LINES}"


def _labels(names: Iterable[str | None]) -> Iterator[str]:
    """Initials, with a number where others have the same."""
    used: defaultdict[str, int] = defaultdict(int)
    for name in names:
        letters = "?" if name is None else "+".join(map(_initials, name.split("; ")))
        used[letters] += 1
        yield letters if used[letters] == 1 else f"{letters}{used[letters]}"


def _initials(name: str) -> str:
    words = re.findall(r"[^\W\d_]+", name)
    words = [word for word in words if word[0].isupper()] or words
    if not words:
        return "#"
    letters: str = words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]
    return letters.upper()


# The text with its marks


@frozen
class _Mark:
    """An element around a stretch of a paragraph.

    Attributes:
        start: Index of its first character in the text.
        end: Index after the last one.
        role: What it marks: a whole quote, from its first to its last character, a content, a
            source, a cue, a place that links lead to, or the gap after a paragraph.
        said: The quote.
        id: What links to what it marks lead to; empty where an earlier element has it.
        ends: Whether the quote's content ends with it.
        goes_on: Whether a reader needs to be told that a content goes on here.
    """

    start: int
    end: int
    role: str
    said: _Said | None = None
    id: str = ""
    ends: bool = False
    goes_on: bool = False


_ROLES = ("quote", "content", "source", "cue", "place", "gap")
"""Of several around the same characters, the outer ones come first."""


@frozen
class _Close:
    """The end of an element."""

    mark: _Mark


@frozen
class _Paragraph:
    """A stretch of text up to the next paragraph; what separates the two begins at `gap`."""

    start: int
    gap: int
    end: int


_LINE_END = r"(?:(?:\r\n|\r(?!\n)|\n)[ \t\xa0]*)"
_LINE_ENDS = re.compile(f"{_LINE_END}+")
_BLANK_LINES = re.compile(f"{_LINE_END}{{2,}}")


_Part: TypeAlias = str | _Mark | _Close
"""A stretch of text, or a tag."""


def _marked_up(document: Document, said: Sequence[_Said]) -> Iterator[Iterator[_Part]]:
    """For each paragraph its text and its tags, in their order."""
    paragraphs = _paragraphs(document.text)
    starts = [paragraph.start for paragraph in paragraphs]
    marks: list[list[_Mark]] = [[] for _ in paragraphs]
    for mark in (*_marks(said), *_places(document)):
        first = bisect_right(starts, mark.start) - 1
        last = max(first, bisect_left(starts, mark.end) - 1)
        for at in range(first, last + 1):
            marks[at].append(_cut(mark, paragraphs[at], is_first=at == first, is_last=at == last))
    for paragraph, own in zip(paragraphs, marks, strict=True):
        gap = _Mark(paragraph.gap, paragraph.end, "gap")
        yield _parts(document.text, paragraph, [*own, gap] if gap.start < gap.end else own)


def _paragraphs(text: str) -> list[_Paragraph]:
    """Its paragraphs, between blank lines; without any, each line is one."""
    between = _BLANK_LINES if _BLANK_LINES.search(text.strip()) else _LINE_ENDS
    breaks = [found.span() for found in between.finditer(text)]
    starts = [0, *(end for _, end in breaks)]
    gaps = [*breaks, (len(text), len(text))]
    return [_Paragraph(start, *gap) for start, gap in zip(starts, gaps, strict=True)]


def _marks(said: Iterable[_Said]) -> Iterator[_Mark]:
    for each in said:
        quote = each.quote
        yield _Mark(quote.start, quote.end, "quote", each, f"quote-{each.number}")
        first, *others = sorted(quote.content)
        yield _Mark(first.start, first.end, "content", each, ends=not others)
        for span in others:
            ends = span is others[-1]
            yield _Mark(span.start, span.end, "content", each, ends=ends, goes_on=True)
        for role, spans in ("source", quote.source), ("cue", quote.cue):
            yield from (_Mark(span.start, span.end, role, each) for span in spans)


def _places(document: Document) -> Iterator[_Mark]:
    """The places that links lead to, each once: evidence, and what warnings are about."""
    spans = {step.span for quote in document.quotes for step in quote.evidence}
    spans |= {warning.span for warning in document.warnings if warning.span}
    yield from (_Mark(span.start, span.end, "place", id=_place(span)) for span in sorted(spans))


def _cut(mark: _Mark, paragraph: _Paragraph, *, is_first: bool, is_last: bool) -> _Mark:
    """What of a mark stands in a paragraph; only one that begins in the gap after it covers it."""
    start = max(mark.start, paragraph.start)
    return evolve(
        mark,
        start=start,
        end=min(mark.end, paragraph.gap if start < paragraph.gap else paragraph.end),
        id=mark.id if is_first else "",
        ends=mark.ends and is_last,
        goes_on=mark.goes_on or not is_first,
    )


def _parts(text: str, paragraph: _Paragraph, marks: Iterable[_Mark]) -> Iterator[_Part]:
    """The text of a paragraph and its tags; where marks overlap, one is cut in two."""
    starting: defaultdict[int, list[_Mark]] = defaultdict(list)
    for mark in marks:
        starting[mark.start].append(mark)
    ends = {mark.end for several in starting.values() for mark in several}
    is_open: list[_Mark] = []
    last = paragraph.start
    for cut in sorted({paragraph.end, *starting, *ends}):
        if cut > last:
            yield text[last:cut]
        last = cut
        yield from _turn(cut, is_open, starting[cut])


def _turn(cut: int, is_open: list[_Mark], starting: Sequence[_Mark]) -> Iterator[_Mark | _Close]:
    """The tags at one place; what stays open is left in `is_open`, the innermost last."""
    kept = next((at for at, mark in enumerate(is_open) if mark.end <= cut), len(is_open))
    closing = is_open[kept:]
    del is_open[kept:]
    for mark in reversed(closing):
        yield _Close(mark if mark.end <= cut else evolve(mark, ends=False))
    again = (evolve(mark, id="", goes_on=False) for mark in closing if mark.end > cut)
    for mark in sorted((*again, *starting), key=lambda m: (-m.end, _ROLES.index(m.role))):
        yield mark
        if mark.end > cut:
            is_open.append(mark)
        else:
            yield _Close(mark)


# Text that HTML can hold

_IN_TEXT = re.compile(f"\r\n?|{UNPRINTABLE.pattern}")
_SHORT = 60


def _in_text(text: str) -> Markup:
    """A stretch of the text as HTML that says of each odd character which one it is."""
    # Escaping leaves these characters alone, and adds none.
    return Markup(_IN_TEXT.sub(_odd, str(escape(text))))  # noqa: S704 - escaped right here


def _odd(found: re.Match[str]) -> str:
    character = found.group()
    if character.startswith("\r"):  # HTML would make a newline of it
        return "&#13;\n" if character == "\r\n" else "&#13;<br>"
    return f'<span class="qa-odd" data-code="{ord(character)}">{printable(character)}</span>'


def _short(text: str) -> str:
    """The beginning of a text, on one line."""
    flat = " ".join(text[: 2 * _SHORT].split())
    return printable(flat if len(flat) <= _SHORT else f"{flat[:_SHORT]}…")


def _place(span: Span) -> str:
    """The id of a place that links lead to."""
    return f"at-{span.start}-{span.end}"


@functools.cache
def _articles() -> Environment:
    made = environment()
    made.filters.update(written=printable, in_text=_in_text, short=_short, place=_place)
    made.tests.update(closing=lambda part: isinstance(part, _Close))
    return made


def _render(template: str, **values: object) -> str:
    return _articles().get_template(template).render(values)
