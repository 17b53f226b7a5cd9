"""The index of words: what is put in, and how it is asked.

A query is words, all of which must be there, ``"phrases in quotation marks"`` and the beginnings of
words, with an asterisk: ``secur*``.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from attrs import frozen
from sqlalchemy import (
    ColumnElement,
    Connection,
    Double,
    TableClause,
    cast,
    column,
    func,
    literal_column,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from quoteattr.errors import QueryError
from quoteattr.store.backend import insert_rows
from quoteattr.store.words import Word, indexed, name_word, words

__all__ = [
    "ALIAS_WORDS",
    "QUOTE_WORDS",
    "Term",
    "add_aliases",
    "add_quotes",
    "highlights",
    "matches",
    "parse",
    "relevance",
]

QUOTE_WORDS = table("quote_words", column("rowid"), column("words"))
"""The words of each quote, by its number."""
ALIAS_WORDS = table("alias_words", column("rowid"), column("words"))
"""The words of each name of a speaker, by the number of the alias."""


@frozen
class Term:
    """Words that must stand one right after the other.

    Attributes:
        words: The words, folded.
        is_prefix: Whether the last one may go on.
    """

    words: tuple[str, ...]
    is_prefix: bool = False

    def stands_in(self, some: Sequence[Word]) -> bool:
        """Whether these words are the term's.

        Args:
            some: As many words as the term has.
        """
        *firsts, last = (word.folded for word in some)
        same = last.startswith(self.words[-1]) if self.is_prefix else last == self.words[-1]
        return same and tuple(firsts) == self.words[:-1]


_PART = re.compile(r'["“„”](?P<phrase>[^"“„”]*)(?P<end>["“”]?)|(?P<chunk>[^\s"“„”]+)')
_STAR_AT_END = re.compile(r"[^*]*[^\W_*]\*\s*")


def parse(query: str) -> tuple[Term, ...]:
    """Read a query.

    Args:
        query: Words, ``"phrases"`` and prefixes.

    Returns:
        What must be there, at least one term.

    Raises:
        QueryError: If a phrase has no end, an asterisk ends no word, or there is no word.

    Example:
        >>> parse('vice-president "energy secur*"')
        (Term(words=('vice', 'president'), is_prefix=False),
         Term(words=('energy', 'secur'), is_prefix=True))
    """
    terms = [term for found in _PART.finditer(query) for term in _terms(query, found)]
    if not terms:
        msg = (
            f'there is no word in {query!r}; expected words, a "phrase" or a prefix such as secur*'
        )
        raise QueryError(msg)
    return tuple(terms)


def _terms(query: str, found: re.Match[str]) -> Iterator[Term]:
    """The term of a phrase or of what stands between spaces; none if it has no word."""
    if found["end"] == "":
        msg = (
            f"in {query!r} the phrase that opens at character {found.start() + 1} never ends; "
            'close it with "'
        )
        raise QueryError(msg)
    text = found["phrase"] or found["chunk"] or ""
    has_star = "*" in text
    if has_star and not _STAR_AT_END.fullmatch(text):
        at = query.index("*", found.start()) + 1
        msg = (
            f"in {query!r} the * at character {at} doesn't end a word; write it right after the "
            "beginning of one, such as secur*"
        )
        raise QueryError(msg)
    if folded := tuple(word.folded for word in words(text)):
        yield Term(folded, has_star)


def matches(
    connection: Connection,
    where: TableClause,
    terms: Iterable[Term],
    names: Collection[str] = (),
) -> ColumnElement[bool]:
    """The condition that a row of an index has all terms.

    Args:
        connection: To the database.
        where: The index.
        terms: What must be there.
        names: Folded names of which one must be there, if there are any.

    Returns:
        The condition.
    """
    of_names = [Term((name_word(name),)) for name in names]
    if connection.dialect.name == "postgresql":
        alternatives = [f"({' | '.join(map(_for_postgresql, of_names))})"] if names else []
        asked = " & ".join([*map(_for_postgresql, terms), *alternatives])
        return where.c.words.op("@@")(cast(asked, TSQUERY))
    alternatives = [f"({' OR '.join(map(_for_sqlite, of_names))})"] if names else []
    asked = " AND ".join([*map(_for_sqlite, terms), *alternatives])
    # The condition names the table, as if it were a column.
    return literal_column(where.name).op("MATCH")(asked)


def relevance(connection: Connection, terms: Iterable[Term]) -> ColumnElement[float]:
    """How well the words of a row of the index of quotes fit; less is better.

    Args:
        connection: To the database.
        terms: What is looked for.

    Returns:
        The number.
    """
    if connection.dialect.name == "postgresql":
        asked = cast(" & ".join(map(_for_postgresql, terms)), TSQUERY)
        return -cast(func.ts_rank(QUOTE_WORDS.c.words, asked), Double)
    # The names have no weight.
    return func.bm25(literal_column(QUOTE_WORDS.name), 1.0, 0.0)


# Words consist of letters and digits alone, so nothing in them can mean anything to a database.


def _for_sqlite(term: Term) -> str:
    return f'"{" ".join(term.words)}"' + ("*" if term.is_prefix else "")


def _for_postgresql(term: Term) -> str:
    words_ = " <-> ".join(f"'{word}'" for word in term.words)
    return f"({words_}{':*' if term.is_prefix else ''})"


def add_quotes(connection: Connection, rows: Iterable[tuple[int, str, Collection[str]]]) -> None:
    """Put quotes into their index.

    Args:
        connection: To the database, in a transaction.
        rows: The quotes' numbers, their words and the names of those who say them, all folded.
    """
    named = [(id_, text, " ".join(map(name_word, names))) for id_, text, names in rows]
    if connection.dialect.name == "postgresql":
        vectors = [(id_, f"{_vector(text)} {names}") for id_, text, names in named]
        insert_rows(connection, QUOTE_WORDS.name, ("rowid", "words"), vectors)
    else:
        insert_rows(connection, QUOTE_WORDS.name, ("rowid", "words", "names"), named)


def add_aliases(connection: Connection, rows: Iterable[tuple[int, str]]) -> None:
    """Put names into their index.

    Args:
        connection: To the database, in a transaction.
        rows: The aliases' numbers, and the names.
    """
    is_server = connection.dialect.name == "postgresql"
    values = [(id_, _vector(indexed(name)) if is_server else indexed(name)) for id_, name in rows]
    insert_rows(connection, ALIAS_WORDS.name, ("rowid", "words"), values)


def _vector(text: str) -> str:
    """Words with their places, as PostgreSQL has them."""
    return " ".join(f"'{word}':{place}" for place, word in enumerate(text.split(), 1))


def highlights(text: str, terms: Sequence[Term]) -> tuple[tuple[int, int], ...]:
    """Where the terms stand in a text.

    Args:
        text: A text that has them.
        terms: What was looked for.

    Returns:
        Pairs of characters, half-open, in their order and apart from each other.

    Example:
        >>> highlights("Kıran’s energy, and energies", parse("kiran energ*"))
        ((0, 5), (8, 14), (20, 28))
    """
    there = list(words(text))
    found: list[tuple[int, int]] = []
    for start, end in sorted(_places(there, terms)):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def _places(there: Sequence[Word], terms: Iterable[Term]) -> Iterator[tuple[int, int]]:
    for term in terms:
        length = len(term.words)
        for first in range(len(there) - length + 1):
            some = there[first : first + length]
            if term.stands_in(some):
                yield some[0].start, some[-1].end
