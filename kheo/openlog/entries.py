"""Sealing an act into a log entry: canonical JSON and commitments (docs/log.md). No Django: the outside verifier uses it."""

import hmac
import re
import secrets
from datetime import UTC, datetime
from typing import Any

from kheo.openlog import canonical

MAX_ENTRY = 65_535  # an entry bundle frames each entry with a big-endian uint16
PREFIX = b"kheo-facts-v1\n"
KEYS = {"v", "verb", "id", "time", "place", "clear", "facts", "private"}
NEEDED = {"v", "verb", "id", "time", "place"}
_SHAPES = {
    "verb": re.compile(r"[a-z0-9][a-z0-9.-]{0,63}"),
    "id": re.compile(r"[0-9a-f]{32}"),
    "time": re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3])Z"),
    "facts": re.compile(r"[0-9a-f]{64}"),
    "private": re.compile(r"[0-9a-f]{64}"),
}


class TooLarge(ValueError):
    """The entry would not fit in an entry bundle."""


class BadEntry(ValueError):
    """The bytes are not an entry of this log."""


def commit(salt: bytes, content: bytes) -> str:
    """HMAC-SHA256 over ``kheo-facts-v1\\n`` and the canonical bytes, keyed with the 32 byte salt; lower-case hex."""
    return hmac.digest(salt, PREFIX + content, "sha256").hex()


def seal(
    *, verb: str, key: str, at: datetime, place: str, clear: dict[str, Any], facts: dict[str, Any] | None, private: dict[str, Any] | None
) -> dict[str, Any]:
    """The column values of an :class:`openlog.Entry` for this act. Raises TooLarge, or canonical.NotCanonical for a value it can't take."""
    leaf: dict[str, Any] = {"v": 1, "verb": verb, "id": key, "time": at.astimezone(UTC).strftime("%Y-%m-%dT%HZ"), "place": place}
    if clear:
        leaf["clear"] = clear
    columns: dict[str, Any] = {"verb": verb, "key": key, "at": at, "place": place}
    for name, content in (("facts", facts), ("private", private)):
        if content is None:
            continue
        salt, data = secrets.token_bytes(32), _bounded(verb, name, content)
        columns[name], columns[f"{name}_salt"] = data, salt
        leaf[name] = commit(salt, data)
    columns["leaf"] = _bounded(verb, "entry", leaf)
    return columns


def _bounded(verb: str, what: str, content: dict[str, Any]) -> bytes:
    data = canonical.encode(content)
    if len(data) > MAX_ENTRY:
        raise TooLarge(f"{verb}: the {what} has {len(data)} bytes, at most {MAX_ENTRY} fit")
    return data


def check(leaf: Any) -> dict[str, Any]:
    """The decoded entry, if it has the shape of one. Raises :class:`BadEntry`."""
    if not isinstance(leaf, dict) or not NEEDED <= leaf.keys() <= KEYS or leaf["v"] != 1 or isinstance(leaf["v"], bool):
        raise BadEntry("not an entry of this log")
    for name, shape in _SHAPES.items():
        if name in leaf and not (isinstance(leaf[name], str) and shape.fullmatch(leaf[name])):
            raise BadEntry(f"its {name} is malformed")
    if not isinstance(leaf["place"], str) or not isinstance(leaf.get("clear", {}), dict):
        raise BadEntry("its place or clear part is malformed")
    return leaf


# Bundles -------------------------------------------------------------------------------------------------------------------------------


def frame(leaves: list[bytes]) -> bytes:
    """An entry bundle: each entry behind a big-endian uint16 length."""
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def unframe(data: bytes) -> list[bytes]:
    """The entries of a bundle. Raises :class:`BadEntry`."""
    found, at, end = [], 0, len(data)
    while at < end:
        if at + 2 > end:
            raise BadEntry("the bundle is cut short")
        start = at + 2
        at = start + (data[at] << 8 | data[at + 1])
        found.append(data[start:at])
    if at != end:
        raise BadEntry("the bundle is cut short")
    return found


def facts_line(facts: bytes | memoryview, salt: bytes | memoryview) -> bytes:
    """``{"facts":…,"salt":"…"}`` as served: canonical, because its parts are."""
    return b'{"facts":' + bytes(facts) + b',"salt":"' + bytes(salt).hex().encode() + b'"}'


_FACTS_LINE = re.compile(rb'\{"facts":(.*),"salt":"([0-9a-f]{64})"\}', re.DOTALL)


def parse_facts_line(line: bytes) -> tuple[bytes, bytes]:
    """Facts bytes and salt of a served line. Raises :class:`BadEntry`."""
    match = _FACTS_LINE.fullmatch(line)
    if not match:
        raise BadEntry("its facts are not framed as they should be")
    return match[1], bytes.fromhex(match[2].decode())
