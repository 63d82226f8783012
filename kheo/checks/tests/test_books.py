"""A book from its freeze to its close, through the acts."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kheo.checks import actions, bookfile, draw, totals
from kheo.checks.models import Book, Found, Phase, Roll, Unit
from kheo.core import clock
from kheo.core.actor import Role
from kheo.core.rules import Refused
from kheo.openlog import canonical, sequencer
from kheo.openlog.models import Checkpoint, Entry
from kheo.results import actions as results
from kheo.results.testing import LAMPS, photo, work

pytestmark = pytest.mark.django_db
DICE = {"Mặt trận": "1234567", "Người cao tuổi": "8901234", "Đoàn thanh niên": "567890"}


@pytest.fixture
def told(city: Any, actor: Any, person: Any) -> Any:
    """``told(90)``: the head reports so many lamps; the day and site may be said."""
    head = actor(Role.HEAD, city.area)
    initiative = work(city.area, person(Role.HEAD, city.area))

    def report(quantity: int, days: int = 0, **more: Any) -> Any:
        day = clock.today() - timedelta(days=days)
        more = {"site": city.road, "photos": [photo()]} | more
        return results.report_result(head, initiative, indicator=LAMPS, quantity=quantity, day=day, **more)

    return report


@pytest.fixture
def board(city: Any, actor: Any) -> Any:
    return actor(Role.CITY_BOARD, city.city)


def freeze(board: Any, scope: Any, **more: Any) -> Book:
    today = clock.today()
    period = {"starts_on": today - timedelta(days=20), "ends_on": today}
    return actions.freeze_book(board, scope, **{"indicator": LAMPS} | period | more)


def come(book: Book) -> Book:
    """The announced moment comes, and the log goes on until the checkpoint is fixed."""
    Book.objects.filter(pk=book.pk).update(draw_at=clock.now() - timedelta(seconds=1))
    book.refresh_from_db()
    for _round in range(3):
        sequencer.drain()
        if actions.fix_checkpoint(book):
            break
    book.refresh_from_db()
    return book


def clear(verb: str, book: Book) -> list[dict[str, Any]]:
    rows = Entry.objects.filter(verb=verb).order_by("pk")
    found = [canonical.decode(bytes(e.leaf))["clear"] for e in rows]
    return [c for c in found if c["book"] == book.pk]


def roll(book: Book, *people: Any, dice: dict[str, str] | None = None) -> Book:
    for who in people:
        actions.enter_roll(who, book, digits=dice or DICE)
    book.refresh_from_db()
    return book


def test_a_round_from_the_freeze_to_its_close(city: Any, actor: Any, board: Any, told: Any) -> None:
    result = told(90)
    book = freeze(board, city.ward, planned=5)
    assert (book.phase, book.count, book.claimed, book.planned, book.whole) == (Phase.FROZEN, 90, 90, 5, False)
    assert book.alpha == totals.alpha_of_round(1)
    assert sorted(u.at["nth"] for u in book.units.all()) == list(range(1, 91))
    units = dict(book.units.values_list("key", "claim"))
    assert book.root == draw.book_root(units).hex()
    assert not actions.fix_checkpoint(book), "the announced moment has not come"

    come(book)
    assert book.phase == Phase.FIXED
    assert Checkpoint.objects.get(size=book.checkpoint_size).at >= book.draw_at

    one, two = actor(Role.OFFICER, city.ward), board
    roll(book, one, two)
    assert book.phase == Phase.SEEDED
    assert book.seed == f"kheo-draw-v1,{book.root},{book.checkpoint_root},12345678901234567890"
    order = list(draw.tickets(book.seed, units))
    assert [u.key for u in book.units.order_by("rank")] == order

    for unit in book.units.filter(rank__lt=5).order_by("rank"):
        Unit.objects.filter(pk=unit.pk).update(sent_at=clock.now())
    with pytest.raises(Refused):
        actions.close_book(board, book)
    Book.objects.update(closes_on=clock.today() - timedelta(days=1))
    assert actions.close_due_books() == 1
    book.refresh_from_db()
    assert (book.phase, book.at_least) == (Phase.CLOSED, 0)
    assert set(book.units.filter(rank__lt=5).values_list("outcome", flat=True)) == {Found.UNVISITED}
    assert not book.units.filter(rank__gte=5, closed_at__isnull=False).exists(), "nobody was sent there"

    opened = clear("book.opened", book)
    assert {key: claim for part in opened for key, claim in part["units"]} == units
    (closed,) = clear("book.closed", book)
    assert (closed["parts"], closed["unvisited"], closed["right"], closed["at_least"]) == (1, 5, 0, 0)
    (frozen,) = clear("book.frozen", book)
    assert (frozen["units"], frozen["claimed"], frozen["root"], frozen["alpha"]) == (90, 90, book.root, book.alpha)
    (seeded,) = clear("book.seeded", book)
    assert seeded["rolls"] == [[party, digits] for party, digits in DICE.items()]
    result.refresh_from_db()
    assert result.checked is None, "nobody has been there: that is not wrong"


def sent(**fields: Any) -> dict[str, Any]:
    return {"act_id": str(uuid.uuid4()), **fields}


def test_the_whole_draw_by_forms(city: Any, signed_in: Any, told: Any) -> None:
    told(90)
    board, officer = signed_in(Role.CITY_BOARD, city.city), signed_in(Role.OFFICER, city.ward)
    address = f"{reverse('checks:freeze-book')}?scope={city.ward.slug}"
    today = clock.today()
    moment = timezone.localtime(clock.now() + timedelta(hours=1))
    data = sent(
        indicator=LAMPS, ask="round", starts_on=today - timedelta(days=20), ends_on=today, draw_at=moment.isoformat()[:16],
        planned=5, closes_on=today + timedelta(days=30), beacon_name="",
    )  # fmt: skip
    asked = board.post(address, data)
    assert "90" in asked.content.decode() and not Book.objects.exists(), "first it is shown what it means"
    board.post(address, data | {"sure": "1"})
    board.post(address, data | {"sure": "1"})
    book = Book.objects.get()
    page = reverse("checks:draw", args=[book.pk])
    assert officer.get(reverse("checks:roll", args=[book.pk])).status_code == 403, "never dice before the checkpoint"
    come(book)
    assert book.checkpoint_root[:4] in Client().get(page).content.decode()

    rolls = {}
    for n, (party, digits) in enumerate(DICE.items(), start=1):
        rolls |= {f"party_{n}": party, f"digits_{n}": f"{digits[:3]} {digits[3:]}"}
    where = reverse("checks:roll", args=[book.pk])
    board.post(where, sent(**rolls))
    board.post(where, sent(**rolls))
    book.refresh_from_db()
    assert book.phase == Phase.FIXED, "the same person twice is one person"
    assert "1234567" not in officer.get(where).content.decode(), "the second person doesn't see what the first typed"
    wrong = officer.post(where, sent(**rolls | {"digits_2": "8901230"}))
    assert "Người cao tuổi" in wrong.content.decode()
    assert Roll.objects.count() == 3, "nothing is kept of what differs"
    officer.post(where, sent(**rolls))
    book.refresh_from_db()
    assert book.phase == Phase.SEEDED and book.seed.endswith(",12345678901234567890")
    assert "8901234" in Client().get(page).content.decode()
    seed = book.seed
    officer.post(where, sent(**{name: value[::-1] if "digits" in name else value for name, value in rolls.items()}))
    book.refresh_from_db()
    assert book.seed == seed, "no second roll"
    assert Client().get(reverse("checks:protocol", args=[book.pk])).content.startswith(b"%PDF")
    for name in ("book-file", "checks-file"):
        assert Client().get(reverse(f"checks:{name}", args=[book.pk])).status_code == 404, "sealed until it is closed"

    Book.objects.update(closes_on=today - timedelta(days=1))
    assert officer.post(reverse("checks:close-book", args=[book.pk]), sent()).status_code in (200, 403)
    board.post(reverse("checks:close-book", args=[book.pk]), sent())
    units = bookfile.read(Client().get(reverse("checks:book-file", args=[book.pk])).content.decode())
    assert units == dict(book.units.values_list("key", "claim"))
    assert bookfile.read_checks(Client().get(reverse("checks:checks-file", args=[book.pk])).content.decode()) == []
