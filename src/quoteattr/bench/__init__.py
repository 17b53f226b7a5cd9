"""The benchmark: several systems on the same gold, with intervals, and what each gets wrong.

All is scored by `quoteattr.evaluate`. `systems` has what can be measured, `results` the figures,
`mistakes` what goes wrong, with a page of HTML, and `plots` the picture.
"""

from quoteattr.bench.mistakes import page
from quoteattr.bench.plots import plot
from quoteattr.bench.results import Results, check, measure
from quoteattr.bench.systems import System, called, find, from_file, load

__all__ = [
    "Results",
    "System",
    "called",
    "check",
    "find",
    "from_file",
    "load",
    "measure",
    "page",
    "plot",
]
