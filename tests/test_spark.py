"""Spark: the same quotes from a column of texts as from one text after the other.

The tests marked as slow start a local Spark with two worker processes.
"""

import gzip
import itertools
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import quoteattr
from quoteattr import frames, spark
from quoteattr.errors import ConfigError, InputTypeError, ModelNotFoundError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

pa = pytest.importorskip("pyarrow", reason="Spark needs the extra spark")

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
PAGE = (ROOT / "docs" / "spark.md").read_text(encoding="utf-8")
CORPORA = os.environ.get("QUOTEATTR_CORPORA", "")
YES = "“Yes,” said Ann Lee."
THINKS = "Bob Roe thinks that it rains."
NOBODY = "“Not yet!” somebody shouted."

# With the extra comes an older pandas; with a newer one PySpark works, and warns.
pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas")


@pytest.fixture(scope="module", name="session")
def _session(tmp_path_factory: pytest.TempPathFactory) -> Iterator["SparkSession"]:
    """A local Spark with two worker processes, on the loopback address alone."""
    sql = pytest.importorskip("pyspark.sql", reason="Spark needs the extra spark")
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        pytest.skip("Spark needs Java")
    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.local.dir": str(tmp_path_factory.mktemp("spark")),
        "spark.ui.enabled": "false",
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)  # else the first python3 on the path
        session = sql.SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
        yield session
        session.stop()


@pytest.fixture(name="raising")
def _raising(tmp_path: Path) -> str:
    """A model on disk that raises for every text but the empty one: its textcat is untrained."""
    import spacy  # noqa: PLC0415 - heavy

    nlp = spacy.load(quoteattr.Config().model)
    nlp.add_pipe("textcat")
    nlp.to_disk(tmp_path / "model")
    return str(tmp_path / "model")


