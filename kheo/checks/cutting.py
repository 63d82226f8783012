"""Results → units, as they are cut when a book is frozen. Pure: the same facts and salt give the same units (docs/rounds.md).

``shares`` first takes out what is claimed twice: of two claims of the same metres, or of the same session, the later one loses them,
also where the earlier one was counted already or lies in an earlier period. Of things that stand at one site, the later report claims what
is there over and above the earlier ones.
``cut`` then makes units: a line every 60 to 100 m, one unit for each lamp, else the result as a whole. Lengths and ids come from SHA-256
of a salt that nobody knew before the freeze, so nobody can keep the places of the cuts in mind while working. Chance follows amount,
so where the cuts lie changes no guarantee; claims sum exactly to what was claimed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

import shapely
from shapely.geometry import LineString, Point
from shapely.ops import substring

from kheo.places.cutting import plane

Position = tuple[float, float]  # longitude, latitude
Line = tuple[Position, ...]

SHORTEST, LONGEST = 60, 100  # metres of a unit of a line
#: Metres of the corridor before and after its segment. Enough that a checker can't read the claim from its length; short, because work
#: in the margin can stand for as much that is missing within.
LEAST_MARGIN, MOST_MARGIN = 2, 6
BESIDE = 6.0  # metres: two lines nearer than this are the same road
CROSSING = 20.0  # metres two lines may share, as where roads cross, without being the same work


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one result. ``lines``: what was drawn for it; ``site_lines``: its site; both in the order of walking."""

    result: int
    claim: int
    cut: str  # "line", "each" or "whole": the indicator's
    day: date
    anew: bool = False  # may be claimed again on another day, as "meals served"; else what stands there is claimed once
    state: bool = False  # counted anew each time, as "lamps burning"; else it adds up, as "lamps installed"
    site: int | None = None
    session: str = ""
    lines: tuple[Line, ...] = ()
    site_lines: tuple[Line, ...] = ()
    point: Position | None = None
    private: bool = False  # at a home: no unit says where


@dataclass(frozen=True, slots=True)
class Share:
    """What of one result goes into the book: ``claim`` ≥ 1, along ``lines``; ``first``: the number of its first item at the site."""

    facts: Facts
    claim: int
    lines: tuple[Line, ...] = ()
    first: int = 1


@dataclass(frozen=True, slots=True)
class Piece:
    """One unit. ``key``: 128 bits, hex; ``at`` as ``models.Unit.at``."""

    result: int
    key: str
    claim: int
    at: dict[str, Any]


def shares(results: Iterable[Facts], before: Iterable[Facts] = ()) -> list[Share]:
    """What of these results counts once, in the order given (the earlier report first); those that lose everything are left out.

    ``before``: results that lie in no book of these, because they were counted on site or belong to an earlier period; what they claim is
    taken.
    """
    earlier = list(before)
    outside = {facts.result for facts in earlier}
    found: list[Share] = []
    sessions: set[tuple[Any, ...]] = set()
    drawn: set[tuple[Line, ...]] = set()
    covered: dict[int | None, _Roads] = {}
    items: dict[int | None, int] = {}
    for facts in [*earlier, *results]:
        session = (facts.site, facts.day, facts.session)
        again = (bool(facts.lines) and facts.lines in drawn) or (facts.cut == "whole" and facts.site is not None and session in sessions)
        drawn.add(facts.lines)
        sessions.add(session)
        if again and not facts.private:
            continue
        if facts.cut == "line" and (facts.lines or facts.site_lines):
            share = _line_share(facts, covered)
        elif facts.site is not None and (facts.cut == "each" or _stands(facts)):
            there = items.get(facts.site, 0)
            share = _item_share(facts, there)
            items[facts.site] = max(there, facts.claim) if _again(facts) else there + facts.claim
        else:
            share = Share(facts, facts.claim, facts.lines)
        if share is not None and facts.result not in outside:
            found.append(share)
    return found


def cut(share: Share, salt: bytes) -> list[Piece]:
    """The units of one result; their claims sum to the share's. ``salt``: at least 16 random bytes, one for the whole book."""
    facts = share.facts
    if facts.cut == "line" and share.lines and not facts.private:
        wanted = _along(share)
    elif facts.cut == "each" and facts.site is not None and not facts.private:
        return [Piece(facts.result, _digest(salt, facts.result, i)[:16].hex(), 1, _nth(share, i)) for i in range(share.claim)]
    else:
        over = {"over": share.first - 1} if share.first > 1 else {}
        return [Piece(facts.result, _digest(salt, facts.result, 0)[:16].hex(), share.claim, _where(share) | over)]
    pieces: list[Piece] = []
    for line, claim in wanted:
        done = 0
        while done < claim:
            dice = _digest(salt, facts.result, len(pieces))
            length = _length(claim - done, SHORTEST + dice[16] % (LONGEST - SHORTEST + 1))
            margins = [LEAST_MARGIN + dice[i] % (MOST_MARGIN - LEAST_MARGIN + 1) for i in (17, 18)]
            corridor = _corridor(line, done / claim, (done + length) / claim, margins)
            pieces.append(Piece(facts.result, dice[:16].hex(), length, {"line": corridor}))
            done += length
    return pieces


def _length(left: int, drawn: int) -> int:
    """The drawn length, unless a crumb were left that nobody could be sent to: then the last two pieces share what there is."""
    if left - drawn >= SHORTEST:
        return drawn
    return left if left <= LONGEST else left - left // 2


def cut_all(results: Iterable[Facts], salt: bytes, before: Iterable[Facts] = ()) -> list[Piece]:
    """The units of a book. ``before`` as in :func:`shares`."""
    return [piece for share in shares(results, before) for piece in cut(share, salt)]


