"""Documents made by hand to be shown as HTML, and a reader of that HTML."""

from html.parser import HTMLParser

from attrs import define, field

from quoteattr.quotes import (
    Document,
    Evidence,
    Kind,
    Quote,
    Span,
    Speaker,
    TextWarning,
    WarningCode,
)

__all__ = ["HOSTILE", "Shown", "crowd", "odd", "spans"]

HOSTILE = (
    "<script>alert(1)</script> \"onload='alert(2)' <img src=x onerror=alert(3)> &lt; {{ 7*7 }}"
)

_ODD = (
    "Mayor Ann Lee spoke. “We are ready,” said Lee, smiling, “and Bo Roe told me: ‘It is late,’ he "
    "said, ‘let us begin.’ He means it.” Overlaps here do not nest well.\r\n\r\n"
    "“A long one goes on in the next paragraph.\n\n"
    "“Here it ends,” said Lee.\rA line\r\nand another, with \0 and \x1b[2J and \ud800. "
    f"{HOSTILE}\n\n"
    "قالت ليلى: «نحن جاهزون» ثم ذهبت. \u202eturned round\n\n"
    f"שלום “hello” to all. {'x' * 200}\n"
)


def spans(text: str, *pieces: str) -> tuple[Span, ...]:
    """The places of some pieces of a text, each after the one before."""
    found: list[Span] = []
    for piece in pieces:
        start = text.index(piece, found[-1].end if found else 0)
        found.append(Span.of(text, start, start + len(piece)))
    return tuple(found)


def odd() -> Document:
    """Nested, discontinuous and overlapping quotes, hostile names, all kinds of characters."""
    lee, roe = Speaker("Ann Lee", confidence=0.97), Speaker("Bo Roe")
    outer = _ODD[_ODD.index("“and Bo") : _ODD.index("it.”") + 4]
    long = _ODD[_ODD.index("“A long") : _ODD.index("ends,”") + 6]
    [full], [_, surname] = spans(_ODD, "Ann Lee"), spans(_ODD, "ready,” said", "Lee")
    way = (Evidence(surname, "source"), Evidence(full, "fullest name"))

    def quote(
        *content: str, speaker: Speaker | None = None, cue: str = "", source: str = ""
    ) -> Quote:
        return Quote(
            spans(_ODD, *content),
            spans(_ODD, cue) if cue else (),
            spans(_ODD, source) if source else (),
            speaker,
            Kind.DIRECT,
            evidence=way if speaker == lee else (),
        )

    quotes = (
        quote("“We are ready,”", outer, speaker=lee, cue="said", source="Lee, smiling"),
        quote("‘It is late,’", "‘let us begin.’", speaker=roe, cue="told me", source="Bo Roe"),
        quote("Overlaps here do", speaker=Speaker("Ann Lee; Bo Roe")),
        quote("here do not nest"),
        quote(long, speaker=lee),
        quote("«نحن جاهزون»", speaker=Speaker("ليلى"), cue="قالت", source="ليلى"),
        quote("“hello”", speaker=Speaker(f"{HOSTILE}\ud800\u202e")),
    )
    warning = TextWarning(WarningCode.UNCLOSED_MARK, HOSTILE, spans(_ODD, "“A")[0])
    meta = {"title": f"Odd {HOSTILE}", "outlet": HOSTILE, "published": "2024-01-31"}
    return Document(f"{HOSTILE}\ud800", _ODD, quotes, (warning,), meta=meta)


def crowd(count: int) -> Document:
    """As many speakers with a quote each."""
    names = [f"{chr(65 + number % 26)}o{'abc'[number % 3]} Lee" for number in range(count)]
    names = [f"{name}{'i' * (number // 26)}" for number, name in enumerate(names)]
    text = "".join(f"“I am here,” said {name}.\n\n" for name in names)
    quotes: list[Quote] = []
    for name in names:
        at = quotes[-1].source[0].end if quotes else 0
        content, cue, source = (
            Span.of(text, at + span.start, at + span.end)
            for span in spans(text[at:], "“I am here,”", "said", name)
        )
        way = (Evidence(source, "source"),)
        quotes.append(Quote((content,), (cue,), (source,), Speaker(name), evidence=way))
    return Document("crowd", text, tuple(quotes))


_ASIDE = {"qa-label", "qa-card", "qa-hidden", "qa-odd"}
_MARKS = {"qa-content", "qa-source", "qa-cue"}
_VOID = {"br", "link", "meta"}


@define
class _Element:
    """An element that is open: its name, its first class, and what was said in it so far."""

    tag: str
    kind: str
    text: str = ""


@define
class Shown(HTMLParser):
    """What stands in a page, as Python's own parser reads it.

    Attributes:
        tags: The elements, with their attributes.
        text: The document's own text, without what the page says of it.
        marked: What stands in each mark in the text, by its class, in the order of their ends.
    """

    tags: list[tuple[str, dict[str, str]]] = field(factory=list)
    text: str = ""
    marked: dict[str, list[str]] = field(factory=lambda: {kind: [] for kind in _MARKS})
    _open: list[_Element] = field(factory=list)

    def __attrs_pre_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    @classmethod
    def of(cls, html: str) -> "Shown":
        """Read HTML to its end."""
        shown = cls()
        shown.feed(html)
        shown.close()
        assert shown._open == [], "an element never closes"
        return shown

    def ids(self) -> list[str]:
        """The ids, in their order."""
        return [attributes["id"] for _, attributes in self.tags if "id" in attributes]

    def targets(self) -> set[str]:
        """The ids that links and buttons lead to."""
        links = {attributes["href"][1:] for tag, attributes in self.tags if tag == "a"}
        return links | {a["popovertarget"] for _, a in self.tags if "popovertarget" in a}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter an element."""
        attributes = {name: value or "" for name, value in attrs}
        self.tags.append((tag, attributes))
        if "data-code" in attributes:
            self.handle_data(chr(int(attributes["data-code"])))
        if tag not in _VOID:
            self._open.append(_Element(tag, attributes.get("class", "").split(" ")[0]))

    def handle_endtag(self, tag: str) -> None:
        """Leave an element, which must be the last that was entered."""
        last = self._open.pop()
        assert last.tag == tag
        if last.kind in _MARKS and self._is_in_text():
            self.marked[last.kind].append(last.text)

    def handle_data(self, data: str) -> None:
        """Keep what is the document's own, and not between its paragraphs."""
        if self._is_in_text() and self._open[-1].kind != "qa-text":
            self.text += data
            for element in self._open:
                element.text += data

    def _is_in_text(self) -> bool:
        kinds = {element.kind for element in self._open}
        return "qa-text" in kinds and not kinds & _ASIDE
