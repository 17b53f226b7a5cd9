"""Draw `docs/table.svg`, the picture in the README: what `quoteattr extract` shows of a seed."""

import io
import re
from pathlib import Path

from rich.console import Console

import quoteattr
from quoteattr.cli.display import DocumentView
from quoteattr.readers import read_text

TEXT = "seeds/mammadov-ankara-think-tank.txt"
ROOT = Path(__file__).parents[1]


def main() -> None:
    """Draw the picture."""
    console = Console(file=io.StringIO(), width=120, record=True)
    console.print(DocumentView(quoteattr.load()(read_text(ROOT / TEXT), id=TEXT)))
    svg = console.export_svg(title=f"quoteattr extract {TEXT}", unique_id="quotes")
    # The viewer's own font: a picture shall fetch nothing.
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    (ROOT / "docs" / "table.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