def _digest(salt: bytes, result: int, number: int) -> bytes:
    return sha256(salt + f"|kheo-cut-v1|{result}|{number}".encode()).digest()


# --- what counts once ---


@dataclass(slots=True)
class _Roads:
    """What earlier results claim at one site, on a plane of its own (metres per degree); two planes don't lie on one another."""

    kx: float
    ky: float
    taken: Any = None


def _line_share(facts: Facts, covered: dict[int | None, _Roads]) -> Share | None:
    own = facts.lines or facts.site_lines
    roads = covered.setdefault(facts.site, _Roads(*plane(*own[0][0])))
    flat = [_flat(line, roads.kx, roads.ky) for line in own]
    left, claim = flat, facts.claim
    if roads.taken is not None:
        shared = sum(line.intersection(roads.taken).length for line in flat)
        if shared > (CROSSING if facts.lines else 0):
            left = [part for line in flat for part in _without(line, roads.taken)]
            rest = sum(line.length for line in left)
            claim = int(facts.claim * rest / sum(line.length for line in flat)) if facts.lines else min(facts.claim, int(rest))
    if not facts.lines:
        left = _first(left, claim)
    if claim < 1 or not left:
        return None
    road = shapely.union_all([line.buffer(BESIDE, cap_style="flat") for line in left])
    roads.taken = road if roads.taken is None else roads.taken.union(road)
    return Share(facts, claim, tuple(_round(line, roads.kx, roads.ky) for line in left))


def _stands(facts: Facts) -> bool:
    """Whether a result that is not cut is of things that stand at its site: whoever counts finds those of earlier reports among them."""
    drawn = facts.lines or facts.point
    return facts.cut != "each" and not (facts.anew or facts.session or facts.private or drawn)


def _again(facts: Facts) -> bool:
    """Whether its items are those of an earlier report, counted on another day."""
    return facts.state and facts.cut == "each"


def _item_share(facts: Facts, there: int) -> Share | None:
    if _again(facts):  # the same things counted on another day: only what goes beyond the earlier count is new
        return Share(facts, facts.claim - there, facts.lines, there + 1) if facts.claim > there else None
    return Share(facts, facts.claim, facts.lines, there + 1)


def _without(line: LineString, taken: Any) -> list[LineString]:
    parts = [p for p in getattr(line.difference(taken), "geoms", [line.difference(taken)]) if p.length >= 1]
    return sorted(parts, key=lambda part: line.project(Point(part.coords[0])))


def _first(lines: Sequence[LineString], metres: int) -> list[LineString]:
    """The first ``metres`` of these lines; all of them where they are shorter."""
    found: list[LineString] = []
    left = float(metres)
    for line in lines:
        if left < 1:
            break
        found.append(line if line.length <= left else substring(line, 0, left))
        left -= line.length
    return found


# --- units ---


def _along(share: Share) -> list[tuple[LineString, int]]:
    """Each part of the line with its part of the claim, by length; what rounding leaves goes to the longest."""
    kx, ky = plane(*share.lines[0][0])
    lengths = [_flat(line, kx, ky).length for line in share.lines]
    total = sum(lengths)
    claims = [int(share.claim * length / total) for length in lengths]
    claims[lengths.index(max(lengths))] += share.claim - sum(claims)
    return [(LineString(line), claim) for line, claim in zip(share.lines, claims, strict=True) if claim]


def _corridor(line: LineString, start: float, end: float, margins: Sequence[int]) -> list[list[float]]:
    """[lon, lat] of the part of a line from ``start`` to ``end`` (shares of its length) and the margins in metres around it.

    At the line's ends the corridor goes straight on.
    """
    kx, ky = plane(*line.coords[0])
    flat = _flat(line.coords, kx, ky)
    points = list(flat.coords)
    long = LineString([_beyond(points[1], points[0]), *points, _beyond(points[-2], points[-1])])
    part = substring(long, MOST_MARGIN + start * flat.length - margins[0], MOST_MARGIN + end * flat.length + margins[1])
    return [list(position) for position in _round(part, kx, ky)]


def _beyond(inner: Position, last: Position) -> Position:
    """The point :data:`MOST_MARGIN` metres past ``last``, seen from ``inner``."""
    dx, dy = last[0] - inner[0], last[1] - inner[1]
    stretch = MOST_MARGIN / ((dx * dx + dy * dy) ** 0.5)
    return last[0] + dx * stretch, last[1] + dy * stretch


def _nth(share: Share, number: int) -> dict[str, Any]:
    at: dict[str, Any] = {"nth": share.first + number}
    if share.facts.lines:  # drawn for this result: its items stand along it
        line = max((LineString(line) for line in share.facts.lines), key=lambda line: line.length)
        middle = line.interpolate((number + 0.5) / share.claim, normalized=True)
        at["point"] = [round(middle.x, 6), round(middle.y, 6)]
    return at


def _where(share: Share) -> dict[str, Any]:
    facts = share.facts
    if facts.private:
        return {}
    at: dict[str, Any] = {"session": facts.session} if facts.session else {}
    if facts.lines:
        at["line"] = [list(p) for p in max(facts.lines, key=len)]
    elif facts.point:
        at["point"] = list(facts.point)
    return at


def _flat(line: Iterable[Position], kx: float, ky: float) -> LineString:
    points = [(x * kx, y * ky) for x, y in line]
    return LineString([p for i, p in enumerate(points) if i == 0 or p != points[i - 1]])


def _round(line: LineString, kx: float, ky: float) -> Line:
    return tuple((round(x / kx, 6), round(y / ky, 6)) for x, y in line.coords)
