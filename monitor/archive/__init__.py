"""Everything read, decided and sent, in one SQLite file."""

from monitor.archive.connection import ArchiveError
from monitor.archive.feeds import FeedSettings, Intake
from monitor.archive.store import Archive

__all__ = ["Archive", "ArchiveError", "FeedSettings", "Intake"]
