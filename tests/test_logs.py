"""Logs never hold a secret."""

import logging

import pytest

from monitor.logs import JsonLinesFormatter, RedactingFormatter, hide_secrets, set_up_logs


@pytest.mark.parametrize("secret", ["hunter2", 'pa"ss\\word'])
@pytest.mark.parametrize("inner", [JsonLinesFormatter(), logging.Formatter("%(message)s")])
def test_a_secret_is_blotted_out_of_every_form(secret, inner):
    record = logging.LogRecord("monitor", logging.INFO, "", 0, "logged in with %s", (secret,), None)
    line = RedactingFormatter(inner, [secret]).format(record)
    assert "***" in line
    assert secret not in line
    assert secret.replace("\\", "\\\\").replace('"', '\\"') not in line


@pytest.mark.parametrize("secrets", [("abc", "abcdef", "abcd"), ("abcdef", "abcd", "abc")])
def test_a_secret_that_begins_like_another_leaves_nothing_of_it(secrets):
    record = logging.LogRecord("monitor", logging.INFO, "", 0, "abcdef abcd abc", (), None)
    assert RedactingFormatter(logging.Formatter("%(message)s"), secrets).format(record) == "*** *** ***"


def test_secrets_of_channels_that_come_later_are_hidden_too(capsys):
    set_up_logs(["first-secret"])
    hide_secrets(["second-secret"])
    logging.getLogger("monitor").warning("first-secret second-secret")
    assert "secret" not in capsys.readouterr().err
