"""What nobody may read while a book is sealed: which units there are, what each claims, which comes when, and what the first checker read.

One walk over every page, as everybody, the drawn checker and a household with its card among them; and every table that the log serves.
"""

import re
import secrets
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from kheo.checks import actions as checks
from kheo.checks.dispatching import dispatch
from kheo.checks.models import Book, Kind, Phase, Unit, Visit, VisitState, Volunteer, volunteer_key
from kheo.checks.sealing import sealed
from kheo.checks.testing import book, closed_unit, result, without_dice
from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.openlog import canonical, sequencer
from kheo.openlog.models import Entry
from kheo.people import actions as cards
from kheo.people.household_door import code_hash
from kheo.people.households import HouseholdCard
from kheo.results import actions as results
from kheo.results import tallies
from kheo.results.models import Result
from kheo.results.testing import METRES, photo, work
from tests.acts import World
from tests.walk import people, walk

pytestmark = [pytest.mark.django_db, pytest.mark.words, pytest.mark.slow]
#: Numbers that stand nowhere else: what units claim, what a checker read, what results claim.
CLAIMS = (7919, 6841, 5923, 8837, 9613, 4567, 3391, 6173, 5779)
READ, FAR = 5417, 80_000  # ranks lie so far out that no page says such a number for another reason


@dataclass
class Sealed:
    """The secrets of a city's open books."""

    words: dict[str, str] = field(default_factory=dict)  # what may not be read: what it is
    own: dict[str, str] = field(default_factory=dict)  # nor by anybody who doesn't lead the work or look after it
    blind: dict[str, str] = field(default_factory=dict)  # nor by whoever goes, on the pages that send them

    def number(self, n: int, what: str, of: str = "words") -> None:
        """As people, programmes and tables write it."""
        for written in {str(n), f"{n:,}", f"{n:,}".replace(",", "."), f"{n:,}".replace(",", "\u00a0"), f"{n:,}".replace(",", "\u202f")}:
            getattr(self, of)[written] = what

    def found(self, text: str, near: bool, sends: bool = False) -> set[str]:
        """Which secrets a text holds; ``sends``: of a page that sends people to count."""
        known = self.words | ({} if near else self.own) | (self.blind if sends else {})
        told = set(re.findall(r"[0-9a-f]{32}", text)) | set(re.findall(r"\d[\d.,\u00a0\u202f]*\d", without_dice(text)))
        told |= {part for word in told for part in re.split(r"[.,](?!\d{3}(?!\d))", word)}
        return {what for word, what in known.items() if word in told}


@pytest.fixture
def world(city: Any, actor: Any, person: Any, photo_upload: Any) -> World:
    return World(city, actor, person, photo_upload)


def _result(world: World, place: Any, quantity: int, **more: Any) -> Result:
    made = result(work(place, world.person(Role.ORGANISER, world.city.ward)), quantity, indicator="rural-lighting.lit-m", **more)
    tallies.add((made, tallies.counts_of(made)))
    other = result(made.initiative, 11, indicator=made.indicator)  # so that no sum of a work is the claim
    tallies.add((other, tallies.counts_of(other)))
    return made


def _seal(secret: Sealed, made: Book, open_units: list[Unit]) -> None:
    for unit in open_units:
        secret.words[unit.key] = f"the id of a unit of a {made.phase} {made.kind}"
        cut = made.units.filter(result=unit.result).count() > 1
        of = "words" if cut else "blind" if made.kind == Kind.REVIEW else "own"
        secret.number(unit.claim, f"what a unit of a {made.phase} {made.kind} claims", of)
        if unit.rank is not None:
            secret.number(unit.rank, "which ticket a unit is")
            secret.number(unit.rank + 1, "which ticket a unit is")


@dataclass
class Home:
    """A household of the other ward that goes and counts with its card."""

    client: Client
    volunteer: Volunteer


@pytest.fixture
def household(world: World) -> Home:
    area = world.city.other_area2
    code = cards.print_cards(world.actor(Role.OFFICER, world.city.other_ward), area).codes[0][1]
    client = Client()
    assert client.post(f"/h/{code}/", {"pin": "204060", "again": "204060"}).status_code == 302
    card = HouseholdCard.objects.get(code_hash=code_hash(code))
    key = volunteer_key(Actor(f"household:{card.slot}", household=area.path or ""))
    return Home(client, Volunteer.objects.create(key=key, home=area, joined_at=clock.now()))


