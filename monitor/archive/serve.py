"""Datasette on the archive, ready set up."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from monitor.archive.connection import ArchiveConnection, ArchiveError, open_read_only
from monitor.archive.schema import APPLICATION_ID, SCHEMA_VERSION

DATASETTE_SETTINGS: Mapping[str, str | int] = {
    "default_page_size": 50,
    "sql_time_limit_ms": 3000,
    "facet_time_limit_ms": 1500,
    # Guessing what to facet by reads whole columns; config/datasette.yaml names the good ones.
    "suggest_facets": "off",
    "allow_download": "off",
    "max_csv_mb": 100,
    "truncate_cells_html": 300,
}
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def datasette_command(
    archive_path: Path,
    metadata_path: Path,
    host: str = "127.0.0.1",
    port: int = 8001,
    *,
    allow_sql: bool | None = None,
) -> list[str]:
    """What to run: Datasette on the archive, which another process may be writing.

    Anyone who reaches the port may read all of the archive. Free SQL is for this machine alone unless
    `allow_sql` says otherwise; the queries of the metadata always work.
    """
    free_sql = host in LOOPBACK if allow_sql is None else allow_sql
    settings = {**DATASETTE_SETTINGS, "default_allow_sql": "on" if free_sql else "off"}
    flags = [word for name, value in settings.items() for word in ("--setting", name, str(value))]
    return [
        *(sys.executable, "-m", "datasette", "serve", str(archive_path)),
        *("--metadata", str(metadata_path), "--host", host, "--port", str(port)),
        *flags,
    ]


def bring_tables_up_to_date(archive_path: Path) -> None:
    """Migrate an archive of an earlier version, since Datasette does not; raises ArchiveError, with the remedy.

    One that is up to date is not written at all: whoever serves it need not have the right to.
    """
    try:
        with closing(open_read_only(archive_path)) as conn:
            (application_id,) = conn.execute("pragma application_id").fetchone()
            (version,) = conn.execute("pragma user_version").fetchone()
    except sqlite3.Error as error:
        raise ArchiveError(f"{archive_path} cannot be read as an archive: {error}") from error
    if application_id == APPLICATION_ID and version < SCHEMA_VERSION:
        ArchiveConnection(archive_path, beside=True).close()


def become_datasette(
    archive_path: Path,
    metadata_path: Path,
    host: str = "127.0.0.1",
    port: int = 8001,
    *,
    allow_sql: bool | None = None,
) -> None:
    """Become Datasette: signals and the exit code are its own from here on."""
    if find_spec("datasette") is None:
        raise ArchiveError("Datasette is not installed: pip install 'monitor[archive]'")
    if not archive_path.is_file():
        raise ArchiveError(f"there is no archive at {archive_path} yet: `monitor once` makes one")
    if not metadata_path.is_file():
        raise ArchiveError(f"{metadata_path}, which describes the archive to Datasette, is missing")
    bring_tables_up_to_date(archive_path)
    argv = datasette_command(archive_path, metadata_path, host, port, allow_sql=allow_sql)
    os.execv(argv[0], argv)  # noqa: S606 - our own words, no shell
