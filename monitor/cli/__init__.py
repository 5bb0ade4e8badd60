"""The verbs. Each one's code, and what it needs, is imported only when it is called."""

from __future__ import annotations

import sys
from importlib import import_module

import click

VERBS = {
    "run": ("monitor.cli.work", "run_command"),
    "once": ("monitor.cli.work", "once_command"),
    "demo": ("monitor.cli.show", "demo_command"),
    "check": ("monitor.cli.look", "check_command"),
    "seed": ("monitor.cli.seed", "seed_group"),
    "try": ("monitor.cli.attempt", "try_group"),
    "alerts": ("monitor.cli.alerts", "alerts_group"),
    "label": ("monitor.cli.label", "label_command"),
    "status": ("monitor.cli.look", "status_command"),
    "health": ("monitor.cli.health", "health_command"),
    "archive": ("monitor.cli.show", "archive_command"),
    "extract": ("monitor.cli.batch", "extract_command"),
    "score": ("monitor.cli.batch", "score_command"),
}
"""Verb → the module and the command in it; in the order in which `--help` lists them."""


class _LazyGroup(click.Group):
    """A group whose commands are imported when they are used: `monitor health` must cost nothing."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every verb, in the order of the work."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of one verb."""
        if cmd_name not in VERBS:
            return None
        module, name = VERBS[cmd_name]
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="monitor")
def main() -> None:
    """Watch news feeds for the subject of an article, and be told.

    Exit codes: 0 done, 1 something failed (said which), 2 wrong use.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # News has every script; a terminal with a poorer encoding shows escapes and never stops a verb.
            stream.reconfigure(errors="backslashreplace")
