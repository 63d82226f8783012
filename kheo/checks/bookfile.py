"""A book as a text file: ``kheo-book-v1 <root> <N> <C>``, then ``<id> <claim>`` per unit, sorted by id. No Django.

Lines end with \\n, also the last; one space between; whole numbers without leading zeros; ASCII. Twenty lines of any language read it.
Checks are a text file too: ``<id> <reading>`` in the order in which the units' tickets were checked; ``-`` for a reading that is not there.
"""

import re
from collections.abc import Mapping

from kheo.checks import draw
from kheo.checks.bound import Check

VERSION = "kheo-book-v1"
_HEAD = re.compile(rf"{VERSION} ([0-9a-f]{{64}}) ([1-9][0-9]{{0,15}}) ([1-9][0-9]{{0,30}})")
_UNIT = re.compile(r"([!-+\--~]{1,128}) ([1-9][0-9]{0,15})")
_CHECK = re.compile(r"([!-+\--~]{1,128}) (-|0|[1-9][0-9]{0,15})")


class BadFile(ValueError):
    """Which line is wrong, and why."""


def write(units: Mapping[str, int]) -> str:
    """The file of a book. Raises draw.BadDraw."""
    lines = [f"{VERSION} {draw.book_root(units).hex()} {len(units)} {draw.total(units)}"]
    lines += [f"{name} {units[name]}" for name in sorted(units)]
    return "\n".join(lines) + "\n"


def _lines(text: str) -> list[str]:
    if not text.endswith("\n"):
        raise BadFile("the last line has no end: the file may be cut off")
    return text[:-1].split("\n")


def read(text: str) -> dict[str, int]:
    """{id: claim}. Raises BadFile for any other spelling, and when root, N or C are not those of the units."""
    first, *rest = _lines(text)
    head = _HEAD.fullmatch(first)
    if head is None:
        raise BadFile(f"line 1: a book begins with {VERSION} <root> <number of units> <sum of claims>")
    units: dict[str, int] = {}
    before = ""
    for number, line in enumerate(rest, start=2):
        unit = _UNIT.fullmatch(line)
        if unit is None:
            raise BadFile(f"line {number}: a unit reads <id> <claim>, with a whole claim of at least 1")
        name = unit[1]
        if name <= before:
            raise BadFile(f"line {number}: {name} " + ("comes twice" if name == before else "is not in its place: ids ascend"))
        units[name], before = int(unit[2]), name
    if len(units) != int(head[2]):
        raise BadFile(f"line 1 tells of {head[2]} units, but there are {len(units)}")
    if (claims := sum(units.values())) != int(head[3]):
        raise BadFile(f"line 1 tells of claims of {head[3]}, but they sum to {claims}")
    if (root := draw.book_root(units).hex()) != head[1]:
        raise BadFile(f"line 1 tells of the root {head[1]}, but these units have {root}")
    return units


def read_checks(text: str) -> list[Check]:
    """(id, reading or None) in the file's order. Raises BadFile."""
    checks: list[Check] = []
    for number, line in enumerate(_lines(text) if text else [], start=1):
        check = _CHECK.fullmatch(line)
        if check is None:
            raise BadFile(f"line {number}: a check reads <id> <reading>, with - where there is none")
        checks.append((check[1], None if check[2] == "-" else int(check[2])))
    return checks
