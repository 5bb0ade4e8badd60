"""`monitor check` and `monitor status`: looking without touching."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.cli.common import (
    exit_with_error,
    load_settings_or_exit,
    load_settings_to_look,
    with_config,
    with_json,
    write_json,
)

if TYPE_CHECKING:
    from monitor.archive.overview import Overview
    from monitor.config.settings import Settings
    from monitor.model import Seed


@click.command(name="check")
@with_config
@with_json
def check_command(folder: Path, json_: bool) -> None:
    """Check config/ and seeds/: name every mistake, or show what would run."""
    from monitor.config.error import ConfigError
    from monitor.config.load import load_settings
    from monitor.match import complete_seeds

    if not json_:
        _show_settings(load_settings_or_exit(folder, with_secrets=True))
        return
    try:
        settings = load_settings(folder)
    except ConfigError as error:
        write_json({"mistakes": list(error.mistakes)})
        raise SystemExit(1) from error
    seeds = complete_seeds(settings.seeds)
    write_json({"mistakes": [], "feeds": settings.feeds, "seeds": seeds, "channels": settings.channels})


def _show_settings(settings: Settings) -> None:
    from monitor.config.effects import describe_idle_timing
    from monitor.match import complete_seeds

    languages = sorted({feed.language for feed in settings.feeds if feed.language})
    click.echo(f"feeds     {len(settings.feeds)}, in {len(languages)} languages: {', '.join(languages)}")
    click.echo(f"archive   {settings.archive_path}")
    click.echo(f"engine    {settings.engine.kind}, {settings.engine.workers} workers")
    for name, channel in settings.channels.items():
        used = "" if name in settings.alerts.channels else " (not a default channel)"
        click.echo(f"channel   {name}: {channel.kind}{used}")
    for seed in complete_seeds(settings.seeds):
        _show_seed(seed, settings)
    for line in describe_idle_timing(settings):
        click.echo(f"note      {line}")
    if not settings.web.contact:
        click.echo("note      web.contact is empty: publishers cannot reach you, and some block such readers")
    click.echo("no mistakes")


def _show_seed(seed: Seed, settings: Settings) -> None:
    from monitor.config.policy import policy_from_settings
    from monitor.policy import describe_alerting

    examples = (
        f"{len(seed.examples)} examples" if len(seed.examples) > 1 else f"1 example ({seed.examples[0].language})"
    )
    click.echo(f"seed      {seed.slug}: “{seed.title}”, {examples}")
    click.echo(f"          alerts {describe_alerting(policy_from_settings(settings), seed)}")
    show_topics(seed)


def show_topics(seed: Seed) -> None:
    """Each topic with its terms by language."""
    from monitor.model import ANY_LANGUAGE

    for topic in seed.topics:
        proposed = " (proposed from the text)" if topic.proposed else ""
        rule = ", required" if topic.required else ", excluded" if topic.excluded else ""
        click.echo(f"            {topic.name}{proposed}, weight {topic.weight:g}{rule}")
        for language, terms in topic.terms.items():
            if terms:
                click.echo(f"              {'any' if language == ANY_LANGUAGE else language:>3}: {', '.join(terms)}")


@click.command(name="status")
@with_config
@with_json
def status_command(folder: Path, json_: bool) -> None:
    """Show what the archive holds, what is due, and what is in trouble."""
    from monitor.archive import ArchiveError
    from monitor.archive.overview import read_overview
    from monitor.daemon import utc_now
    from monitor.heartbeat import find_daemon_trouble

    settings = load_settings_to_look(folder)
    now = utc_now()
    try:
        seen = read_overview(settings.archive_path, now)
    except ArchiveError as error:
        exit_with_error(str(error))
    problem = find_daemon_trouble(settings.archive_path, now)
    if json_:
        write_json({"daemon": problem or "at work", "overview": seen})
    else:
        _show_overview(seen, problem)


def _show_overview(seen: Overview, problem: str | None) -> None:
    click.echo(f"daemon      {problem or 'at work'}")
    working = seen.feeds - len(seen.feeds_in_trouble) - seen.feeds_never_polled
    click.echo(f"feeds       {seen.feeds}: {working} working, {len(seen.feeds_in_trouble)} in trouble, "
               f"{seen.feeds_never_polled} not polled yet")  # fmt: skip
    for source, reason, since, url in seen.feeds_in_trouble:
        click.echo(f"              ✗ {source}: {reason} since {since} ({url})")
    click.echo(f"entries     {seen.entries_due} due")
    click.echo(f"articles    {seen.articles}, {seen.articles_today} in the last 24 hours")
    for slug, hits, today in seen.seeds:
        click.echo(f"seed        {slug}: {hits} hits, {today} in the last 24 hours")
    states = ", ".join(f"{number} {state}" for state, number in sorted(seen.deliveries.items()))
    click.echo(f"deliveries  {states or 'none'}")
    for channel, reason, since in seen.channels_down:
        click.echo(
            f"              ✗ {channel} takes no alerts since {since}: {reason}; they wait, and it is tried again"
        )
    for channel, title, reason in seen.dead:
        click.echo(f"              ✗ given up on {channel}: {title} ({reason})")
    click.echo(f"archive     {seen.archive_bytes / 1e6:.1f} MB, log {seen.log_bytes / 1e6:.1f} MB")
