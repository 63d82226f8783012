"""Who plays along once the demo is built: made-up neighbours go and count what they were asked, as its clock is stepped.

Whoever tries the demo is the checker of its one-click sign-in, and may join the pool otherwise: nobody answers in their place.
"""

from datetime import timedelta

from kheo.checks import actions as checks
from kheo.checks.models import Unit, Visit, volunteer_key
from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.core.rules import Refused
from kheo.people.actor import actor_of
from kheo.people.doors import demo_person
from kheo.people.households import HouseholdCard
from kheo.results.sums import is_private
from kheo.site.demo.built import built_at
from kheo.site.demo.counted import SMALL, finds
from kheo.site.demo.story import load, picture

WAIT = timedelta(hours=12)  # after they were asked: whoever looks at once still sees who is on the way
EVERY, SHORT, ODD = 17, 8, 4  # of so many tickets one is short, and at another the second who goes is mistaken


def go_and_count() -> int:
    """What the made-up neighbours do in one turn of the worker; returns how many places they counted. Idempotent."""
    built, homes = built_at(), _homes()
    drawn = {work["kit"]: work["after"] for work in load("city.toml")["work"] if "after" in work}
    asked = Visit.objects.open().filter(offered_at__lt=clock.now() - WAIT, volunteer__isnull=False, unit__closed_at=None)
    if built is not None:
        asked = asked.filter(volunteer__joined_at__lt=built)
    played = demo_person(Role.CHECKER)
    counted = 0
    for visit in asked.select_related("volunteer__user", "unit__result").order_by("unit__book", "unit__rank", "seat"):
        volunteer = visit.volunteer
        assert volunteer is not None  # noqa: S101 – asked for
        who = actor_of(volunteer.user) if volunteer.user else homes.get(volunteer.key or "")
        if who is None or (played is not None and volunteer.user_id == played.pk):
            continue
        try:
            _count(who, visit, drawn.get(visit.unit.result.indicator.partition(".")[0], "road_concrete"))
        except Refused:  # somebody was quicker, or it was closed in the meantime
            continue
        counted += 1
    return counted


def _homes() -> dict[str, Actor]:
    """{key in the pool: household} of the cards that were opened."""
    opened = HouseholdCard.objects.valid().exclude(pin_hash="").values_list("slot", "place__path")
    homes = (Actor(key=f"household:{slot}", household=path or "") for slot, path in opened)
    return {volunteer_key(home): home for home in homes}


def _count(who: Actor, visit: Visit, drawing: str) -> None:
    unit = visit.unit
    visit = checks.accept_visit(who, visit)
    photo = None if is_private(unit.result.indicator) else picture(drawing, visit.code, SMALL)
    measured = _finds(unit, visit.seat) + unit.at.get("over", 0)
    checks.read(who, visit, measured=measured, photo=photo, nonce=visit.nonce)


def _finds(unit: Unit, seat: int) -> int:
    turn = (unit.rank or 0) % EVERY
    if turn == SHORT:
        return finds(unit, 0.6)
    return finds(unit, 0.5 if turn == ODD and seat == 2 else 1)
