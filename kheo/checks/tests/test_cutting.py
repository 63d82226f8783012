"""How results become units: sums, lengths, ids, and what is claimed twice. No database."""

import itertools
import math
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from kheo.checks import cutting
from kheo.checks.cutting import Facts, Piece

DAY = date(2026, 6, 1)
SALT = bytes(range(32))
METRE = 1 / 110_574  # degrees of latitude, as places.cutting.plane has it


def road(metres: float, start: float = 0, lon: float = 105.78) -> tuple[tuple[float, float], ...]:
    """A straight line northwards."""
    return ((lon, 10.03 + start * METRE), (lon, 10.03 + (start + metres) * METRE))


def metres(piece: Piece) -> float:
    points = piece.at["line"]
    kx, ky = cutting.plane(*points[0])
    return sum(math.hypot((b[0] - a[0]) * kx, (b[1] - a[1]) * ky) for a, b in itertools.pairwise(points))


def claims(*results: Facts) -> dict[int, int]:
    return {share.facts.result: share.claim for share in cutting.shares(results)}


@given(claim=st.integers(1, 10_000), length=st.floats(5, 12_000), salt=st.binary(min_size=32, max_size=32))
@settings(max_examples=60)
def test_a_line_is_cut_every_60_to_100_metres_and_the_claims_sum_exactly(claim: int, length: float, salt: bytes) -> None:
    pieces = cutting.cut_all([Facts(1, claim, "line", DAY, site=1, lines=(road(length),))], salt)
    assert sum(p.claim for p in pieces) == claim
    assert all(min(50, sum(p.claim for p in pieces)) <= p.claim <= 100 for p in pieces), "no crumb that nobody could be sent to"
    assert all(p.claim >= 60 for p in pieces[:-2])
    assert len({p.key for p in pieces}) == len(pieces) and all(len(bytes.fromhex(p.key)) == 16 for p in pieces)
    for piece in pieces:  # on the ground as much of the line as of the claim, and a margin
        extra = metres(piece) - piece.claim * length / claim
        assert 2 * cutting.LEAST_MARGIN - 0.5 <= extra <= 2 * cutting.MOST_MARGIN + 0.5


@given(first=st.integers(1, 900), second=st.integers(1, 900), length=st.integers(30, 900))
@settings(max_examples=60)
def test_two_claims_of_one_road_never_claim_more_than_the_road_unless_the_first_does(first: int, second: int, length: int) -> None:
    results = [Facts(n, claim, "line", DAY, site=1, site_lines=(road(length),)) for n, claim in ((1, first), (2, second))]
    found = claims(*results)
    assert found[1] == first
    assert found.get(2, 0) <= max(0, length - first) + 1
    if first + second <= length:
        assert abs(found[2] - second) <= 1


def test_the_later_of_two_drawn_lines_loses_what_they_share() -> None:
    one = Facts(1, 200, "line", DAY, site=1, lines=(road(200),))
    two = Facts(2, 300, "line", DAY, site=1, lines=(road(300, start=100),))
    assert claims(one, two)[1] == 200
    assert abs(claims(one, two)[2] - 200) <= 1
    assert claims(one, replace(two, site=2))[2] == 300, "another road"
    assert claims(one, replace(one, result=3, site=9)) == {1: 200}, "the same drawing twice"


def test_roads_that_cross_lose_nothing() -> None:
    across = ((105.779, 10.0305), (105.781, 10.0305))
    found = claims(Facts(1, 200, "line", DAY, lines=(road(200),)), Facts(2, 219, "line", DAY, lines=(across,)))
    assert found == {1: 200, 2: 219}


def test_a_claim_longer_than_its_road_stays_in_the_book_to_be_found_out() -> None:
    pieces = cutting.cut_all([Facts(1, 500, "line", DAY, site=1, site_lines=(road(300),))], SALT)
    assert sum(p.claim for p in pieces) == 500
    assert sum(metres(p) for p in pieces) < 300 + len(pieces) * 2 * cutting.MOST_MARGIN + 1


@given(st.lists(st.integers(1, 40), min_size=1, max_size=5), st.booleans())
def test_every_lamp_is_one_unit_with_its_number_along_the_road(counts: list[int], state: bool) -> None:
    results = [Facts(n, c, "each", DAY, state=state, site=1, site_lines=(road(300),)) for n, c in enumerate(counts)]
    numbers = [p.at["nth"] for p in cutting.cut_all(results, SALT)]
    # Installed lamps add up, so that ten told twice are looked for as twenty; lamps that burn are the same lamps again.
    assert sorted(numbers) == list(range(1, (max(counts) if state else sum(counts)) + 1))


def test_a_session_told_twice_counts_once_and_another_one_counts_too() -> None:
    meal = Facts(1, 150, "whole", DAY, site=1, session="trưa")
    assert claims(meal, replace(meal, result=2, claim=200)) == {1: 150}
    assert claims(meal, replace(meal, result=2, session="chiều"))[2] == 150
    assert claims(replace(meal, site=None), replace(meal, result=2, site=None)) == {1: 150, 2: 150}, "who knows where the second was"


def test_what_an_earlier_book_or_somebody_counted_is_claimed_by_nobody_again() -> None:
    earlier = [Facts(1, 200, "line", DAY, site=1, lines=(road(200),)), Facts(2, 10, "each", DAY, site=1, site_lines=(road(300),))]
    again = replace(earlier[0], result=3, claim=250, lines=(road(250),))
    (left,) = cutting.shares([again, replace(earlier[0], result=4)], earlier)
    assert left.facts.result == 3 and abs(left.claim - 50) <= 1
    pieces = cutting.cut_all([replace(earlier[1], result=5, claim=4)], SALT, earlier)
    assert [p.at["nth"] for p in pieces] == [11, 12, 13, 14]
    meal = Facts(6, 150, "whole", DAY, site=1, session="trưa")
    assert not cutting.shares([replace(meal, result=7)], [meal])


def test_of_things_that_stand_at_a_site_a_later_report_claims_what_is_there_besides() -> None:
    trees = Facts(1, 50, "whole", DAY, site=1)
    later = replace(trees, result=2, claim=30, day=date(2026, 7, 1))
    assert [(p.claim, p.at) for p in cutting.cut_all([trees, later, replace(later, result=3, site=2)], SALT)] == [
        (50, {}), (30, {"over": 50}), (30, {}),
    ]  # fmt: skip
    for apart in ({"anew": True}, {"session": "trưa"}, {"point": (105.7, 10.0)}):
        assert cutting.cut(cutting.shares([trees, replace(later, **apart)])[1], SALT)[0].at.get("over") is None


def test_help_to_a_home_is_one_unit_that_says_nothing_of_where() -> None:
    home = Facts(1, 3, "each", DAY, site=None, private=True, point=(105.7, 10.0), session="nhà bà Tư")
    (piece,) = cutting.cut_all([home], SALT)
    assert (piece.claim, piece.at) == (3, {})


def test_another_salt_cuts_elsewhere_and_the_same_one_in_the_same_places() -> None:
    result = [Facts(1, 900, "line", DAY, lines=(road(900),))]
    assert cutting.cut_all(result, SALT) == cutting.cut_all(result, SALT)
    other = cutting.cut_all(result, b"x" * 32)
    assert [p.claim for p in other] != [p.claim for p in cutting.cut_all(result, SALT)]
    assert not {p.key for p in other} & {p.key for p in cutting.cut_all(result, SALT)}
