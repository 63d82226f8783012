"""Sealing an act into a log entry: canonical JSON and commitments (reference: docs/log.md)."""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime
from typing import Any

import rfc8785

MAX_ENTRY = 65_535  # an entry bundle frames each entry with a big-endian uint16
PREFIX = b"kheo-facts-v1\n"


class TooLarge(ValueError):
    """The entry would not fit in an entry bundle."""


def commit(salt: bytes, content: bytes) -> str:
    """HMAC-SHA256 over ``kheo-facts-v1\\n`` and the canonical bytes, keyed with the 32 byte salt; lower-case hex."""
    return hmac.new(salt, PREFIX + content, hashlib.sha256).hexdigest()


def seal(
    *, verb: str, key: str, at: datetime, place: str, clear: dict[str, Any], facts: dict[str, Any] | None, private: dict[str, Any]
) -> dict[str, Any]:
    """The column values of an :class:`openlog.Entry` for this act."""
    leaf: dict[str, Any] = {"v": 1, "verb": verb, "id": key, "time": at.astimezone(UTC).strftime("%Y-%m-%dT%HZ"), "place": place}
    if clear:
        leaf["clear"] = clear
    columns: dict[str, Any] = {"verb": verb, "key": key, "at": at, "place": place}
    for name, content in (("facts", facts), ("private", private)):
        if content is None:
            continue
        salt, data = secrets.token_bytes(32), rfc8785.dumps(content)
        columns[name], columns[f"{name}_salt"] = data, salt
        leaf[name] = commit(salt, data)
    columns["leaf"] = rfc8785.dumps(leaf)
    if len(columns["leaf"]) > MAX_ENTRY:
        raise TooLarge(f"{verb}: the entry has {len(columns['leaf'])} bytes, at most {MAX_ENTRY} fit")
    return columns
