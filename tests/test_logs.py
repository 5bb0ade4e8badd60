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


def test_secrets_of_channels_that_come_later_are_hidden_too(capsys):
    set_up_logs(["first-secret"])
    hide_secrets(["second-secret"])
    logging.getLogger("monitor").warning("first-secret second-secret")
    assert "secret" not in capsys.readouterr().err
