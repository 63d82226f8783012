"""The quick way through a long log: accepts, byte by byte, only what the slow way (decode, encode again, compare) accepts.

Most entries look alike. A leaf is canonical when it fits one pattern; clear parts and facts are canonical when they have a shape (keys,
their order, nesting) that the slow way once proved for this verb, and each value is written in the one canonical way. Whatever does
not fit goes the slow way.
"""

import re
import unicodedata
from binascii import unhexlify
from hashlib import sha256
from typing import Any

from kheo.openlog import entries

_LEAF = re.compile(
    rb'\{(?:"clear":(\{.*?\}),)?(?:"facts":"(.{64})",)?"id":"(.{32})","place":"[a-z0-9/-]*+"(?:,"private":"(.{64})")?(,"time":.*)',
    re.DOTALL,
)
_TAIL = re.compile(
    rb',"time":"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3])Z","v":1,"verb":"((?!log\.)[a-z0-9][a-z0-9.-]{0,63})"\}'
)
# Text that needs no escape (what is not ASCII is looked at by _composed); integers of at most 15 digits.
_VALUE = rb'(?:"[ !#-\[\]-~\x80-\xff]*+"|-?[1-9][0-9]{0,14}+|0|true|false|null)'
_KEY = re.compile(r"[A-Za-z0-9_-]+")
_HEX = b"0123456789abcdef"
_INNER, _OUTER = (bytes(i ^ pad for i in range(256)) for pad in (0x36, 0x5C))
_INNER_REST, _OUTER_REST = b"\x36" * 32 + entries.PREFIX, b"\x5c" * 32
_MANY = 10_000
_SHAPES_A_VERB = 8  # a verb whose content takes more shapes goes the slow way for the rarer ones


def _composed(content: bytes) -> bool:
    """True for UTF-8 in NFC."""
    if content.isascii():
        return True
    try:
        return unicodedata.is_normalized("NFC", content.decode())
    except UnicodeDecodeError:
        return False


class _Irregular(Exception):
    """The content has a key that the pattern language does not write."""


def _pattern(value: Any) -> bytes:
    """The bytes that content of this shape has when each plain value is written in the canonical way."""
    match value:
        case dict():
            if not all(_KEY.fullmatch(key) for key in value):
                raise _Irregular
            # Decoded from canonical bytes: keys in canonical order, each once.
            return rb"\{" + b",".join(b'"' + key.encode() + b'":' + _pattern(v) for key, v in value.items()) + rb"\}"
        case list():
            return rb"\[" + b",".join(_pattern(v) for v in value) + rb"\]"
    return _VALUE


class Quick:
    """What one replay has learned about the shapes in its log, by verb."""

    def __init__(self) -> None:
        self._verbs: dict[bytes, bytes] = {}  # the end of a leaf → its verb
        self._clear: dict[bytes, list[re.Pattern[bytes]]] = {}
        self._facts: dict[bytes, list[re.Pattern[bytes]]] = {}

    def leaf(self, leaf: bytes) -> tuple[bytes | None, bytes] | None:
        """Commitment to the facts (or None) and the verb of a plain, canonical leaf; None: decode it."""
        match = _LEAF.fullmatch(leaf)
        if match is None:
            return None
        clear, facts, key, private, tail = match.groups(b"")
        if (facts + key + private).translate(None, _HEX):
            return None
        verb = self._verbs.get(tail)
        if verb is None:
            end = _TAIL.fullmatch(tail)
            if not end:
                return None
            verb = end[1]
            if len(self._verbs) < _MANY:
                self._verbs[tail] = verb
        if clear and not (_composed(clear) and any(shape.fullmatch(clear) for shape in self._clear.get(verb, ()))):
            return None
        return facts or None, verb

    def facts(self, verb: bytes, line: bytes) -> bytes | None:
        """The commitment to the facts in a served line (hex), if the line is canonical as far as this way can tell; else None."""
        for shape in self._facts.get(verb, ()):
            if match := shape.fullmatch(line):
                break
        else:
            return None
        content, salt = match.groups()
        if not _composed(content):
            return None
        key = unhexlify(salt)
        # HMAC-SHA256 by hand: one call into OpenSSL's HMAC costs more than the four compressions.
        inner = sha256(key.translate(_INNER) + _INNER_REST + content).digest()
        return sha256(key.translate(_OUTER) + _OUTER_REST + inner).hexdigest().encode()

    def learn(self, verb: bytes, facts: Any) -> None:
        """Remember the shape of facts that the slow way has just accepted for this verb."""
        self._remember(self._facts, verb, facts, rb'\{"facts":(', rb'),"salt":"([0-9a-f]{64})"\}')

    def learn_clear(self, verb: bytes, clear: Any) -> None:
        """The same of a clear part."""
        self._remember(self._clear, verb, clear, b"", b"")

    @staticmethod
    def _remember(shapes: dict[bytes, list[re.Pattern[bytes]]], verb: bytes, content: Any, before: bytes, after: bytes) -> None:
        known = shapes.setdefault(verb, []) if verb in shapes or len(shapes) < _MANY else None
        if known is None or len(known) >= _SHAPES_A_VERB:
            return
        try:
            known.append(re.compile(before + _pattern(content) + after))
        except _Irregular:
            return
