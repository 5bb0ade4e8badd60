"""What several verbs share: the --config option, loading settings, and ending with a clear line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from monitor.config.settings import Settings
    from monitor.match import Background
    from monitor.model import Seed

Command = TypeVar("Command", bound=Callable[..., object])

with_json = click.option("--json", "json_", is_flag=True, help="Write JSON for programs.")


def with_config(command: Command) -> Command:
    """Give a verb the option --config."""
    option = click.option(
        "--config",
        "folder",
        type=click.Path(path_type=Path),
        default="config",
        envvar="MONITOR_CONFIG",
        show_default=True,
        help="Folder with monitor.toml and feeds.toml; seeds/ lies beside it.",
    )
    return option(command)


def load_settings_or_exit(folder: Path, *, with_secrets: bool = False) -> Settings:
    """The settings; mistakes are listed, and the verb ends with code 1.

    Only verbs that send need the secrets, and `check`, which tells what is missing.
    """
    from monitor.config.error import ConfigError
    from monitor.config.load import load_settings

    try:
        return load_settings(folder, with_secrets=with_secrets)
    except ConfigError as error:
        for mistake in error.mistakes:
            click.echo(f"✗ {mistake}", err=True)
        count = len(error.mistakes)
        exit_with_error(f"{count} mistake{'s' if count > 1 else ''} in the settings; nothing was started")


def load_settings_to_look(folder: Path) -> Settings:
    """The settings for a verb that only looks at the archive: a mistake elsewhere does not keep it from that."""
    from monitor.config.error import ConfigError
    from monitor.config.load import load_settings

    try:
        return load_settings(folder, with_secrets=False)
    except ConfigError as error:
        if any(mistake.key.startswith("archive") for mistake in error.mistakes):
            return load_settings_or_exit(folder)
        for mistake in error.mistakes:
            click.echo(f"✗ {mistake}", err=True)
        return error.settings


def find_seed_or_exit(slug: str, settings: Settings) -> Seed:
    """The seed of this name, as it is written."""
    from monitor.config.mistakes import suggest_nearest

    seeds = {seed.slug: seed for seed in settings.seeds}
    if slug not in seeds:
        exit_with_error(f"there is no seed {slug!r}. {suggest_nearest(slug, seeds)}")
    return seeds[slug]


def load_background(settings: Settings) -> Background:
    """How common words are, with what the archive has seen if there is one: as the daemon would judge now."""
    from monitor.archive.overview import read_frequencies
    from monitor.match import Background

    return Background(*read_frequencies(settings.archive_path))


def threshold_of(settings: Settings) -> float:
    """From which score on an article is a hit, where its seed says nothing."""
    from monitor.match import DEFAULT_THRESHOLD

    return DEFAULT_THRESHOLD if settings.match.threshold is None else settings.match.threshold


def exit_with_error(line: str) -> NoReturn:
    """End with one clear line and code 1."""
    raise click.ClickException(line)


def write_json(value: object) -> None:
    """One JSON document on standard output."""
    import msgspec

    # A time zone, for one, has no form in JSON but its name.
    text = msgspec.json.format(msgspec.json.encode(value, enc_hook=str), indent=2)
    click.echo(text.decode())
