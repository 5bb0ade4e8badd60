"""Reading a body within bounds: a kilobyte may unfold to a gigabyte, so inflating stops at the limit.

httpx would hand over what a chunk unfolds to in one piece, when counting comes too late. So we read raw
bytes and inflate them ourselves, 64 KB at a time.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import httpx

from monitor.model import StageError

ACCEPTED_ENCODINGS = "gzip, deflate"
STEP_BYTES = 65_536
ANY_ZLIB_HEADER = 47
"""zlib's code for `a gzip or zlib header, as it comes`."""
NO_ZLIB_HEADER = -15
"""And its code for a bare deflate stream."""


class _PlainUnpacker:
    """For a body sent as it is: where it ends, HTTP alone knows."""

    is_complete = False
    has_own_end = False

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """Pass the chunk on."""
        yield chunk


class ZlibUnpacker:
    """For a body sent as one gzip or deflate stream, which tells its own end."""

    has_own_end = True

    def __init__(self) -> None:
        self._head = b""
        self._decoder: zlib._Decompress | None = None

    @property
    def is_complete(self) -> bool:
        """Whether the stream has come to its own end: nothing after it is read."""
        return self._decoder is not None and self._decoder.eof

    def pieces(self, chunk: bytes) -> Iterator[bytes]:
        """Unfold a chunk, at most 64 KB at a time."""
        if self._decoder is None:
            self._head += chunk
            if len(self._head) < len(b"\x1f\x8b"):
                return
            chunk = self._head
            self._decoder = zlib.decompressobj(choose_window_bits(chunk))
        while chunk and not self._decoder.eof:
            yield self._decoder.decompress(chunk, STEP_BYTES)
            chunk = self._decoder.unconsumed_tail


def choose_window_bits(head: bytes) -> int:
    """How zlib must read what begins so: some servers send deflate without its header (RFC 9110, 8.4.1.2)."""
    is_gzip = head.startswith(b"\x1f\x8b")
    is_zlib = head[0] & 0x0F == zlib.DEFLATED and int.from_bytes(head[:2]) % 31 == 0
    return ANY_ZLIB_HEADER if is_gzip or is_zlib else NO_ZLIB_HEADER


def choose_unpacker(coding: str) -> _PlainUnpacker | ZlibUnpacker:
    """Choose what undoes a Content-Encoding; others than gzip and deflate, or several, were not asked for."""
    name = coding.strip().lower()
    if name in ("", "identity"):
        return _PlainUnpacker()
    if name in ("gzip", "x-gzip", "deflate"):
        return ZlibUnpacker()
    raise StageError("bad_encoding", detail=f"Content-Encoding {name[:40]!r} was not asked for")


async def read_body(answer: httpx.Response, limit_bytes: int) -> tuple[bytes, bool]:
    """Read the inflated body, and whether it broke off before its end."""
    unpack = choose_unpacker(answer.headers.get("content-encoding", ""))
    body = bytearray()
    try:
        async for chunk in answer.aiter_raw():
            for piece in unpack.pieces(chunk):
                body += piece
                if len(body) > limit_bytes:
                    raise StageError("too_big", detail=f"more than {limit_bytes:,} bytes")
            if unpack.is_complete:
                break
    except zlib.error as error:
        raise StageError("bad_encoding", detail=str(error)) from error
    except (httpx.NetworkError, httpx.ProtocolError):
        if not body:
            raise
        return bytes(body), True
    return bytes(body), unpack.has_own_end and bool(body) and not unpack.is_complete
