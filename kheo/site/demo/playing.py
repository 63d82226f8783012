"""Who plays along once the demo is built: made-up neighbours go and count what they were asked, as its clock is stepped.

Whoever tries the demo is the checker of its one-click sign-in: nobody answers in that one's place, and households are left alone too.
"""

from datetime import timedelta

from kheo.checks import actions as checks
from kheo.checks.models import Unit, Visit
from kheo.core import clock
from kheo.core.actor import Role
from kheo.core.rules import Refused
from kheo.people.actor import actor_of
from kheo.people.doors import demo_person
from kheo.results.sums import is_private
from kheo.site.demo.counted import SMALL, finds
from kheo.site.demo.story import load, picture

WAIT = timedelta(hours=12)  # after they were asked: whoever looks at once still sees who is on the way
EVERY, SHORT, ODD = 17, 8, 4  # of so many tickets one is short, and at another the second who goes is mistaken


def go_and_count() -> int:
    """What the made-up neighbours do in one turn of the worker; returns how many places they counted. Idempotent."""
    drawn = {work["kit"]: work["after"] for work in load("city.toml")["work"] if "after" in work}
    asked = Visit.objects.open().filter(offered_at__lt=clock.now() - WAIT, volunteer__user__isnull=False, unit__closed_at=None)
    played = demo_person(Role.CHECKER)
    if played is not None:
        asked = asked.exclude(volunteer__user=played)
    counted = 0
    for visit in asked.select_related("volunteer__user", "unit__result").order_by("unit__book", "unit__rank", "seat"):
        try:
            _count(visit, drawn.get(visit.unit.result.indicator.partition(".")[0], "road_concrete"))
        except Refused:  # somebody was quicker, or it was closed in the meantime
            continue
        counted += 1
    return counted


def _count(visit: Visit, drawing: str) -> None:
    volunteer, unit = visit.volunteer, visit.unit
    assert volunteer is not None and volunteer.user is not None  # noqa: S101 – asked for
    who = actor_of(volunteer.user)
    visit = checks.accept_visit(who, visit)
    photo = None if is_private(unit.result.indicator) else picture(drawing, visit.code, SMALL)
    measured = _finds(unit, visit.seat) + unit.at.get("over", 0)
    checks.read(who, visit, measured=measured, photo=photo, nonce=visit.nonce)


def _finds(unit: Unit, seat: int) -> int:
    turn = (unit.rank or 0) % EVERY
    if turn == SHORT:
        return finds(unit, 0.6)
    return finds(unit, 0.5 if turn == ODD and seat == 2 else 1)
