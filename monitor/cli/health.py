"""`monitor health`: for the container. Only the standard library, and no whole configuration."""

from __future__ import annotations

import os
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import click

from monitor.cli.common import exit_with_error, with_config
from monitor.heartbeat import find_daemon_trouble, read_concerns


@click.command()
@with_config
def health(folder: Path) -> None:
    """Say whether the daemon is getting work done; ends with code 1 when it is not.

    Channels that take no alerts, and alerts given up, are named; they make nothing unhealthy.
    """
    archive = _archive_path(folder)
    problem = find_daemon_trouble(archive, datetime.now(UTC))
    if problem:
        exit_with_error(problem)
    # Restarting a container mends no channel: this is for people, and no reason to be unhealthy.
    click.echo("\n".join(["healthy", *(f"but {concern}" for concern in read_concerns(archive))]))


def _archive_path(folder: Path) -> Path:
    path = os.environ.get("MONITOR_ARCHIVE__PATH")
    if not path:
        try:
            settings = tomllib.loads((folder / "monitor.toml").read_text(encoding="utf-8-sig"))
            archive = settings.get("archive", {})
            if not isinstance(archive, dict):
                exit_with_error(f"{folder / 'monitor.toml'}: archive: expected a table. Write [archive].")
            path = archive.get("path", "data/monitor.db")
        except (OSError, ValueError) as error:
            exit_with_error(f"{folder / 'monitor.toml'} cannot be read: {error}")
    return folder.parent / str(path)
