"""What to check, and in which order: tickets that anybody computes again from a book and a seed. No Django (docs/true-numbers.md).

Source: successive sampling with probability proportional to size by exponential tickets (Rosén 1997; Shekhar et al. 2023, arXiv
2305.06884); RFC 6962 for the root of a book. A unit's ticket is −ln(U)/claim with U from SHA-256 of seed and id, so whoever claims twice
as much is drawn twice as soon on average, and cutting a claim into pieces changes no chance.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from hashlib import sha256

from kheo.checks.logarithm import CONTEXT, minus_ln
from kheo.openlog import canonical, merkle

VERSION = "kheo-draw-v1"
CHECKERS = "kheo-check-v1"
WHOLE = "kheo-whole-v1"  # of a book that is counted whole, without dice
_HALF, _RANGE = Decimal("0.5"), Decimal(2**256)
_ID = re.compile(r"[!-+\--~]{1,128}")  # printable ASCII without space and comma: nothing that seed or book file could confuse
_ROOT = re.compile(r"[0-9a-f]{64}")
_DIGITS = re.compile(r"[0-9]{20,1000}")
_BEACON = re.compile(r"[^,\x00-\x1f\x7f-\x9f\u2028\u2029]{1,500}")


class BadDraw(ValueError):
    """A book, a seed or an order that no draw can be made of."""


def total(units: Mapping[str, int]) -> int:
    """C, the sum of all claims. Raises BadDraw unless each is a whole number of at least 1."""
    if not isinstance(units, Mapping) or not units:
        raise BadDraw("a book has at least one unit")
    for name, claim in units.items():
        if type(claim) is not int or claim < 1:
            raise BadDraw(f"unit {name} claims {claim!r}, which is not a whole number of at least 1")
    return sum(units.values())


def check_ids(units: Mapping[str, int]) -> None:
    """Raises BadDraw unless ids are such that a book may hold."""
    for name in units:
        if not isinstance(name, str) or not _ID.fullmatch(name):
            raise BadDraw(f"{name!r} can't be the id of a unit: 1 to 128 printable ASCII characters without space and comma")


def seed(book_root: str, checkpoint_root: str, digits: str, beacon: str | None = None) -> str:
    """``kheo-draw-v1,<book root>,<checkpoint root>,<digits>[,<beacon>]``.

    The roots are 64 lower-case hex digits, ``digits`` at least 20 decimal digits as rolled, ``beacon`` the public draw's own text
    without commas. Raises BadDraw.
    """
    for root in (book_root, checkpoint_root):
        if not _ROOT.fullmatch(root):
            raise BadDraw(f"{root!r} is not a root: 64 lower-case hex digits")
    if not _DIGITS.fullmatch(digits):
        raise BadDraw("the dice give at least 20 decimal digits and nothing else")
    if beacon is not None and not _BEACON.fullmatch(beacon):
        raise BadDraw("the outside draw is one line without commas")
    return ",".join([VERSION, book_root, checkpoint_root, digits, *([] if beacon is None else [beacon])])


def parts(text: str) -> tuple[str, str, str, str | None]:
    """(book root, checkpoint root, digits, beacon) of a seed. Raises BadDraw for any text that :func:`seed` would not write."""
    version, *rest = text.split(",")
    if version != VERSION or len(rest) not in (3, 4):
        raise BadDraw(f"a seed reads {VERSION},<book root>,<checkpoint root>,<digits>[,<outside draw>]")
    beacon = rest[3] if len(rest) == 4 else None
    seed(rest[0], rest[1], rest[2], beacon)
    return rest[0], rest[1], rest[2], beacon


def ticket(seed: str, name: str, claim: int) -> Decimal:
    """−ln((h + ½)/2^256)/claim, h = SHA-256(UTF-8(seed "," id)) read big-endian; each operation rounded to 60 digits, half-even."""
    h = int.from_bytes(sha256(f"{seed},{name}".encode()).digest(), "big")
    return CONTEXT.divide(minus_ln(CONTEXT.divide(CONTEXT.add(Decimal(h), _HALF), _RANGE)), Decimal(claim))


def tickets(seed: str, units: Mapping[str, int]) -> dict[str, Decimal]:
    """{id: ticket} in the order of checks: ascending by ticket, equal ones by id. ``units``: {id: claim ≥ 1}. Raises BadDraw."""
    total(units)
    check_ids(units)
    try:
        if not isinstance(seed, str) or not seed or not seed.encode():
            raise BadDraw("a draw needs a seed")
    except UnicodeEncodeError as e:
        raise BadDraw("the seed holds half a character") from e
    drawn = sorted((ticket(seed, name, claim), name) for name, claim in units.items())
    return {name: number for number, name in drawn}


def book_root(units: Mapping[str, int]) -> bytes:
    """The RFC 6962 Merkle root over one leaf per unit, sorted by id: canonical JSON ``{"c":<claim>,"id":"<id>"}``. Raises BadDraw."""
    total(units)
    check_ids(units)
    try:
        leaves = [canonical.encode({"c": units[name], "id": name}) for name in sorted(units)]
    except canonical.NotCanonical as e:
        raise BadDraw(f"a claim is too large: {e}") from e
    return merkle.root_of([merkle.leaf_hash(leaf) for leaf in leaves])


def order_of_checkers(seed: str, unit: str, keys: Iterable[str]) -> list[str]:
    """Who is asked first to go to ``unit``: by SHA-256(UTF-8("kheo-check-v1," seed "," unit "," key)), ascending.

    A hash of its own: who goes says nothing about the unit's rank. Raises BadDraw for a key that comes twice.
    """
    keys = list(keys)
    if len(set(keys)) != len(keys):
        raise BadDraw("a checker stands on the list twice")
    return sorted(keys, key=lambda key: sha256(f"{CHECKERS},{seed},{unit},{key}".encode()).digest())


def gap(order: Iterable[str], seen: Iterable[str]) -> tuple[str, str] | None:
    """(the unit whose turn it was, the unit that was taken instead) at the first place where ``seen`` leaves the order; None: no gap."""
    turn = iter(order)
    for name in seen:
        expected = next(turn, "nothing, all units had their turn")
        if expected != name:
            return expected, name
    return None
