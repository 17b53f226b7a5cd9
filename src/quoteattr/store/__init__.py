"""The quote database: documents and their quotes in SQLite or PostgreSQL, to be searched.

Example:
    >>> import tempfile
    >>> from quoteattr.quotes import Document, Quote, Span, Speaker
    >>> from quoteattr.store import Filters, QuoteStore
    >>> text = "“Energy security matters,” Yavuz Selim Kıran said."
    >>> quote = Quote((Span.of(text, 0, 26),), speaker=Speaker("Yavuz Selim Kıran"))
    >>> with tempfile.TemporaryDirectory() as folder, QuoteStore(f"{folder}/quotes.db") as store:
    ...     _ = store.add([Document("a", text, (quote,), meta={"published": "2024-01-31"})])
    ...     [hit] = store.search("secur*", Filters(speaker="Kiran", since="2024-01-01")).hits
    >>> hit.speakers, hit.quote.text, hit.highlights
    (('Yavuz Selim Kıran',), '“Energy security matters,”', ((8, 16),))
"""

from quoteattr.store.registry import Decision
from quoteattr.store.search import Filters, Hit, Order, Page, Quoted
from quoteattr.store.speakers import KnownSpeaker, Speakers, as_speaker
from quoteattr.store.store import Added, QuoteStore, Stats

__all__ = [
    "Added",
    "Decision",
    "Filters",
    "Hit",
    "KnownSpeaker",
    "Order",
    "Page",
    "QuoteStore",
    "Quoted",
    "Speakers",
    "Stats",
    "as_speaker",
]
