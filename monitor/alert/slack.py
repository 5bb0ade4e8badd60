"""Alerts in Slack: by an incoming webhook, or by an app's bot token, which can answer in threads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Annotated, Any, Literal

import msgspec

from monitor.alert.blocks import Block, render_slack_payload
from monitor.alert.message import compose_message
from monitor.alert.posting import excerpt_answer, post_secretly, status_to_stage_error
from monitor.alert.secret import Secret
from monitor.alert.tables import CommonTable, Flaw, NonEmptyText, SecretVariable
from monitor.links import safe_link
from monitor.model import Delivery, Sent, StageError
from monitor.pace import PAUSE_IF_LIMITED, QUICK_CHANNEL_S
from monitor.web import Response

OK_STATUS = 200
JSON_HEADERS = {"content-type": "application/json; charset=utf-8"}
ERROR_PATTERN = re.compile(r"[a-z][a-z0-9_]{0,59}")
RATE_LIMIT_ERRORS = ("ratelimited", "rate_limited", "message_limit_exceeded")
CHANNEL_ERRORS = frozenset(
    (
        *("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"),
        *("channel_not_found", "is_archived", "not_in_channel", "missing_scope", "not_allowed_token_type"),
        *(
            "no_permission",
            "access_denied",
            "accesslimited",
            "restricted_action",
            "restricted_action_read_only_channel",
        ),
        *("ekm_access_denied", "org_login_required", "team_access_not_granted", "two_factor_setup_required"),
        *("enterprise_is_restricted", "team_not_found", "method_deprecated", "deprecated_endpoint"),
    )
)
"""Errors about the token or the Slack channel: nothing gets through until somebody mends them."""
MESSAGE_ERRORS = frozenset(
    (
        *("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text"),
        *("invalid_arguments", "invalid_arg_name", "invalid_json", "json_not_object", "too_many_attachments"),
    )
)
"""Errors about this one message."""


@dataclass(frozen=True, slots=True)
class SlackTable(CommonTable):
    """`[channels.NAME]` with `kind = "slack"`: an incoming webhook, or a bot that can answer in threads."""

    kind: Literal["slack"]
    webhook_env: NonEmptyText | None = None
    """The usual one unless there is a bot."""
    token_env: NonEmptyText | None = None
    channel: Annotated[str, msgspec.Meta(pattern=r"^[A-Z0-9]{9,20}$")] | None = None
    """Its id: a name may change hands."""
    api_url: NonEmptyText = "https://slack.com/api"

    def secret_variables(self) -> Iterator[SecretVariable]:
        """The bot's token, or the webhook's address."""
        if self.token_env:
            yield SecretVariable("token_env", self.token_env)
        else:
            yield SecretVariable("webhook_env", self.webhook_env or "SLACK_WEBHOOK_URL", is_address=True)

    def flaws(self) -> Iterator[Flaw]:
        """A webhook and a bot want different keys."""
        match self.token_env, self.webhook_env, self.channel:
            case str(), str(), _:
                yield "webhook_env", "stands beside token_env", "Keep the webhook or the bot's token."
            case str(), _, None:
                yield "channel", "missing", 'Add the Slack channel\'s id: channel = "C0123456789".'
            case None, _, str():
                remedy = "Add token_env, or leave it out: a webhook has its own channel."
                yield "channel", "is for a bot only", remedy
        if not safe_link(self.api_url):
            yield "api_url", "is no web address", 'Leave it out: "https://slack.com/api" is right for everybody.'


def open_slack_channel(
    name: str, table: SlackTable, secrets: Mapping[str, str], zone: tzinfo
) -> SlackChannel | SlackBotChannel:
    """A bot where the table names its token and channel, else an incoming webhook."""
    secret = Secret(secrets.get(name, ""))
    if table.token_env and table.channel:
        return SlackBotChannel(name, SlackBotSettings(secret, table.channel, table.api_url), zone=zone)
    return SlackChannel(name, SlackSettings(secret), zone=zone)


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """An incoming webhook: its address is a secret."""

    webhook: Secret
    timeout_s: float = QUICK_CHANNEL_S


@dataclass(frozen=True, slots=True)
class SlackBotSettings:
    """An app of the workspace, and the Slack channel it writes to."""

    token: Secret
    channel: str
    """Its id, such as `C0123456789`."""
    api_url: str = "https://slack.com/api"
    timeout_s: float = QUICK_CHANNEL_S


class SlackChannel:
    """Posts to one Slack channel: the one that its webhook was made for."""

    def __init__(self, name: str, settings: SlackSettings, *, zone: tzinfo = UTC) -> None:
        self.name = name
        self._settings = settings
        self._zone = zone

    def recipients(self) -> tuple[str, ...]:
        """A webhook leads to one place."""
        return ("",)

    async def send(self, delivery: Delivery, now: datetime) -> Sent:
        """Post one alert."""
        webhook = self._settings.webhook
        body = _encode_payload(render_slack_payload(compose_message(delivery, self._zone)))
        answer = await post_secretly(webhook, body, JSON_HEADERS, self._settings.timeout_s)
        detail = excerpt_answer(answer, webhook)
        if answer.status != OK_STATUS:
            raise status_to_stage_error(answer, "slack", now, detail)
        if _is_refusal(answer.body):
            raise StageError("slack_answer", detail=detail)
        return Sent(delivery, detail)


class SlackBotChannel:
    """Posts to one Slack channel as an app: later reports of a story stand in the thread of its first."""

    def __init__(self, name: str, settings: SlackBotSettings, *, zone: tzinfo = UTC) -> None:
        self.name = name
        self._settings = settings
        self._zone = zone

    def recipients(self) -> tuple[str, ...]:
        """One Slack channel."""
        return ("",)

    async def send(self, delivery: Delivery, now: datetime) -> Sent:
        """Post one alert, into the thread of its story if that has begun here."""
        payload = render_slack_payload(compose_message(delivery, self._zone)) | {"channel": self._settings.channel}
        if delivery.thread_id:
            # Shown in the Slack channel as well: of what stands only in a thread, Slack tells nobody.
            payload |= {"thread_ts": delivery.thread_id, "reply_broadcast": True}
        answer = await self._post(payload)
        if answer.status != OK_STATUS:
            raise status_to_stage_error(answer, "slack", now, excerpt_answer(answer, self._settings.token))
        said = _parse_slack_answer(answer.body)
        if said.get("ok") is not True:
            raise self._refusal(said, answer, now)
        return Sent(delivery, "ok", provider_id=_text_or_none(said.get("ts")))

    async def _post(self, payload: Block) -> Response:
        headers = JSON_HEADERS | {"authorization": f"Bearer {self._settings.token.reveal()}"}
        address = Secret(f"{self._settings.api_url.rstrip('/')}/chat.postMessage")
        return await post_secretly(address, _encode_payload(payload), headers, self._settings.timeout_s)

    def _refusal(self, said: dict[str, Any], answer: Response, now: datetime) -> StageError:
        """What Slack's own no means: it comes with the status 200."""
        error = said.get("error")
        if not isinstance(error, str) or not ERROR_PATTERN.fullmatch(error):
            return StageError("slack_answer", detail=excerpt_answer(answer, self._settings.token))
        wait = (answer.retry_after(now) or PAUSE_IF_LIMITED) if error in RATE_LIMIT_ERRORS else None
        return StageError(
            f"slack_{error}", retry_after=wait, final=error in MESSAGE_ERRORS, channel_down=error in CHANNEL_ERRORS
        )


def _encode_payload(payload: Block) -> bytes:
    return json.dumps(payload, ensure_ascii=False).encode()


def _parse_slack_answer(body: bytes) -> dict[str, Any]:
    """The answer, if it is a JSON object."""
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _is_refusal(body: bytes) -> bool:
    """Whether a 200 is none: a page of some proxy, or Slack's `{"ok": false}`; a webhook says just `ok`."""
    text = body.strip()
    return text.startswith(b"<") or re.search(rb'^\{.*"ok"\s*:\s*false', text, re.DOTALL) is not None
