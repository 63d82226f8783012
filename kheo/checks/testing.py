"""For tests of pages and rooms: books whose draw is real, as rows, without walking through the ceremony."""

import itertools
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.apps import apps

from kheo.catalogue import indicator as indicator_of
from kheo.checks import bound, draw
from kheo.checks.models import Book, Found, Kind, Mark, Phase, Unit, Visit, VisitState, Volunteer
from kheo.core import clock
from kheo.core.actor import Role
from kheo.initiatives.models import Initiative
from kheo.ledger.models import Account, Giver, Leg, Pledge, Posting
from kheo.ledger.models import Kind as Receipt
from kheo.people.models import Assignment, Organisation, User
from kheo.places.models import Place
from kheo.results.models import Result

ALPHA = "0.030396"
GIFTS = ("gave", "pledged", "granted", "grant declined", "of the giver")  # all but the declined give a part in a work
_numbers = itertools.count(1)


def without_dice(served: str) -> str:
    """What is served, without act ids, tokens and hashes: they are drawn anew in each run, and chance writes any number there."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[A-Za-z0-9]{32,64}\b", " ", served)


def result(work: Initiative, quantity: int, *, indicator: str = "", **more: Any) -> Result:
    """A claim's row (not tallied)."""
    key = indicator or f"{work.kit}.{indicator_of_kit(work.kit)}"
    columns: dict[str, Any] = {"day": clock.today(), "place": work.place, "reported_by_id": work.organiser_id, "reported_at": clock.now()}
    return Result.objects.create(initiative=work, indicator=key, quantity=quantity, **(columns | more))


def gave(user: User, work: Initiative, how: str) -> None:
    """A gift of theirs to the work: one of :data:`GIFTS`."""
    today, now = clock.today(), clock.now()
    if how == "gave":
        number = uuid4()
        for account, amount in ((Account.HOUSEHOLDS, -5), (Account.HAND, 5)):
            Leg.objects.create(posting_id=number, initiative=work, account=account, unit="VND", amount=amount)
        columns = {"kind": Receipt.RECEIPT, "number": user.pk, "booked_on": today, "booked_by": work.organiser, "at": now}
        Giver.objects.create(posting=Posting.objects.create(id=number, initiative=work, **columns), user=user)
    elif how == "pledged":
        pledge = Pledge.objects.create(initiative=work, unit="VND", amount=5, code=uuid4().hex[:10], pledged_on=today)
        Giver.objects.create(pledge=pledge, user=user)
    else:
        giver = Organisation.objects.create(slug=uuid4().hex, name="Công ty Đèn", kind="business", place=work.place)
        by, state = work.organiser if how == "of the giver" else user, "declined" if how == "grant declined" else "accepted"
        columns = {"unit": "VND", "amount": 5, "committed_on": today, "offered_at": now, "offered_by": by}
        apps.get_model("grants", "Grant").objects.create(initiative=work, giver=giver, state=state, **columns)
        if how == "of the giver":
            Assignment.objects.create(user=user, role=Role.ORGANISER, place=work.place, since=today, organisation=giver)


def promised(user: User) -> User:
    """Somebody whose signed promise of silence about homes lies at the ward."""
    Volunteer.objects.update_or_create(
        user=user, defaults={"sworn": True}, create_defaults={"board": True, "sworn": True, "joined_at": clock.now()}
    )
    return user


def indicator_of_kit(kit: str) -> str:
    """The short key of a kit's main indicator."""
    from kheo.catalogue import kit as kit_of

    return kit_of(kit).main.key.partition(".")[2]


def book(scope: Place, claims: Mapping[Result, Iterable[int]], *, phase: str = Phase.SEEDED, **more: Any) -> Book:
    """A book of these results, each cut into units of these claims; from SEEDED on with its seed and ranks. ``more``: other columns."""
    cut = [(r, secrets.token_hex(16), c) for r, pieces in claims.items() for c in pieces]
    units = {key: c for _r, key, c in cut}
    root, now, year = draw.book_root(units).hex(), clock.now(), clock.today().year
    columns: dict[str, Any] = {
        "kind": Kind.ROUND, "indicator": next(iter(claims)).indicator, "scope": scope, "starts_on": date(year, 1, 1),
        "ends_on": date(year, 12, 31), "alpha": ALPHA, "whole": len(units) <= 60, "planned": min(60, len(units)), "count": len(units),
        "claimed": sum(units.values()), "root": root, "frozen_at": now - timedelta(days=9), "draw_at": now - timedelta(days=8),
        "closes_on": clock.today() + timedelta(days=9), "phase": phase,
    }  # fmt: skip
    order: list[str] = []
    if phase in (Phase.SEEDED, Phase.CLOSED):
        seed = draw.seed(root, f"{next(_numbers):064x}", "31415926535897932384")
        order = list(draw.tickets(seed, units))
        columns |= {"seed": seed, "seeded_at": now - timedelta(days=8), "checkpoint_size": 7, "checkpoint_root": seed.split(",")[2]}
    made = Book.objects.create(**(columns | more))
    ranks = {key: rank for rank, key in enumerate(order)}
    Unit.objects.bulk_create([Unit(book=made, result=r, key=key, claim=c, rank=ranks.get(key)) for r, key, c in cut])
    return made


def closed_unit(unit: Unit, reading: int | None, *, at: datetime | None = None, seats: Sequence[int] = ()) -> Unit:
    """Close a unit's check; None: nobody could go. ``seats``: what each checker read, as visits without a checker."""
    unit.reading, unit.closed_at, unit.sent_at = reading or 0, at or clock.now(), at or clock.now()
    if reading is None:
        unit.outcome = Found.UNVISITED
    else:
        unit.outcome = Found.RIGHT if indicator_of(unit.result.indicator).agrees(unit.claim, reading) else Found.SHORT
    unit.save()
    unit.visits.all().delete()
    for seat, read in enumerate(seats, start=1):
        columns = {"code": secrets.token_hex(16), "state": VisitState.DONE, "offered_at": clock.now(), "answer_by": clock.now()}
        Visit.objects.create(unit=unit, seat=seat, reading=read, **columns)
    return unit


def checked(drawn: Book, readings: Sequence[int | None] | int) -> list[Unit]:
    """Close the first units in ticket order with these readings (a number: so many, all right), and make the marks."""
    units = list(drawn.units.select_related("result").order_by("rank"))
    reads = [u.claim for u in units[:readings]] if isinstance(readings, int) else list(readings)
    closed = [closed_unit(u, r, seats=(r, r) if r is not None else ()) for u, r in zip(units, reads, strict=False)]
    claims, folded = {u.key: u.claim for u in units}, [(u.key, u.reading) for u in closed]
    Mark.objects.filter(book=drawn).delete()
    shares = bound.course(claims, folded, drawn.confidence) if not drawn.whole else []
    Mark.objects.bulk_create(
        Mark(book=drawn, after=n, at_least=int(share * drawn.claimed), at=clock.now()) for n, share in enumerate(shares, start=1)
    )
    drawn.at_least = sum(u.counted for u in closed) if drawn.whole else bound.at_least(claims, folded, drawn.confidence)
    drawn.save(update_fields=["at_least"])
    return closed
