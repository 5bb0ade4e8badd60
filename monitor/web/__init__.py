"""The guarded Web: addresses, deadlines, sizes, decoding. The only room that uses httpx."""

from monitor.web.decode import decode_body
from monitor.web.fetch import GuardedWeb, WebSettings, post_unguarded
from monitor.web.guard import Resolve
from monitor.web.response import Hop, Response, Web

__all__ = [
    "GuardedWeb",
    "Hop",
    "Resolve",
    "Response",
    "Web",
    "WebSettings",
    "decode_body",
    "post_unguarded",
]
