"""`monitor seed show`: what a seed looks for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.common import (
    find_seed_or_exit,
    load_background,
    load_settings_or_exit,
    threshold_of,
    with_config,
    with_json,
    write_json,
)

if TYPE_CHECKING:
    from monitor.config.settings import Settings
    from monitor.match.describe import Profile
    from monitor.model import Seed


@click.group(name="seed")
def seed_group() -> None:
    """Look at seeds."""


@seed_group.command(name="show")
@click.argument("slug")
@with_config
@with_json
def show_seed(slug: str, folder: Path, json_: bool) -> None:
    """Show a seed's profile: its examples, its topics, and the words that weigh most.

    What is rare is judged with what the archive has seen, if there is one.
    """
    from monitor.archive.overview import teach_seeds_from_file
    from monitor.match import complete_seeds
    from monitor.match.describe import describe_profile

    settings = load_settings_or_exit(folder)
    seeds = complete_seeds([find_seed_or_exit(slug, settings)])
    (chosen,) = teach_seeds_from_file(settings.archive_path, seeds)
    profile = describe_profile(chosen, load_background(settings))
    if json_:
        write_json(profile)
    else:
        _show_profile(profile, chosen, settings)


def _show_profile(profile: Profile, chosen: Seed, settings: Settings) -> None:
    from monitor.cli.look import show_topics
    from monitor.config.policy import policy_from_settings
    from monitor.policy import describe_alerting

    click.echo(profile.title)
    kinds = {"example": profile.examples, "relevant": profile.relevant, "not meant": profile.counter_examples}
    for name, examples in kinds.items():
        for title, language, words in examples:
            click.echo(f"  {name:<10} “{title}” ({language}, {words} words)")
    click.echo(f"  threshold  {threshold_of(settings) if chosen.threshold is None else chosen.threshold:.2f}")
    click.echo(f"  alerts     {describe_alerting(policy_from_settings(settings), chosen)}")
    click.echo("  topics")
    show_topics(chosen)
    if profile.proposals:
        click.echo("  other words for them in its text, if you want to add them")
        for name, proposed in profile.proposals.items():
            click.echo(f"            {name}: {', '.join(proposed)}")
    click.echo("  words that weigh most")
    for word in profile.words:
        click.echo(f"    {word.share:6.1%}  {word.text}")
