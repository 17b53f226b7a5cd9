"""How Sphinx builds the documentation: with the `docs` extra alone and without a network."""

import builtins
import doctest
import sys
from pathlib import Path

from quoteattr import __version__

sys.path.insert(0, str(Path(__file__).parent))  # for `commands`

project = "quoteattr"
author = "The quoteattr maintainers"
project_copyright = "The quoteattr maintainers"
version = release = __version__

extensions = [
    "commands",
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx.ext.napoleon",
]
exclude_patterns = ["_build"]
default_role = "code"

# References to what these pages don't document, since nothing is fetched to look them up in.
nitpicky = True
nitpick_ignore_regex = [
    ("py:.*", r"(collections|enum|jinja2|numpy|pathlib|spacy|typing)\..*"),
    ("py:class", "Doc|Language|Tokenizer"),  # spaCy's and tokenizers', imported for type checkers
    ("py:class", r"pa\.\w+|DataFrame"),  # pyarrow's and PySpark's, likewise
    ("py:class", r"sqlalchemy\..*"),  # SQLAlchemy's, likewise
    ("py:class", "FastAPI"),  # FastAPI's, likewise
    ("py:class", r"quoteattr\.pipeline\.Context"),  # a type variable
    ("py:class", r"quoteattr\.entities\.\w+|Network|Table"),  # insides of what is documented
    ("py:.*", "|".join(dir(builtins))),
]

autodoc_member_order = "bysource"
autodoc_typehints = "description"
napoleon_use_ivar = True
doctest_default_flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
doctest_test_doctest_blocks = ""  # those in docstrings are run by pytest, in their modules
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"quoteattr {__version__}"
