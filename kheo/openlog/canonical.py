"""Strict canonical JSON: RFC 8785 bytes of NFC text, whole numbers within ±(2^53−1), no duplicate keys, no floats.

Nothing here needs Django: the outside verifier uses it too.
"""

import json
import re
import unicodedata
from typing import Any, NoReturn

import rfc8785

MAX_INTEGER = 2**53 - 1


class NotCanonical(ValueError):
    """The value or the bytes are not what this log calls canonical JSON."""


def encode(value: Any) -> bytes:
    """The canonical bytes of ``value``; text and keys are brought to NFC.

    Takes str, bool, int (\\|n\\| ≤ 2^53−1; larger ones as strings), None, lists, tuples and dicts with string keys of these.
    Raises :class:`NotCanonical` for anything else.
    """
    try:
        return rfc8785.dumps(_normal(value))
    except (rfc8785.CanonicalizationError, RecursionError, UnicodeEncodeError) as e:  # the last: half a character in a key
        raise NotCanonical(str(e)) from e


def _normal(value: Any) -> Any:
    match value:
        case None | bool() | int():
            return value
        case str():
            return unicodedata.normalize("NFC", value)
        case list() | tuple():
            return [_normal(v) for v in value]
        case dict():
            normal = {}
            for key, content in value.items():
                if not isinstance(key, str):
                    raise NotCanonical(f"the key {key!r} is not text")
                normal[unicodedata.normalize("NFC", key)] = _normal(content)
            if len(normal) != len(value):
                raise NotCanonical("two keys are the same text")
            return normal
    raise NotCanonical(f"{type(value).__name__} is not taken")


def _no_float(text: str) -> NoReturn:
    raise NotCanonical(f"{text} is not a whole number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCanonical("a key appears twice")
    return found


_decode_strict = json.JSONDecoder(object_pairs_hook=_once, parse_float=_no_float, parse_constant=_no_float).decode
_decode_fast = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float).decode
_encode_fast = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
_LONG_NUMBER = re.compile(r"[0-9]{16}")


def decode(data: bytes) -> Any:
    """The value of canonical ``data``. Raises :class:`NotCanonical` unless :func:`encode` gives back exactly these bytes."""
    try:
        text = data.decode()
    except UnicodeDecodeError as e:
        raise NotCanonical("not UTF-8") from e
    try:
        # The quick way accepts only what the slow way accepts: the C encoder writes what RFC 8785 writes (a doubled key is lost on
        # the way, so the texts differ), except for the order of keys beyond U+FFFF and the bounds of integers.
        value = _decode_fast(text)
        if text.isascii() and not _LONG_NUMBER.search(text) and _encode_fast(value) == text:
            return value
        value = _decode_strict(text)
    except (json.JSONDecodeError, RecursionError) as e:
        raise NotCanonical(f"not JSON: {e}") from e
    except ValueError as e:
        raise NotCanonical(str(e)) from e
    if encode(value) != data:
        raise NotCanonical("another spelling of the same JSON")
    return value


def read(text: str) -> Any:
    """The value of JSON in any layout, but with the same values only: no floats, no key twice. Raises :class:`NotCanonical`."""
    try:
        return _decode_strict(text)
    except (ValueError, RecursionError) as e:
        raise NotCanonical(f"not JSON: {e}") from e
