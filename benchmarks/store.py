"""How fast the quote database is, with a million quotes and more than a bare database would do.

The quotes are those of PolNeAR's articles, over and over under other ids and dates; each is said by
the full name in its source, or else by the source as it stands. Three things are measured:

- loading, against a bare ``executemany`` of the same rows into the same tables, with the same
  indexes, foreign keys and full-text index;
- searches with a speaker filter, against the same searches in a database of 10,000 quotes;
- the sizes of the two files.

Run it from a checkout: ``python benchmarks/store.py --corpora FOLDER``, where the folder has
``polnear-train.jsonl.gz``. It takes minutes, and a few gigabytes of disk.
"""

import argparse
import datetime as dt
import itertools
import json
import os
import re
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from attrs import evolve

from quoteattr import formats
from quoteattr.quotes import Document, Quote, Speaker, SpeakerType
from quoteattr.store import Filters, QuoteStore
from quoteattr.store.schema import METADATA

CORPUS = "polnear-train.jsonl.gz"
FULL_NAME = re.compile(r"[A-Z][\w’'-]+(?: [A-Z][\w.’'-]*)+")
SEARCHES = (
    ("people", "Donald Trump"),
    ("tax*", "Hillary Clinton"),
    ('"united states"', "Obama"),
    ("the", "Bernie Sanders"),
    ("immigration reform", "Marco Rubio"),
)
REPEATS = 15
TABLES = {
    **{table.name: [f'"{column.name}"' for column in table.c] for table in METADATA.sorted_tables},
    "quote_words": ["rowid", "words", "names"],
    "alias_words": ["rowid", "words"],
}
PART = 4_000
ROWS = 50_000


def with_speaker(quote: Quote) -> Quote:
    """The quote with a speaker by its source."""
    if not quote.source:
        return quote
    source = quote.source[0].text
    found = FULL_NAME.search(source)
    name = found.group() if found else source
    return evolve(quote, speaker=Speaker(name, SpeakerType.PERSON, named=found is not None))


def real_articles(corpora: Path) -> list[Document]:
    """PolNeAR's articles, with speakers."""
    articles = formats.load(corpora / CORPUS)
    return [evolve(each, quotes=tuple(map(with_speaker, each.quotes))) for each in articles]


def archive(articles: Sequence[Document], count: int) -> Iterator[Document]:
    """Articles over and over, until there are so many quotes."""
    for copy in itertools.count():
        for article in articles:
            if count <= 0:
                return
            yield as_copy(article, copy)
            count -= len(article.quotes)


def as_copy(article: Document, copy: int) -> Document:
    """The article under another id, and of another date; the id begins with outlet and date."""
    outlet, date, title = article.id.split("_", 2)
    published = dt.date.fromisoformat(date) + dt.timedelta(weeks=copy)
    meta = {"outlet": outlet, "title": title, "published": published.isoformat()}
    return evolve(article, id=f"{article.id}-{copy}", meta=meta)


@contextmanager
def timed(spent: list[float]) -> Iterator[None]:
    """Note the seconds that something takes."""
    start = time.perf_counter()
    yield
    spent.append(time.perf_counter() - start)


def fill(path: Path, documents: Iterable[Document]) -> None:
    """Fill a database."""
    with QuoteStore(path) as store:
        store.add(documents)


def load(large: Path, bare: Path, documents: Iterable[Document]) -> tuple[float, float]:
    """Fill a database by the store, and another one by bare `executemany` with the same rows.

    The tables, the indexes and the settings are the same; making and reading the rows is not
    counted. The two take turns, so that whatever else the machine does hits both.

    Args:
        large: The one.
        bare: The other.
        documents: The documents.

    Returns:
        How many seconds each takes.
    """
    ours: list[float] = []
    theirs: list[float] = []
    rest = iter(documents)
    QuoteStore(bare).close()
    with (
        QuoteStore(large) as store,
        closing(sqlite3.connect(large)) as source,
        closing(sqlite3.connect(bare)) as target,
    ):
        target.execute("PRAGMA foreign_keys = ON")
        target.execute("PRAGMA cache_size = -65536")
        while part := list(itertools.islice(rest, PART)):
            with timed(ours):
                store.add(part)
            for table in TABLES:
                copy_new(source, target, table, theirs)
    return sum(ours), sum(theirs)