@pytest.fixture
def secret(world: World, household: Home) -> Sealed:
    """Books of each sealed phase, one of them half checked, and a review; visits asked, accepted and done."""
    city, secret = world.city, Sealed()
    for phase, claims, place in ((Phase.FROZEN, CLAIMS[:2], city.area), (Phase.FIXED, CLAIMS[2:3], city.area2)):
        more = _result(world, place, 13)  # so that no sum of a book is the claim
        made = book(city.city, {_result(world, place, sum(claims), site=city.road): claims, more: (13,)}, phase=phase)
        _seal(secret, made, list(made.units.exclude(claim=13)))
    claims = CLAIMS[3:6]
    drawn = book(city.ward, {_result(world, city.area, sum(claims), site=city.canal): claims, _result(world, city.area2, 997): (997,)})
    again = book(city.city, {_result(world, city.area, CLAIMS[6]): CLAIMS[6:7], _result(world, city.other_area, CLAIMS[7]): CLAIMS[7:8]})
    Book.objects.filter(pk=again.pk).update(kind=Kind.REVIEW, indicator="")
    again.refresh_from_db()
    stood = _result(world, city.area2, CLAIMS[8], site=city.road)  # checked then, and looked at again after months
    Result.objects.filter(pk=stood.pk).update(checked=CLAIMS[8], standing="right")
    lasting = book(city.city, {stood: CLAIMS[8:], _result(world, city.area, 17): (17,)}, kind=Kind.LASTING, months=6)
    for made in (drawn, again, lasting):
        for unit in made.units.order_by("-rank"):
            unit.rank = FAR + unit.pk * 13 + (unit.rank or 0)
            unit.save()
    first = drawn.units.get(claim=997)
    Unit.objects.filter(pk=first.pk).update(rank=0)
    first.refresh_from_db()
    closed_unit(first, 900, seats=(900, 905))
    _seal(secret, lasting, list(lasting.units.exclude(claim=17)))
    for made in (drawn, again):
        _seal(secret, made, list(made.units.filter(closed_at=None)))
    account = Volunteer.objects.create(user=world.person(Role.CHECKER, city.other_ward), home=city.other_ward, joined_at=clock.now())
    out = list(drawn.units.filter(closed_at=None)) + list(again.units.all())
    Unit.objects.filter(pk__in=[u.pk for u in out]).update(sent_at=clock.now())
    for number, unit in enumerate(out):
        _visit(unit, account if number else household.volunteer, 1, VisitState.ACCEPTED if number % 2 else VisitState.OFFERED)
    _visit(out[0], None, 2, VisitState.DONE, reading=READ)
    secret.number(READ, "what the other checker read")
    return secret


def _visit(unit: Unit, volunteer: Volunteer | None, seat: int, state: str, **more: Any) -> Visit:
    now, accepted = clock.now(), state == VisitState.ACCEPTED
    return Visit.objects.create(
        unit=unit,
        volunteer=volunteer,
        seat=seat,
        state=state,
        code=secrets.token_hex(16),
        offered_at=now,
        answer_by=now + timedelta(days=1),
        accepted_at=now if accepted else None,
        visit_by=now + timedelta(days=2) if accepted else None,
        nonce=secrets.token_hex(16) if accepted else "",
        **more,
    )


def test_nobody_reads_what_is_sealed(world: World, secret: Sealed, household: Home) -> None:
    sequencer.drain()
    works = {unit.book_id: f"/initiatives/{unit.result.initiative.slug}/" for unit in Unit.objects.filter(claim__in=CLAIMS)}.values()
    places = [f"/places/{p.slug}/" for p in (world.city.city, world.city.ward, world.city.area, world.city.road)]
    rounds = [made.get_absolute_url() for made in Book.objects.all()]
    visits = [visit.get_absolute_url() for visit in Visit.objects.all()]
    starts = ["/", "/desk/", "/mine/", "/log/", "/rounds/", *rounds, *visits, *works, *places]
    clients = {"a household that goes": household.client}
    checker = world.person(Role.CHECKER, world.city.other_ward)
    organiser = world.person(Role.ORGANISER, world.city.ward)
    others = [(name, user) for name, user in people(world) if name in ("nameless", "city_board", "officer")]
    for name, user in [*others, ("a drawn checker", checker), ("the organiser", organiser)]:
        clients[name] = Client()
        if user:
            clients[name].force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    looked: Counter[str] = Counter()
    for name, client in clients.items():
        near = name in ("officer", "the organiser")

        def see(address: str, answer: Any, name: str = name, near: bool = near) -> None:
            text = b"".join(answer.streaming_content if answer.streaming else [answer.content])
            found = secret.found(text.decode(errors="replace"), near, sends=address.startswith(("/visits/", "/desk/", "/mine/")))
            assert not found, f"{address} tells {name}: {found}"
            looked[name] += answer.status_code == 200

        walk(client, starts, see, per_route=1)
    assert min(looked.values()) >= 12, looked


