"""The quick way through a long log: accepts, byte by byte, only what the slow way (decode, encode again, compare) accepts.

Most entries look alike. A leaf without a clear part is canonical when it fits one pattern; facts are canonical when they are flat,
their keys are those of a shape whose order was once proven, and each value is written in the one canonical way. Whatever does not fit
goes the slow way.
"""

import re
from binascii import unhexlify
from hashlib import sha256
from typing import Any

from kheo.openlog import entries

_LEAF = re.compile(rb'\{(?:"facts":"(.{64})",)?"id":"(.{32})","place":"[a-z0-9/-]*+"(?:,"private":"(.{64})")?(,"time":.*)', re.DOTALL)
_TAIL = re.compile(
    rb',"time":"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3])Z","v":1,"verb":"(?!log\.)[a-z0-9][a-z0-9.-]{0,63}"\}'
)
# Printable ASCII that needs no escape; integers of at most 15 digits.
_VALUE = rb'(?:"[ !#-\[\]-~]*+"|-?[1-9][0-9]{0,14}+|0|true|false|null)'
_KEY = re.compile(r"[a-z_]+")
_HEX = b"0123456789abcdef"
_INNER, _OUTER = (bytes(i ^ pad for i in range(256)) for pad in (0x36, 0x5C))
_INNER_REST, _OUTER_REST = b"\x36" * 32 + entries.PREFIX, b"\x5c" * 32
_MANY = 10_000


class Quick:
    """What one replay has learned about the shapes in its log."""

    def __init__(self) -> None:
        self._tails: set[bytes] = set()
        self._shapes: dict[bytes, re.Pattern[bytes]] = {}
        self._compiled: dict[tuple[str, ...], re.Pattern[bytes]] = {}

    def leaf(self, leaf: bytes) -> tuple[bytes | None, bytes] | None:
        """Commitment to the facts (or None) and the end of a plain, canonical leaf; None: decode it."""
        match = _LEAF.fullmatch(leaf)
        if match is None:
            return None
        facts, key, private, tail = match.groups(b"")
        if (facts + key + private).translate(None, _HEX):
            return None
        if tail not in self._tails:
            if not _TAIL.fullmatch(tail):
                return None
            if len(self._tails) < _MANY:
                self._tails.add(tail)
        return facts or None, tail

    def facts(self, tail: bytes, line: bytes) -> bytes | None:
        """The commitment to the facts in a served line (hex), if the line is canonical as far as this way can tell; else None."""
        shape = self._shapes.get(tail)
        match = shape.fullmatch(line) if shape else None
        if match is None:
            return None
        content, salt = match.groups()
        key = unhexlify(salt)
        # HMAC-SHA256 by hand: one call into OpenSSL's HMAC costs more than the four compressions.
        inner = sha256(key.translate(_INNER) + _INNER_REST + content).digest()
        return sha256(key.translate(_OUTER) + _OUTER_REST + inner).hexdigest().encode()

    def learn(self, tail: bytes, facts: Any) -> None:
        """Remember the shape of facts that the slow way has just accepted behind this tail."""
        if not isinstance(facts, dict) or len(self._shapes) >= _MANY or not all(_KEY.fullmatch(key) for key in facts):
            return
        keys = tuple(facts)  # decoded from canonical bytes: in canonical order, each once
        if keys not in self._compiled:
            pairs = b",".join(b'"' + key.encode() + b'":' + _VALUE for key in keys)
            self._compiled[keys] = re.compile(rb'\{"facts":(\{' + pairs + rb'\}),"salt":"([0-9a-f]{64})"\}')
        self._shapes[tail] = self._compiled[keys]
