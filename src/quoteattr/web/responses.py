"""What goes out: pages from templates, and JSON; any text in them, lone surrogates included."""

import json
from collections.abc import Mapping
from importlib import resources
from urllib.parse import quote as percent

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse

from quoteattr.characters import escape_surrogates
from quoteattr.render import environment
from quoteattr.store.escapes import escape

__all__ = ["ICON", "JSON", "STYLE", "address", "page"]


def _written(name: str) -> str:
    return (resources.files("quoteattr.web") / "templates" / name).read_text(encoding="utf-8")


STYLE = _written("style.css")
"""The CSS of the pages; that of the articles in them is `quoteattr.render.STYLE`."""
ICON = _written("icon.svg")
"""What browsers show in a tab."""


class JSON(JSONResponse):
    """JSON that encodes to UTF-8 whatever is in it."""

    def render(self, content: object) -> bytes:
        """Write it.

        Args:
            content: The data.

        Returns:
            Its bytes.
        """
        return escape_surrogates(json.dumps(content, ensure_ascii=False)).encode()


class _HTML(HTMLResponse):
    def render(self, content: object) -> bytes:
        return escape_surrogates(str(content)).encode()


def address(text: str) -> str:
    """A text, such as a document's id, as a part of an address.

    What UTF-8 can't hold is written as the database does, of which `unescape` is the way back; so
    are ``.`` and ``..``, which browsers take for steps, percent-encoded or not.

    Args:
        text: Any text.

    Returns:
        What stands in the address; a slash in the text is none there.

    Example:
        >>> address("../a b.txt")
        '..%2Fa%20b.txt'
    """
    is_step = text in {".", ".."}
    return percent("␛002e" * len(text) if is_step else escape(text), safe="")


_TEMPLATES = environment("quoteattr.web", "templates")
_TEMPLATES.filters["address"] = address


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: object,
) -> HTMLResponse:
    """Make a page.

    Args:
        request: What the browser asked for.
        template: The name of its template.
        status: The HTTP status.
        headers: More headers.
        values: What the template shows, all of which it escapes.

    Returns:
        The page.
    """
    written = _TEMPLATES.get_template(template).render(path=request.url.path, **values)
    return _HTML(written, status, headers)
