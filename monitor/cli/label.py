"""`monitor label`: saying that a hit was relevant, or was not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.beside import open_archive_beside
from monitor.cli.common import exit_with_error, load_settings_to_look, with_config, with_json, write_json

if TYPE_CHECKING:
    from monitor.archive.labels import Label

ANSWERS = {"relevant": True, "irrelevant": False, "forget": None}


@click.command(name="label")
@click.argument("hits", nargs=-1, type=int, metavar="[HIT]...")
@click.option("--relevant", "answer", flag_value="relevant", help="They are about what their seed means.")
@click.option("--irrelevant", "answer", flag_value="irrelevant", help="They are not.")
@click.option("--forget", "answer", flag_value="forget", help="Take their labels back.")
@with_config
@with_json
def label_command(folder: Path, json_: bool, hits: tuple[int, ...], answer: str | None) -> None:
    """Say that hits, by their numbers, are relevant or are not. Without numbers: list what was said.

    The numbers stand in the archive's addresses: hit 12 is /monitor/hits/12. A link in each alert does the same.
    """
    if hits and not answer:
        raise click.UsageError("say what they are: --relevant, --irrelevant or --forget")
    if answer and not hits:
        raise click.UsageError("say which hits, by their numbers")
    with open_archive_beside(load_settings_to_look(folder)) as (archive, now):
        known = [hit for hit in hits if archive.labels.save(hit, ANSWERS[answer or ""], now)]
        said = list(archive.labels.all())
    if not hits:
        _show_labels(said, json_=json_)
        return
    if json_:
        write_json({"labelled": known})
    else:
        click.echo(f"{len(known)} {'hit' if len(known) == 1 else 'hits'} labelled")
    if unknown := [str(hit) for hit in hits if hit not in known]:
        exit_with_error(f"there is no hit {', '.join(unknown)}")


def _show_labels(said: Sequence[Label], *, json_: bool) -> None:
    if json_:
        write_json(said)
        return
    for label in said:
        click.echo(
            f"{label.hit:>6}  {'relevant' if label.relevant else 'not relevant':<12} {label.seed}  {label.title}"
        )
    for seed in sorted({label.seed for label in said}):
        answers = [label.relevant for label in said if label.seed == seed]
        click.echo(f"{seed}: {sum(answers)} of {len(answers)} labelled hits are relevant")
    if not said:
        click.echo("no hit is labelled yet")
