"""Writing into the archive beside a running daemon, for the short verbs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from monitor.cli.common import exit_with_error

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.archive import Archive
    from monitor.config.settings import Settings


@contextmanager
def open_archive_beside(settings: Settings) -> Iterator[tuple[Archive, datetime]]:
    """The archive, beside a running daemon if there is one; and the time."""
    from monitor.archive import Archive, ArchiveError
    from monitor.daemon import utc_now

    try:
        if not settings.archive_path.exists():
            exit_with_error(
                f"there is no archive at {settings.archive_path} yet: `monitor run` or `monitor once` makes it"
            )
        archive = Archive(settings.archive_path, beside=True)
    except ArchiveError as error:
        exit_with_error(str(error))
    try:
        yield archive, utc_now()
    except ArchiveError as error:
        exit_with_error(str(error))
    finally:
        archive.close()
