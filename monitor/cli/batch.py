"""`monitor extract` and `monitor score`: JSON Lines in, JSON Lines out."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from monitor.cli.common import exit_with_error


@click.command(name="extract")
def extract_command() -> None:
    """Extract articles from saved pages.

    Reads {"id","path","url","content_type"} a line and writes one line for each: {"id","title","text",
    "authors","published","language","canonical_url","method","problems"}.
    """
    from monitor.daemon import utc_now
    from monitor.extract.batch import extract_lines

    for line in extract_lines(sys.stdin, utc_now()):
        click.echo(line)


@click.command(name="score")
@click.option("--seeds", "folder", required=True, type=click.Path(path_type=Path), help="Folder of seeds.")
@click.option("--explain", is_flag=True, help="Add the parts, topics, reason and passages of each score.")
@click.option("--semantic", is_flag=True, help="Compare meanings, too; needs the extra `semantic`.")
def score_command(folder: Path, explain: bool, semantic: bool) -> None:
    """Score a stream of articles with seeds.

    Reads {"id","title","text","published","language"} a line, in the order of the stream, and writes
    {"id","seed","score","hit"} for each article and seed with a score above 0. Words are learned along the
    stream, as the daemon does; no archive is touched.
    """
    from monitor.config.mistakes import Mistakes
    from monitor.config.seeds import read_seeds
    from monitor.match import complete_seeds
    from monitor.match.batch import score_lines
    from monitor.model import StageError

    mistakes = Mistakes()
    seeds = complete_seeds(read_seeds(folder, mistakes))
    if mistakes:
        for mistake in mistakes:
            click.echo(f"✗ {mistake}", err=True)
        exit_with_error(f"{len(mistakes)} mistakes in the seeds; nothing was scored")
    try:
        for line in score_lines(sys.stdin, seeds, explain=explain, semantic=semantic):
            click.echo(line)
    except StageError as error:
        exit_with_error(str(error))
