"""`quoteattr extract`: texts in, quotes out."""

import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

import quoteattr
from quoteattr.cli import texts
from quoteattr.cli.display import progress_bar
from quoteattr.cli.failures import ExitCode, exit_codes, standard_error
from quoteattr.cli.output import OutputFormat, check_new, continued, opened, write
from quoteattr.readers import Record, find_files

if TYPE_CHECKING:
    from quoteattr.config import MediumChoice

__all__ = ["extract"]


@exit_codes()
def extract(  # noqa: PLR0913 - each is an option of the command
    paths: texts.Paths,
    *,
    text_field: texts.TextField = "text",
    id_field: texts.IdField = "id",
    output: texts.Output = None,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on with the jsonl in --output where it was cut off."),
    ] = False,
    formats: Annotated[
        list[OutputFormat] | None,
        typer.Option(
            "--format",
            metavar="|".join(OutputFormat),
            help="What to write.",
            show_default="by the name of --output; table on a terminal, else jsonl",
        ),
    ] = None,
    medium: texts.Medium = texts.DEFAULTS.medium,
    min_confidence: texts.MinConfidence = texts.DEFAULTS.min_confidence,
    model: texts.Model = texts.DEFAULTS.model,
    with_text: Annotated[
        bool,
        typer.Option("--with-text", help="Put the whole texts into jsonl and json."),
    ] = False,
    jobs: texts.Jobs = 1,
) -> None:
    """Find the quotations in texts, with their speakers."""
    chosen = _one_format(formats or [], output)
    _check(chosen, output, with_text=with_text, resume=resume)
    attributor = quoteattr.load(
        model, medium=cast("MediumChoice", medium), min_confidence=min_confidence
    )
    done = continued(output) if output and resume else Counter[str]()
    with opened(output, resume=resume) as stream:
        files = [path for path in find_files(paths) if not _is_same(path, output)]
        shown = _is_bar_wanted(files, output)
        with progress_bar(standard_error(), texts.total(files), shown=shown) as progress:
            run = texts.Run(progress)
            records = run.left(
                run.records(files, text_field, id_field), lambda record: _is_done(record, done)
            )
            with closing(run.documents(records, attributor, jobs)) as documents:
                write(documents, chosen, stream, with_text=with_text)
    if run.failed:
        raise typer.Exit(ExitCode.INPUT)


def _one_format(formats: Sequence[OutputFormat], output: Path | None) -> OutputFormat:
    if len(formats) > 1:
        given = ", ".join(chosen.value for chosen in formats)
        msg = f"takes one format, got {len(formats)}: {given}"
        raise typer.BadParameter(msg, param_hint="--format")
    if formats:
        return formats[0]
    if output is not None:
        return _BY_SUFFIX.get(output.suffix, OutputFormat.JSONL)
    return OutputFormat.TABLE if sys.stdout.isatty() else OutputFormat.JSONL


_BY_SUFFIX = {".csv": OutputFormat.CSV, ".json": OutputFormat.JSON}
"""The formats that the name of the output tells."""


def _check(chosen: OutputFormat, output: Path | None, *, with_text: bool, resume: bool) -> None:
    if with_text and chosen not in {OutputFormat.JSONL, OutputFormat.JSON}:
        msg = f"goes with the formats jsonl and json, not with {chosen.value}"
        raise typer.BadParameter(msg, param_hint="--with-text")
    if not resume:
        can_go_on = chosen is OutputFormat.JSONL and output is not None and output.is_file()
        check_new(output, "--output", "continue it with --resume, or " if can_go_on else "")
    if resume and output is None:
        msg = "needs the file to go on with; name it with --output"
        raise typer.BadParameter(msg, param_hint="--resume")
    if resume and chosen is not OutputFormat.JSONL:
        msg = f"goes with the format jsonl, not with {chosen.value}"
        raise typer.BadParameter(msg, param_hint="--resume")


def _is_same(path: str, output: Path | None) -> bool:
    """Whether a path, such as one found in a folder, is the output's."""
    # Few have its name, and to resolve each of many paths would take long.
    is_namesake = output is not None and Path(path).name == output.name
    return is_namesake and Path(path).resolve() == Path(str(output)).resolve()


def _is_bar_wanted(files: Sequence[str], output: Path | None) -> bool:
    """Not for a single text, nor where the results themselves appear on the terminal."""
    return texts.total(files) != 1 and (output is not None or not sys.stdout.isatty())


def _is_done(record: Record, done: Counter[str]) -> bool:
    """Whether a record is done; of two with one id each is, or is not, for itself."""
    is_done = done[record.id] > 0
    if is_done:
        done[record.id] -= 1
    return is_done
