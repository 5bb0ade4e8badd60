"""Bytes to text, by the encodings of the web. It never fails: what cannot be read becomes U+FFFD."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from resiliparse.parse.encoding import detect_encoding

DECLARED_WITHIN_BYTES = 4096
"""Bytes from the start in which a document may declare its encoding."""

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# UTF-16 without a BOM: how markup begins in it.
UTF16_STARTS = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))

CHARSET_PARAMETER = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.ASCII | re.IGNORECASE)
DECLARED_ENCODING = re.compile(
    rb"""<\?xml[^<>]{1,200}?encoding\s*=\s*["']([\w.:-]{1,40})|<meta[^<>]{1,400}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""",
    re.IGNORECASE,
)

# The WHATWG labels (encoding.spec.whatwg.org): what servers write is not what they mean. Labels whose
# meaning is Python's own are in PLAIN_ENCODINGS; utf-7 and the like stay out, for they hide markup.
LABELS_BY_ENCODING = {
    "windows-1252": "ascii us-ascii iso-8859-1 iso8859-1 iso88591 iso_8859-1 latin1 latin-1 l1 cp819",
    "windows-1254": "iso-8859-9 iso8859-9 iso88599 iso_8859-9 latin5 l5",
    "windows-874": "tis-620 iso-8859-11 iso8859-11 iso885911 dos-874",
    "gb18030": "gb2312 gb_2312 gb_2312-80 gbk x-gbk chinese csgb2312 euc-cn iso-ir-58",
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
    "cp932": "shift_jis shift-jis sjis x-sjis ms_kanji ms932 windows-31j csshiftjis",
    "cp949": "euc-kr cseuckr ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 korean windows-949",
    "euc_jp": "euc-jp cseucpkdfmtjapanese x-euc-jp",
    "iso2022_jp": "iso-2022-jp csiso2022jp",
    "utf-8": "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8",
    "utf-16-le": "utf-16 utf-16le utf16 unicode ucs-2 iso-10646-ucs-2 csunicode unicodefeff",
    "utf-16-be": "utf-16be unicodefffe",
    "mac-roman": "macintosh mac csmacintosh x-mac-roman",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "koi8-r": "koi8-r koi8 koi koi8_r cskoi8r",
    "koi8-u": "koi8-u koi8-ru",
    "cp866": "cp866 ibm866 866 csibm866",
}
PLAIN_ENCODINGS = [f"iso-8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)]
PLAIN_ENCODINGS += [f"windows-{page}" for page in (874, *range(1250, 1259))] + ["gb18030"]


def _label_spellings(name: str) -> Iterator[str]:
    yield name
    yield name.replace("iso-8859", "iso8859")
    yield name.replace("iso-8859", "iso_8859")
    yield name.replace("windows-", "cp")
    yield name.replace("windows-", "x-cp")


PYTHON_NAMES = {"windows-874": "cp874"}
CODEC_OF_LABEL = {
    label: PYTHON_NAMES.get(name, name) for name, labels in LABELS_BY_ENCODING.items() for label in labels.split()
}
CODEC_OF_LABEL |= {
    spelling: PYTHON_NAMES.get(name, name) for name in PLAIN_ENCODINGS for spelling in _label_spellings(name)
}


def decode_body(body: bytes, content_type: str) -> str:
    """Read a document as text: by its BOM, else UTF-8 if it is, else as declared, else as it looks.

    >>> decode_body("Москва".encode("cp1251"), "text/html; charset=windows-1251")
    'Москва'
    """
    for mark, codec in BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(codec, "replace")
    # Other encodings do not look like UTF-8 by chance, but servers often declare what they do not send.
    if not body.isascii() and (text := _decode_strictly(body, "utf-8")) is not None:
        return text
    return _decode_as_declared(body, content_type)


def codec_from_label(label: str) -> str | None:
    """Python's name for the encoding that a label of the web means; None for what we do not trust."""
    return CODEC_OF_LABEL.get(label.strip().lower())


def _decode_as_declared(body: bytes, content_type: str) -> str:
    declared = list(_declared_codecs(body, content_type))
    for codec in declared:
        if (text := _decode_strictly(body, codec)) is not None:
            return text
    if declared and not _is_garbled(patched := body.decode(declared[0], "replace")):
        return patched
    return _decode_as_it_looks(body)


def _is_garbled(text: str) -> bool:
    """Whether more is lost than a few bad bytes: then the label was wrong."""
    return text.count("\ufffd") > 5 + len(text) // 50


def _declared_codecs(body: bytes, content_type: str) -> Iterator[str]:
    head = body[:DECLARED_WITHIN_BYTES]
    if (match := CHARSET_PARAMETER.search(content_type)) and (codec := codec_from_label(match[1])):
        yield codec
    for start, codec in UTF16_STARTS:
        if head.startswith(start):
            yield codec
    for pair in DECLARED_ENCODING.findall(head):
        codec = codec_from_label((pair[0] or pair[1]).decode("ascii", "replace"))
        if codec:  # bytes that spell "UTF-16" in ASCII are not UTF-16
            yield "utf-8" if codec.startswith("utf-16") else codec


def _decode_as_it_looks(body: bytes) -> str:
    if body.isascii():
        return body.decode("ascii")
    codec = codec_from_label(str(detect_encoding(body)).replace("_", "-")) or "windows-1252"
    return body.decode(codec, "replace")


def _decode_strictly(body: bytes, codec: str) -> str | None:
    # The incremental decoder forgives a character that was cut off at the end of a truncated body.
    try:
        return codecs.getincrementaldecoder(codec)().decode(body)
    except UnicodeError:
        return None