def copy_new(
    source: sqlite3.Connection, target: sqlite3.Connection, table: str, spent: list[float]
) -> None:
    """Insert the rows of a table that the other database doesn't have, and note the seconds."""
    columns = TABLES[table]
    key = columns[0]
    last = target.execute(f"SELECT coalesce(max({key}), 0) FROM {table}").fetchone()  # noqa: S608
    listed, marks = ", ".join(columns), ", ".join("?" * len(columns))
    rows = source.execute(f"SELECT {listed} FROM {table} WHERE {key} > ?", last)  # noqa: S608
    while some := rows.fetchmany(ROWS):
        with timed(spent):
            target.executemany(f"INSERT INTO {table} ({listed}) VALUES ({marks})", some)  # noqa: S608
    with timed(spent):
        target.commit()


def milliseconds_to_search(path: Path) -> list[float]:
    """The median of several times for each search."""
    with QuoteStore(path) as store:
        return [statistics.median(times(store, query, name)) for query, name in SEARCHES]


def times(store: QuoteStore, query: str, name: str) -> Iterator[float]:
    """Milliseconds for the first page, again and again; the first time is not counted."""
    for repeat in range(REPEATS + 1):
        start = time.perf_counter()
        store.search(query, Filters(speaker=name))
        if repeat:
            yield 1000 * (time.perf_counter() - start)


def megabytes(path: Path) -> float:
    """The size of a file."""
    return path.stat().st_size / 1e6


def measure(corpora: Path, folder: Path, count: int, few: int) -> dict[str, Any]:
    """All figures.

    Args:
        corpora: The folder with the corpus.
        folder: Where the databases go.
        count: How many quotes the large one has.
        few: How many the small one has.

    Returns:
        The figures.
    """
    articles = real_articles(corpora)
    large, small, bare = (folder / f"{name}.db" for name in ("large", "small", "bare"))
    fill(small, archive(articles, few))
    store_seconds, bare_seconds = load(large, bare, archive(articles, count))
    in_large, in_small = milliseconds_to_search(large), milliseconds_to_search(small)
    searches = [
        {"query": query, "speaker": name, "large_ms": high, "small_ms": low, "ratio": high / low}
        for (query, name), high, low in zip(SEARCHES, in_large, in_small, strict=True)
    ]
    with QuoteStore(large) as store:
        quotes = store.stats().quotes
    return {
        "quotes": quotes,
        "load_s": store_seconds,
        "bare_s": bare_seconds,
        "load_ratio": store_seconds / bare_seconds,
        "searches": searches,
        "large_mb": megabytes(large),
        "small_mb": megabytes(small),
    }


def lines(figures: dict[str, Any]) -> Iterator[str]:
    """The figures, to be read."""
    yield f"{figures['quotes']:,} quotes"
    yield (
        f"loading {figures['load_s']:.1f} s, bare executemany {figures['bare_s']:.1f} s, "
        f"ratio {figures['load_ratio']:.2f}"
    )
    for each in figures["searches"]:
        yield (
            f"{each['query']:<18} of {each['speaker']:<16} {each['large_ms']:7.1f} ms, "
            f"in the small one {each['small_ms']:5.1f} ms, ratio {each['ratio']:5.1f}"
        )
    yield f"large {figures['large_mb']:,.0f} MB, small {figures['small_mb']:,.0f} MB"


def parse() -> argparse.Namespace:
    """The program's arguments."""
    named = os.environ.get("QUOTEATTR_CORPORA")
    parser = argparse.ArgumentParser(description="Measure the quote database.")
    parser.add_argument(
        "--corpora",
        type=Path,
        metavar="FOLDER",
        default=named,
        required=named is None,
        help=f"the folder with {CORPUS} (default: what QUOTEATTR_CORPORA says)",
    )
    parser.add_argument("--quotes", type=int, default=1_000_000, help="how many (default: 1000000)")
    parser.add_argument("--few", type=int, default=10_000, help="how many few are (default: 10000)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    return parser.parse_args()


def main() -> None:
    """Print the figures."""
    arguments = parse()
    with tempfile.TemporaryDirectory() as folder:
        corpora = Path(arguments.corpora)
        figures = measure(corpora, Path(folder), arguments.quotes, arguments.few)
    for line in lines(figures):
        print(line)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
