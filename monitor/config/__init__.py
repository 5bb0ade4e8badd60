"""config/ and seeds/ → frozen settings; every mistake named with file, key and remedy."""

from monitor.config.error import ConfigError
from monitor.config.load import fingerprint_settings, load_settings
from monitor.config.mistakes import Mistake
from monitor.config.settings import Settings

__all__ = ["ConfigError", "Mistake", "Settings", "fingerprint_settings", "load_settings"]
