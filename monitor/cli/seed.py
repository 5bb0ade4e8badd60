"""`monitor seed show`: what a seed looks for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.common import exit_with_error, load_settings_or_exit, with_config, with_json, write_json

if TYPE_CHECKING:
    from monitor.config.settings import Settings
    from monitor.match import Background
    from monitor.match.describe import Profile
    from monitor.model import Seed


@click.group()
def seed() -> None:
    """Look at seeds."""


@seed.command()
@click.argument("slug")
@with_config
@with_json
def show(slug: str, folder: Path, json_: bool) -> None:
    """Show a seed's profile: its examples, its topics, and the words that weigh most.

    What is rare is judged with what the archive has seen, if there is one.
    """
    from monitor.archive.overview import teach_seeds_from_file
    from monitor.config.mistakes import suggest_nearest
    from monitor.match import complete_seeds
    from monitor.match.describe import describe_profile

    settings = load_settings_or_exit(folder)
    chosen = {one.slug: one for one in settings.seeds}.get(slug)
    if chosen is None:
        exit_with_error(f"there is no seed {slug!r}. {suggest_nearest(slug, [one.slug for one in settings.seeds])}")
    (chosen,) = teach_seeds_from_file(settings.archive_path, complete_seeds([chosen]))
    profile = describe_profile(chosen, _load_background(settings))
    if json_:
        write_json(profile)
    else:
        _show_profile(profile, chosen, settings)


def _load_background(settings: Settings) -> Background:
    from monitor.archive.overview import read_frequencies
    from monitor.match import Background

    return Background(*read_frequencies(settings.archive_path))


def _show_profile(profile: Profile, chosen: Seed, settings: Settings) -> None:
    from monitor.cli.look import show_topics
    from monitor.match import DEFAULT_THRESHOLD

    default = DEFAULT_THRESHOLD if settings.match.threshold is None else settings.match.threshold
    from monitor.config.policy import policy_from_settings
    from monitor.policy import describe_alerting

    click.echo(profile.title)
    kinds = {"example": profile.examples, "relevant": profile.relevant, "not meant": profile.counter_examples}
    for name, examples in kinds.items():
        for title, language, words in examples:
            click.echo(f"  {name:<10} “{title}” ({language}, {words} words)")
    click.echo(f"  threshold  {default if chosen.threshold is None else chosen.threshold:.2f}")
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
