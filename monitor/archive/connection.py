"""Opening the archive: the checks before, the one writing connection, its transactions and its lock."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO
from urllib.parse import quote

from sqlite_utils import Database

from monitor.archive.schema import APPLICATION_ID, SCHEMA_VERSION, migrate
from monitor.pace import LOCKED_WAIT_S

BUSY_TIMEOUT = f"pragma busy_timeout = {LOCKED_WAIT_S * 1000}"
PRAGMAS = (
    # Before the first table, or it has no effect (https://sqlite.org/pragma.html#pragma_auto_vacuum).
    "pragma auto_vacuum = incremental",
    "pragma journal_mode = wal",
    # An acknowledged alert must survive power loss, so every commit reaches the disk.
    "pragma synchronous = full",
    "pragma foreign_keys = on",
    # Else what `insert or replace` replaces fires no delete trigger (https://sqlite.org/lang_conflict.html).
    "pragma recursive_triggers = on",
    f"pragma journal_size_limit = {64 * 1024 * 1024}",
)

UNSOUND = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
FILE_TROUBLE = UNSOUND | {
    *(sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM),
    *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_CANTOPEN),
}
"""SQLite's codes for a file, a disk or another process that is in the way. Any other error is a mistake of ours."""


class ArchiveError(Exception):
    """The archive cannot be used; the message says why and what to do."""


class _HeldError(ArchiveError):
    """Another process holds the archive's lock."""


class ArchiveConnection:
    """The archive's writer: a connection whose transactions begin immediately and nest.

    There is one at a time; short verbs may write `beside` a running daemon, each change in a transaction of its own.
    """

    def __init__(self, path: Path | None, *, beside: bool = False) -> None:
        self.path = path
        with ExitStack() as opened:
            if path and not beside:
                opened.enter_context(_lock_archive(path))
            self.conn = opened.enter_context(closing(_open_sqlite(path)))
            self.database = Database(self.conn)
            _check_archive(self.conn, path, thorough=not beside)
            with _file_trouble_explained():
                if not beside:
                    migrate(self.database)
                elif path and not _is_current(self.conn):
                    with _hold_lock_to_migrate(path):
                        migrate(self.database)
            self._opened = opened.pop_all()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Save all or nothing; inside another transaction, a part of it that can fail alone.

        A deferred transaction that reads and then writes may fail at once when another process wrote in
        between, whatever the busy timeout; an immediate one waits instead. Raises ArchiveError when the file
        cannot be written: the disk is full, say. Nothing is saved then, and what was to be saved is still due.
        Any other error of SQLite's is a bug of ours, and passes as it is.
        """
        with _file_trouble_explained(), self.database.atomic() if self.conn.in_transaction else self._whole():
            yield

    @contextmanager
    def _whole(self) -> Iterator[None]:
        self.conn.execute("begin immediate")
        try:
            yield
            self.conn.execute("commit")
        except BaseException:
            self.conn.rollback()
            raise

    def checkpoint(self) -> None:
        """Move what the write-ahead log holds into the file and empty the log."""
        self.conn.execute("pragma wal_checkpoint(truncate)").fetchall()

    def close(self) -> None:
        """Close the connection and let another process write."""
        self._opened.close()


@contextmanager
def _file_trouble_explained() -> Iterator[None]:
    """Raise ArchiveError for what SQLite says of the file, its disk or another process, and for nothing else."""
    try:
        yield
    except sqlite3.Error as error:
        if _primary_code(error) in FILE_TROUBLE:
            raise ArchiveError(f"the archive cannot be written: {error}") from error
        raise


def _primary_code(error: sqlite3.Error) -> int:
    # Of an extended code such as SQLITE_IOERR_FSYNC, the lowest byte (https://sqlite.org/rescode.html). Errors that
    # Python's own module finds have none.
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF


def _is_current(conn: sqlite3.Connection) -> bool:
    (version,) = conn.execute("pragma user_version").fetchone()
    return bool(version == SCHEMA_VERSION)


@contextmanager
def _hold_lock_to_migrate(path: Path) -> Iterator[None]:
    """Hold the lock for a moment, to bring the tables up to date; never under the feet of an earlier daemon."""
    try:
        handle = _lock_archive(path)
    except _HeldError as error:
        raise ArchiveError(
            f"{path} is in use by a monitor of an earlier version (this one has schema {SCHEMA_VERSION}): "
            "restart the daemon first"
        ) from error
    with handle:
        yield


def _lock_archive(path: Path) -> IO[str]:
    """Hold a lock beside the archive for as long as it is open for writing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Opened without truncating: it may hold the process id of whoever is running.
        handle = os.fdopen(os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o644), "r+")
    except OSError as error:
        raise ArchiveError(
            f"cannot write beside {path}: {error.strerror}. Make the folder writable for uid {os.getuid()}, "
            f"for example: chown -R {os.getuid()} {path.parent}"
        ) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        owner = handle.read().strip()
        handle.close()
        raise _HeldError(
            f"{path} is being written by another monitor (process {owner or 'unknown'}). "
            "Stop it first, or use another archive"
        ) from error
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    return handle


def open_read_only(path: Path) -> sqlite3.Connection:
    """Open an archive to read in it, beside whoever writes it."""
    # The path is part of an address here: `#` and `?` would end it.
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)


def _open_sqlite(path: Path | None) -> sqlite3.Connection:
    """Open without implicit transactions: every one is begun by hand, as immediate."""
    try:
        conn = sqlite3.connect(str(path or ":memory:"), isolation_level=None)
    except sqlite3.Error as error:
        raise ArchiveError(f"cannot open the archive {path}: {error}") from error
    conn.row_factory = sqlite3.Row
    return conn


def _check_archive(conn: sqlite3.Connection, path: Path | None, *, thorough: bool) -> None:
    """Set the connection up; refuse what is not a sound archive of ours, before anything is written into it."""
    try:
        conn.execute(BUSY_TIMEOUT).fetchall()
        (tables,) = conn.execute("select count(*) from sqlite_master").fetchone()
        (application_id,) = conn.execute("pragma application_id").fetchone()
        (version,) = conn.execute("pragma user_version").fetchone()
        # It reads the whole file, so whoever writes beside a daemon leaves that to the daemon.
        (sound,) = conn.execute("pragma quick_check(1)").fetchone() if thorough else ("ok",)
        if application_id == APPLICATION_ID or not tables:
            for pragma in PRAGMAS:
                conn.execute(pragma).fetchall()
            # Before the first table: should the process die among them, the file is known as ours.
            conn.execute(f"pragma application_id = {APPLICATION_ID}")
    except sqlite3.DatabaseError as error:
        if _primary_code(error) not in UNSOUND:
            raise ArchiveError(f"{path} cannot be opened for writing: {error}") from error
        raise ArchiveError(
            f"{path} is not a sound SQLite file: {error}. Restore a backup, or move it away"
        ) from error
    if tables and application_id != APPLICATION_ID:
        raise ArchiveError(f"{path} is a SQLite file of another program: choose another archive path")
    if version > SCHEMA_VERSION:
        raise ArchiveError(
            f"{path} was written by a newer monitor (schema {version}, this one knows {SCHEMA_VERSION}): upgrade, "
            "or restore the backup made before the upgrade"
        )
    if sound != "ok":
        raise ArchiveError(f"{path} is damaged ({sound}): restore a backup, or move it away")
