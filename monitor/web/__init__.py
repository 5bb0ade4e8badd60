"""The guarded Web: addresses, deadlines, sizes, decoding, links. The only room that uses httpx."""

from monitor.web.decode import decode
from monitor.web.fetch import GuardedWeb, WebSettings, post
from monitor.web.guard import Resolve
from monitor.web.links import lane, normalise, safe_link, without_tracking
from monitor.web.response import Hop, Response, Web

__all__ = [
    "GuardedWeb",
    "Hop",
    "Resolve",
    "Response",
    "Web",
    "WebSettings",
    "decode",
    "lane",
    "normalise",
    "post",
    "safe_link",
    "without_tracking",
]
