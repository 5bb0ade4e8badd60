"""Secrets come from the environment, or from a file that the environment names: never from config/."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from monitor.config.mistakes import Place


def read_secret(name: str, environment: Mapping[str, str], at: Place, key: str) -> str | None:
    """The secret in the variable NAME, or in the file that NAME_FILE names; one line end is dropped.

    Containers are given their secrets as files, and NAME_FILE is how images name those.
    None when neither is set, or with the mistake, said of the key that names the variable.
    """
    secret, path = environment.get(name), environment.get(f"{name}_FILE")
    if secret and path:
        at.add(key, f"both {name} and {name}_FILE are set", "Keep one of them.")
        return None
    if path:
        return _read_secret_file(Path(path), f"{name}_FILE names {path}", at, key)
    return secret or None


def _read_secret_file(path: Path, named: str, at: Place, key: str) -> str | None:
    try:
        secret = path.read_text(encoding="utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        at.add(key, f"{named}, which is no text", "Save it as UTF-8.")
        return None
    except OSError as error:
        at.add(key, f"{named}, which cannot be read ({error.strerror})", "Make the file readable for this user.")
        return None
    if not secret:
        at.add(key, f"{named}, which is empty", "Put the secret in.")
    return secret or None
