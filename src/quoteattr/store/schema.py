"""The tables, one schema for SQLite and PostgreSQL, and the views that answer the usual questions.

Row numbers mean nothing outside the database; a document is known by its own id, which is unique.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

__all__ = [
    "METADATA",
    "VIEWS",
    "aliases",
    "decisions",
    "documents",
    "models",
    "quotes",
    "spans",
    "speakers",
    "voices",
]

METADATA = MetaData()

_Number = BigInteger().with_variant(Integer(), "sqlite")
# PostgreSQL would sort as the server's language does; by code point both sort alike.
_Text = Text().with_variant(Text(collation="C"), "postgresql")


def _number(name: str) -> Column[int]:
    """A row's own number, which the store gives it."""
    return Column(name, _Number, primary_key=True, autoincrement=False)


def _part_of(name: str, whole: Column[int], *, primary_key: bool = False) -> Column[int]:
    """The number of the row with which a row is deleted."""
    key = ForeignKey(whole, ondelete="CASCADE")
    return Column(name, _Number, key, primary_key=primary_key, nullable=False)


models = Table(
    "models",
    METADATA,
    _number("id"),
    Column("version", _Text, comment="of quoteattr"),
    Column("model", _Text, nullable=False, comment="JSON: what found the quotes"),
)

documents = Table(
    "documents",
    METADATA,
    _number("number"),
    Column("id", _Text, nullable=False, unique=True),
    Column("text", _Text, nullable=False),
    Column("sha256", _Text, nullable=False, comment="of the text as it came in, in UTF-8"),
    Column("title", _Text),
    Column("url", _Text),
    Column("published", _Text, index=True, comment="ISO 8601"),
    Column("outlet", _Text),
    Column("meta", _Text, nullable=False, comment="JSON: the other metadata"),
    Column("warnings", _Text, nullable=False, comment="JSON: what was odd about the text"),
    Column("model_id", _Number, ForeignKey(models.c.id), nullable=False),
    Column("escaped", Boolean, nullable=False, comment="whether characters are written out"),
    Column("digest", _Text, nullable=False, comment="of the document with its quotes"),
)

quotes = Table(
    "quotes",
    METADATA,
    _number("id"),
    _part_of("document_number", documents.c.number),
    Column("position", Integer, nullable=False, comment="in the document, from 0"),
    Column("start", Integer, nullable=False, comment="in characters of the text"),
    Column("end", Integer, nullable=False),
    Column("text", _Text, nullable=False),
    Column("kind", _Text, nullable=False),
    Column("medium", _Text, nullable=False),
    Column("confidence", Float(53), nullable=False),
    Column("attribution", _Text),
    Column("speaker", _Text, comment="JSON: the speaker as it was found"),
    Column("model_id", _Number, ForeignKey(models.c.id), nullable=False),
    UniqueConstraint("document_number", "position"),
)

spans = Table(
    "spans",
    METADATA,
    _part_of("quote_id", quotes.c.id, primary_key=True),
    Column("role", _Text, primary_key=True, comment="content, cue, source or evidence"),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("start", Integer, nullable=False, comment="in characters of the text"),
    Column("end", Integer, nullable=False),
    Column("text", _Text, nullable=False),
    Column("why", _Text, comment="of evidence: what it shows"),
    sqlite_with_rowid=False,
)

speakers = Table(
    "speakers",
    METADATA,
    _number("id"),
    Column("name", _Text, nullable=False),
    Column("type", _Text, nullable=False),
    Column("wikidata", _Text),
    Column("role", _Text),
    Column("found_name", _Text, nullable=False, comment="what it was before people renamed it"),
    Column("folded", _Text, comment="by which it is found again; null if it was split off"),
    Column("document", _Text, comment="empty if found again in any; else only in this one"),
    UniqueConstraint("document", "folded", "type"),
)

# A new decision of people changes `speaker_id` only; what was found stays beside it.
voices = Table(
    "voices",
    METADATA,
    _part_of("quote_id", quotes.c.id, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("found_id", _Number, ForeignKey(speakers.c.id), nullable=False, index=True),
    Column("speaker_id", _Number, ForeignKey(speakers.c.id), nullable=False, index=True),
    sqlite_with_rowid=False,
)

decisions = Table(
    "decisions",
    METADATA,
    _number("number"),
    Column("kind", _Text, nullable=False, comment="merge, split, rename or alias"),
    Column("speaker_id", _Number, ForeignKey(speakers.c.id), nullable=False, index=True),
    Column("other_id", _Number, ForeignKey(speakers.c.id), index=True),
    Column("details", _Text, nullable=False, comment="JSON"),
    Column("undone", Boolean, nullable=False),
)

aliases = Table(
    "aliases",
    METADATA,
    _number("id"),
    _part_of("found_id", speakers.c.id),
    Column("speaker_id", _Number, ForeignKey(speakers.c.id), nullable=False, index=True),
    Column("name", _Text, nullable=False),
    Column("folded", _Text, nullable=False, index=True),
    Column("decision", _Number, ForeignKey(decisions.c.number), comment="null if it was found"),
    UniqueConstraint("found_id", "folded", "decision"),
)

VIEWS = {
    "said": """
        SELECT quotes.id AS quote_id, speakers.id AS speaker_id, speakers.name AS speaker,
            quotes.text AS quote, quotes.kind, quotes.medium, quotes.confidence,
            documents.published, documents.outlet, documents.title, documents.url,
            documents.id AS document, quotes.start, quotes."end", models.version, models.model
        FROM quotes
        JOIN documents ON documents.number = quotes.document_number
        JOIN models ON models.id = quotes.model_id
        LEFT JOIN voices ON voices.quote_id = quotes.id
        LEFT JOIN speakers ON speakers.id = voices.speaker_id""",
    "quoted": """
        SELECT speakers.id, speakers.name, speakers.type, speakers.role, speakers.wikidata,
            count(DISTINCT quotes.id) AS quotes,
            count(DISTINCT quotes.document_number) AS documents,
            min(documents.published) AS first, max(documents.published) AS last
        FROM speakers
        JOIN voices ON voices.speaker_id = speakers.id
        JOIN quotes ON quotes.id = voices.quote_id
        JOIN documents ON documents.number = quotes.document_number
        GROUP BY speakers.id""",
    "quoted_by_month": """
        SELECT speakers.id, speakers.name, substr(documents.published, 1, 7) AS month,
            count(DISTINCT quotes.id) AS quotes
        FROM speakers
        JOIN voices ON voices.speaker_id = speakers.id
        JOIN quotes ON quotes.id = voices.quote_id
        JOIN documents ON documents.number = quotes.document_number
        WHERE documents.published IS NOT NULL
        GROUP BY speakers.id, substr(documents.published, 1, 7)""",
}
"""Every quote with its speaker; every speaker with counts; the same month by month."""
