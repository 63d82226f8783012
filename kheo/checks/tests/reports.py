"""A labelled set of reports for what a machine notices beside like photos: honest ones, with what phones and people get wrong, and others.

How far phones are off is assumed, not measured in anybody's street (docs/evidence.md says so). A story's n-th report is always the same.
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone

from kheo.catalogue import indicator as indicator_of
from kheo.catalogue import kits
from kheo.checks import testing
from kheo.checks.models import Noticed
from kheo.core import clock
from kheo.evidence.models import Photo
from kheo.initiatives.models import State
from kheo.ledger.balances import add
from kheo.ledger.models import Account
from kheo.ledger.units import LABOUR
from kheo.people.models import User
from kheo.places.models import Place
from kheo.results.models import Result
from kheo.results.testing import photo as row
from kheo.results.testing import work

LON, LAT = 105.78, 10.03
LENGTH = "canal.cleared-m"


@dataclass
class Report:
    """A report being made up."""

    dice: random.Random
    place: Place
    person: User

    def result(self, quantity: int = 100, days: int = 1, indicator: str = LENGTH, east: float = 0.0, **more: Any) -> Result:
        """A report of so many days ago, at a point so many metres east."""
        made = work(self.place, self.person, kit=indicator.partition(".")[0], **more)
        where = {"type": "Point", "coordinates": [LON + _degrees(east), LAT]}
        return testing.result(made, quantity, indicator=indicator, day=clock.today() - timedelta(days=days), geometry=where)

    def photo(
        self, result: Result, *, days: float = 0.0, minutes: float = 0.0, metres: float = 0.0, east: float = 0.0, sent: int = 0
    ) -> None:
        """A photo that its phone says was taken ``days`` before the reported day, ``metres`` from a point ``east`` of the site; ``sent``
        days after the reported day."""
        noon = timezone.make_aware(datetime.combine(result.day, time(11)))
        turn = self.dice.uniform(0, 2 * math.pi)
        shown = row()
        Photo.objects.filter(pk=shown.pk).update(
            place=self.place,
            taken_at=noon - timedelta(days=days) + timedelta(minutes=minutes),
            stored_at=noon + timedelta(days=sent, hours=1),
            taken_lon=LON + _degrees(east + metres * math.cos(turn)),
            taken_lat=LAT + metres * math.sin(turn) / 111_000,
        )
        result.photos.add(shown)

    def off(self) -> float:
        """How far a phone is off in the open, in metres: mostly some, one in twenty between houses up to 200."""
        return self.dice.uniform(60, 200) if self.dice.random() < 0.05 else abs(self.dice.gauss(0, 12))


def _degrees(metres: float) -> float:
    return metres / (111_000 * math.cos(math.radians(LAT)))


Story = Callable[[Report], None]


def _there_and_then(r: Report) -> None:
    r.photo(r.result(), metres=r.off(), minutes=r.dice.uniform(-300, 300))


def _silent(r: Report) -> None:
    result, shown = r.result(), row()
    Photo.objects.filter(pk=shown.pk).update(place=r.place)
    result.photos.add(shown)


def _days_beside(r: Report) -> None:
    r.photo(r.result(), metres=r.off(), days=r.dice.choice([-2, -1, 1, 2, 3]))


def _sent(least: int, most: int) -> Story:
    def story(r: Report) -> None:
        r.photo(r.result(days=60), metres=r.off(), sent=r.dice.randint(least, most))

    return story


def _mast(r: Report) -> None:
    r.photo(r.result(), metres=r.dice.uniform(400, 3000))


def _round(r: Report) -> None:
    """Four places on a motorbike: 2 to 8 km from one to the next at 20 to 45 km/h, some minutes at each."""
    east, minutes = 0.0, 0.0
    for _ in range(4):
        r.photo(r.result(east=east), east=east, metres=r.off(), minutes=minutes)
        way = r.dice.uniform(2, 8)
        east, minutes = east + way * 1000, minutes + way / r.dice.uniform(20, 45) * 60 + r.dice.uniform(3, 20)


def _mixed(r: Report) -> None:
    """As reports may come: six in ten photos tell nothing; of the others three in a hundred have a mast's position, two are old ones chosen
    by mistake, and two were sent after more than a month."""
    if r.dice.random() < 0.6:
        return _silent(r)
    wrong = r.dice.random()
    if wrong < 0.03:
        return _mast(r)
    if wrong < 0.05:
        return r.photo(r.result(), metres=r.off(), days=r.dice.randint(5, 40))
    return _sent(32, 59)(r) if wrong < 0.07 else _there_and_then(r)


def _elsewhere(least: float, most: float) -> Story:
    return lambda r: r.photo(r.result(), metres=r.dice.uniform(least, most))


def _old(least: int, most: int) -> Story:
    return lambda r: r.photo(r.result(), metres=r.off(), days=r.dice.randint(least, most))


def _two_at_once(least: float, most: float) -> Story:
    """Two places far from each other within some minutes, each photo at its site: two people's work told as one's."""

    def story(r: Report) -> None:
        east, minutes = r.dice.uniform(least, most) * 1000, r.dice.uniform(0, 5)
        r.photo(r.result(), metres=r.off())
        r.photo(r.result(east=east), east=east, metres=r.off(), minutes=minutes)

    return story


def _small(least: float, most: float) -> Story:
    minimum = indicator_of(LENGTH).minimum
    return lambda r: void(r.result(max(1, round(minimum * r.dice.uniform(least, most)))))


def _spent(end: str, least: float, most: float, in_kind: bool = False) -> Story:
    """A completed work whose money comes to so many times the lower or upper end of the range for each thing."""

    def story(r: Report) -> None:
        key, cost = costly()
        result = r.result(100, indicator=key, state=State.COMPLETED, completed_at=clock.now())
        money = round(100 * getattr(cost, end) * r.dice.uniform(least, most))
        for unit, amount in (("VND", money), *([(LABOUR, 40)] if in_kind else [])):
            add(result.initiative, unit, {Account.HOUSEHOLDS: -amount, Account.HAND: amount})
            add(result.initiative, unit, {Account.HAND: -amount, Account.SPENT: amount})

    return story


def void(_: Result) -> None:
    """A report is all there is."""


def costly() -> Any:
    """An indicator with a range of costs, and the range."""
    return next((key, i.cost) for key, i in kits()["canal"].indicators.items() if i.cost)


#: What was done → (what should be noticed, or None for honest ones; how it is made up).
STORIES: dict[str, tuple[Noticed | None, Story]] = {
    "honest: a mixed lot, as we think reports come": (None, _mixed),
    "honest: taken there and then": (None, _there_and_then),
    "honest: photos that carry no time or position": (None, _silent),
    "honest: taken up to 3 days before or after": (None, _days_beside),
    "honest: sent 1 to 30 days later": (None, _sent(1, 29)),
    "honest: four places in a day on a motorbike": (None, _round),
    "honest: position of the mast, 400 m to 3 km off": (None, _mast),
    "honest: sent 31 to 60 days later": (None, _sent(32, 59)),
    "honest: between the kit's least and twice that": (None, _small(1, 2)),
    "honest: small, a half of the kit's least or more": (None, _small(0.5, 0.95)),
    "honest: prices up to twice the kit's most": (None, _spent("most", 0.4, 1.9)),
    "honest: much given by hands, little money": (None, _spent("least", 0.1, 0.45, in_kind=True)),
    "photo of a place 100 to 300 m away": (Noticed.OUTSIDE, _elsewhere(100, 300)),
    "photo of a place 300 m to 1 km away": (Noticed.OUTSIDE, _elsewhere(301, 1000)),
    "photo of a place 1 to 20 km away": (Noticed.OUTSIDE, _elsewhere(1000, 20_000)),
    "photo 1 to 3 days old": (Noticed.DELAY, _old(1, 3)),
    "photo 4 to 400 days old": (Noticed.DELAY, _old(4, 400)),
    "two places at once, 1 to 3 km apart": (Noticed.TRAVEL, _two_at_once(1, 3)),
    "two places at once, 3 to 15 km apart": (Noticed.TRAVEL, _two_at_once(3, 15)),
    "two places at once, 15 to 60 km apart": (Noticed.TRAVEL, _two_at_once(15, 60)),
    "a tenth to a half of the kit's least": (Noticed.QUANTITY, _small(0.1, 0.5)),
    "paid 2 to 5 times the kit's most": (Noticed.COST, _spent("most", 2.05, 5)),
    "paid less than half of the kit's least": (Noticed.COST, _spent("least", 0.1, 0.45)),
}