def texts() -> list[str]:
    """A thousand texts: articles, if the corpora are there, and pairs of the seeds' paragraphs."""
    articles: list[str] = []
    if CORPORA:
        with gzip.open(Path(CORPORA) / "polnear-dev.jsonl.gz", "rt", encoding="utf-8") as lines:
            articles = [json.loads(line)["text"] for line in lines]
    files = (path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt")))
    paragraphs = [line for file in files for line in file.splitlines() if line.strip()]
    pairs = map("\n".join, itertools.permutations(paragraphs, 2))
    return [*articles, *itertools.islice(pairs, 0, None, 5)][:1000]


def batch(*rows: str | None) -> Any:  # noqa: ANN401 - pyarrow may be missing
    """A batch of texts as Spark hands them to a worker."""
    return pa.RecordBatch.from_pydict({"id": list(range(len(rows))), "text": list(rows)})


def attributed(*batches: Any, **options: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - see batch
    """The rows that a worker makes of batches."""
    made = spark._attributed(batches, column="text", loader=lambda: quoteattr.load(**options))
    return [row for each in made for row in each.to_pylist()]


def quotes_of(text: str) -> list[dict[str, Any]]:
    """The quotes of a text as `frames` has them."""
    table = frames.to_arrow([quoteattr.Document("", text, tuple(quoteattr.attribute(text)))])
    return table.drop_columns("id").to_pylist()


def test_a_worker_adds_two_columns() -> None:
    """The columns that were there are kept; a text without quotes has an empty list."""
    assert attributed(batch(YES), batch("", THINKS)) == [
        {"id": 0, "text": YES, "quotes": quotes_of(YES), "error": None},
        {"id": 0, "text": "", "quotes": [], "error": None},
        {"id": 1, "text": THINKS, "quotes": [], "error": None},
    ]


def test_a_null_is_an_error_of_its_row() -> None:
    """A null has no quotes and an error; its neighbours have theirs."""
    first, null, last = attributed(batch(YES, None, YES))
    assert first["quotes"] == last["quotes"] == quotes_of(YES)
    assert null["quotes"] is None
    assert null["error"] == "InputTypeError: expected a str, got NoneType"


def test_a_model_that_raises_is_an_error_of_the_row(raising: str) -> None:
    """Whatever the model raises for a text stands in its row."""
    fine, failed = attributed(batch("", YES), model=raising)
    assert (fine["quotes"], fine["error"]) == ([], None)
    assert failed["quotes"] is None
    assert re.match("ValueError: .*textcat|ValueError: .*sparse_linear", failed["error"])


def test_few_rows_are_held_at_once() -> None:
    """A batch of thousands comes out in small ones, with all its rows in order."""
    many = batch(*["a"] * (2 * spark._ROWS + 1))
    made = list(spark._attributed([many], column="text", loader=quoteattr.load))
    assert [each.num_rows for each in made] == [spark._ROWS, spark._ROWS, 1]
    assert pa.Table.from_batches(made)["id"].to_pylist() == list(range(many.num_rows))


def test_no_rows() -> None:
    """Of no batches come none, and of an empty one neither."""
    assert attributed() == attributed(batch()) == []


def test_no_spark_frame() -> None:
    """A frame of another kind is refused, with the way to make one of Spark's."""
    pytest.importorskip("pyspark", reason="Spark needs the extra spark")
    expected = "expected a Spark frame, got dict; make one of it: spark.createDataFrame(frame)"
    frame: Any = {"text": [YES]}
    with pytest.raises(InputTypeError, match=f"^{re.escape(expected)}$"):
        spark.attribute_column(frame, "text")


def test_the_page_reckons_right() -> None:
    """What the documentation says of the size of a cluster is what the program prints."""
    sizes = runpy.run_path(str(ROOT / "benchmarks" / "spark.py"))
    numbers = re.findall(r"^\| (?:words|bytes) .* \| ([\d,]+) \|$", PAGE, re.MULTILINE)
    rates = sizes["Rates"](*(int(number.replace(",", "")) for number in numbers))
    assert sizes["report"](rates) in PAGE


def test_the_program_measures(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """It attributes the texts, prints what that takes and writes the rates."""
    gold, written = tmp_path / "gold.jsonl", tmp_path / "rates.json"
    documents = [quoteattr.Document("a", f"{YES} {YES}"), quoteattr.Document("b", YES)]
    lines = [each.to_json(with_text=True) for each in documents]
    gold.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["spark.py", "--gold", str(gold), "--json", str(written)])
    sizes = runpy.run_path(str(ROOT / "benchmarks" / "spark.py"), run_name="__main__")
    rates = sizes["Rates"](**json.loads(written.read_text(encoding="utf-8")))
    assert capsys.readouterr().out == f"{sizes['report'](rates)}\n"
    assert rates.words_per_article == 6
    assert rates.words_per_second > 0
    assert rates.bytes_per_article > 100


@pytest.mark.slow
def test_same_as_on_one_process(session: "SparkSession") -> None:
    """A thousand texts have the quotes on two workers that `attribute` finds on one process."""
    numbered = list(enumerate(texts()))
    assert len({text for _, text in numbered}) == 1000
    frame = session.createDataFrame(numbered, ["id", "text"]).repartition(8)
    rows = spark.attribute_column(frame, "text").toArrow().sort_by("id").to_pylist()
    assert [(row["id"], row["text"]) for row in rows] == numbered
    assert [row["error"] for row in rows] == [None] * len(rows)
    assert sum(len(row["quotes"]) for row in rows) > 1000
    for row in rows:
        assert row["quotes"] == quotes_of(row["text"])


@pytest.mark.slow
def test_each_worker_loads_the_model_once(session: "SparkSession") -> None:
    """Two processes do the work, and after several tasks each has loaded the model but once."""

    def probe(batches: Iterable[Any]) -> Iterator[Any]:
        from quoteattr.pipeline import _loaded  # noqa: PLC0415 - runs in the worker

        list(batches)
        time.sleep(2)  # so that one worker can't do both tasks
        yield pa.RecordBatch.from_pydict(
            {"process": [os.getpid()], "loads": [_loaded.cache_info().misses]}
        )

    frame = session.createDataFrame([(YES,)] * 16, ["text"]).repartition(8)
    assert spark.attribute_column(frame, "text").where("size(quotes) = 1").count() == 16
    two = session.range(2, numPartitions=2).mapInArrow(probe, "process long, loads long")
    rows = two.collect()
    assert len({row.process for row in rows} - {os.getpid()}) == 2
    assert [row.loads for row in rows] == [1, 1]


@pytest.mark.slow
def test_failed_texts_do_not_fail_the_job(session: "SparkSession", raising: str) -> None:
    """Nulls and texts for which the model raises have an error; the others their quotes."""
    frame = session.createDataFrame([(1, YES), (2, None), (3, "")], ["id", "text"])
    rows = spark.attribute_column(frame, "text", model=raising).sort("id").collect()
    assert [row.quotes for row in rows] == [None, None, []]
    assert rows[0].error.startswith("ValueError: ")
    assert rows[1].error == "InputTypeError: expected a str, got NoneType"
    assert rows[2].error is None


@pytest.mark.slow
def test_schema(session: "SparkSession") -> None:
    """The added columns have the types of a quote; the frame's own keep theirs."""
    columns = "day date, at timestamp, price decimal(9, 2), tags array<string>, body string"
    frame = session.createDataFrame([(None, None, None, ["a"], f"{YES} {NOBODY}")], columns)
    result = spark.attribute_column(frame, "body")
    assert list(result.schema)[:5] == list(frame.schema)
    quotes: Any = result.schema["quotes"].dataType
    quote = quotes.elementType
    assert quote.names == [field.name for field in frames.quote_type()]
    assert quote["confidence"].dataType.simpleString() == "double"
    span = "struct<start:bigint,end:bigint,text:string>"
    assert quote["content"].dataType.simpleString() == f"array<{span}>"
    [row] = result.collect()
    assert row.tags == ["a"]
    assert [each.speaker and each.speaker.name for each in row.quotes] == ["Ann Lee", None]
    assert result.toArrow().schema.field("quotes").type.value_type == frames.quote_type()


@pytest.mark.slow
def test_who_is_quoted_most(session: "SparkSession") -> None:
    """The quotes can be asked with Spark's own functions, and cut out of the text."""
    frame = session.createDataFrame(
        [(text,) for text in ("😀 " + YES, YES, THINKS, NOBODY)], ["text"]
    )
    quotes = spark.attribute_column(frame, "text", medium="all").selectExpr(
        "text", "inline(quotes)"
    )
    names = quotes.selectExpr("speaker.name").toArrow()["name"].to_pylist()
    assert Counter(names) == {"Ann Lee": 2, "Bob Roe": 1, None: 1}
    cut = "substring(text, content[0].start + 1, content[0].end - content[0].start)"
    assert quotes.where(f"{cut} != content[0].text").count() == 0


@pytest.mark.slow
def test_the_job_of_the_page_runs(
    session: "SparkSession", tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The documentation's job runs by its command, and its questions have their answers."""
    job, questions = re.findall("```py\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "job.py").write_text(job, encoding="utf-8")
    source, target = (str(tmp_path / f"{name}.parquet") for name in ("articles", "quotes"))
    session.createDataFrame([(YES,), (YES,), (None,)], "text string").write.parquet(source)
    submit = str(Path(sys.executable).with_name("spark-submit"))
    command = (submit, "--master", "local[2]", str(tmp_path / "job.py"), source, target)
    private = {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}
    subprocess.run(command, env={**os.environ, **private}, check=True, timeout=300)  # noqa: S603
    questions = questions.replace("quotes.parquet", target)
    exec(questions, {"spark": session})  # noqa: S102 - it is our own
    printed = capsys.readouterr().out
    assert "|Ann Lee|    2|" in printed
    assert "|InputTypeError: expected a str, got NoneType|1" in printed


@pytest.mark.slow
def test_options_reach_the_workers(session: "SparkSession") -> None:
    """They hold for the frame as they do for `load`."""
    frame = session.createDataFrame([(f"{YES} {THINKS}",)], ["text"])

    def kept(**options: Any) -> list[str]:  # noqa: ANN401 - as given
        [row] = spark.attribute_column(frame, "text", **options).collect()
        return [quote.medium for quote in row.quotes]

    assert kept() == ["speech"]
    assert kept(medium="thought") == ["thought"]
    assert kept(medium="all", min_confidence=1) == []


@pytest.mark.slow
def test_what_can_not_work_is_refused_at_once(session: "SparkSession") -> None:
    """Before any job starts it is said what is wrong, and what is there."""
    frame = session.createDataFrame([(1, YES)], ["id", "text"])
    assert refusal(frame, "body") == (
        ConfigError,
        "the frame has no column 'body'; it has 'id', 'text'",
    )
    assert refusal(frame, "id") == (
        InputTypeError,
        "expected strings in the column 'id', got bigint; columns of strings: 'text'",
    )
    assert refusal(frame.drop("text"), "id") == (
        InputTypeError,
        "expected strings in the column 'id', got bigint; columns of strings: none",
    )
    hint = "rename it first: frame.withColumnRenamed('Error', …)"
    assert refusal(frame.withColumnRenamed("id", "Error"), "text") == (
        ConfigError,
        f"the frame already has a column 'Error'; {hint}",
    )
    with pytest.raises(ConfigError, match=r"^medium must be one of "):
        spark.attribute_column(frame, "text", medium="no")  # type: ignore[arg-type]
    with pytest.raises(ModelNotFoundError, match="'no_model' is not installed"):
        spark.attribute_column(frame, "text", model="no_model")


def refusal(frame: "DataFrame", column: str) -> tuple[type, str]:
    """The exception with which a column is refused, and its message."""
    with pytest.raises((ConfigError, InputTypeError)) as caught:
        spark.attribute_column(frame, column)
    return type(caught.value), str(caught.value)