def test_the_log_and_the_files_tell_nothing_of_what_is_under_way(world: World) -> None:
    """A round by acts, as far as one reading of two: everything that machines fetch, before and after."""
    city, head, board = world.city, world.head, world.actor(Role.CITY_BOARD, world.city.city)
    road = work(city.area, world.person(Role.HEAD, city.area), site=city.road)
    results.report_result(head, road, indicator=METRES, quantity=237, day=clock.today(), site=city.road, photos=[photo()])
    homes = [world.actor(name=name) for name in ("one", "two")]
    for home in homes:
        checks.join_pool(home, city.area2)
    made = checks.freeze_book(board, city.ward, indicator=METRES, starts_on=clock.today(), ends_on=clock.today())
    Book.objects.update(draw_at=clock.now() - timedelta(seconds=1))
    for _turn in range(3):
        sequencer.drain()
        checks.fix_checkpoint(made)
    dispatch()
    first, second = Visit.objects.filter(unit=made.units.get(rank=0)).order_by("seat")
    for visit, reading in ((first, 5417), (second, 5418)):
        _served_nothing_sealed(made)
        home = next(h for h in homes if Volunteer.objects.of(h).filter(pk=visit.volunteer_id).exists())
        visit = checks.accept_visit(home, visit)
        checks.read(home, visit, measured=reading, photo=photo(), nonce=visit.nonce)
    assert 5417 in _served_nothing_sealed(made), "open now"


def _served_nothing_sealed(made: Book) -> set[int]:
    """Looks through what is served; returns every number that entries of rounds and visits hold."""
    sequencer.drain()
    client, size = Client(), Entry.objects.count()
    bundles = [client.get(f"/log/{path}.p/{size}").content for path in ("tile/entries/000", "facts/bundle/000")]
    bundles += [client.get(address).content for address in ("/log/", made.get_absolute_url(), f"{made.get_absolute_url()}draw/")]
    told = [canonical.decode(bytes(leaf)) for leaf in Entry.objects.filter(verb__regex="^(book|visit)").values_list("leaf", flat=True)]
    values = [v for entry in told for value in entry["clear"].values() for v in (value if isinstance(value, list) else [value])]
    numbers = {v for v in values if type(v) is int}
    for unit in made.units.filter(closed_at=None):
        assert not any(unit.key.encode() in served for served in bundles)
        assert unit.claim not in numbers
    if made.units.filter(closed_at__isnull=False).exists():
        assert any(made.units.exclude(closed_at=None).get().key.encode() in served for served in bundles), "it would be found"
    else:
        assert 5417 not in numbers and not any("5417" in without_dice(served.decode(errors="replace")) for served in bundles)
    return numbers


def test_no_lock_says_which_results_a_review_visits(secret: Sealed) -> None:
    reviewed = Unit.objects.filter(book__kind=Kind.REVIEW).values_list("result", flat=True)
    assert not sealed(reviewed) and sealed(Unit.objects.filter(book__phase=Phase.FROZEN).values_list("result", flat=True))


def test_it_would_be_found(secret: Sealed) -> None:
    """The reader of the walk itself: what it looks for stands in texts of every kind."""
    unit = Unit.objects.filter(book__phase=Phase.SEEDED, book__kind=Kind.ROUND, closed_at=None).earliest("pk")
    assert unit.rank is not None
    for text in (
        unit.key,
        f'{{"id":"{unit.key}","c":1}}',
        f"{unit.key} 12",
        f"{unit.claim}",
        f"{unit.claim:,} m",
        f"<b>{unit.rank + 1}</b>.",
    ):
        assert secret.found(text, near=True), text
    assert secret.found(f"{CLAIMS[2]:,}".replace(",", ".") + " m", near=False) and not secret.found("12.345 m, 7 of 9", near=False)
