"""What the demo's year is told with: who is in it, when things happen, and the drawings."""

import hashlib
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from kheo.core import clock
from kheo.core.actor import Actor
from kheo.evidence import photos
from kheo.evidence.models import Photo
from kheo.initiatives.models import Initiative
from kheo.needs.models import Need
from kheo.people.actor import actor_of, actor_of_device
from kheo.people.models import Organisation, User
from kheo.places.models import Place, Rank
from kheo.site.demo import camera
from kheo.site.demo.drawings import WIDTH

HERE = Path(__file__).parent


@dataclass(slots=True)
class Cast:
    """Who and what the story has to hand."""

    places: dict[str, Place] = field(default_factory=dict)  # "ninh-kieu", "nk1", "nk1/hem47"
    users: dict[str, User] = field(default_factory=dict)  # "officer:ninh-kieu", "head:nk1", "checker:ninh-kieu:0", …
    organisations: dict[str, Organisation] = field(default_factory=dict)
    needs: dict[str, list[int]] = field(default_factory=dict)  # ids by the work that takes them up
    works: dict[str, Initiative] = field(default_factory=dict)

    def actor(self, who: str) -> Actor:
        """The actor of a named user, with the roles of the moment."""
        return actor_of(self.users[who])

    def ward_of(self, place: Place) -> Place:
        """The ward a place lies in."""
        return next(p for p in self.places.values() if p.rank == Rank.WARD and p.pk in place.ids())

    def needs_of(self, work: str) -> list[Need]:
        """The needs a work takes up, as they stand now."""
        return list(Need.objects.filter(pk__in=self.needs.get(work, [])))


@dataclass(slots=True)
class Story:
    """Moments and what happens in them, told in order."""

    today: date
    events: list[tuple[datetime, int, Callable[[], object]]] = field(default_factory=list)

    def day(self, days_ago: int) -> date:
        """The day so many days before today."""
        return self.today - timedelta(days=days_ago)

    def moment(self, days_ago: int, hour: int, minute: int = 0) -> datetime:
        """That hour of that day, in the city's time zone."""
        return timezone.make_aware(datetime.combine(self.day(days_ago), time(hour, minute)))

    def on(self, days_ago: float, hour: int, happens: Callable[[], object], minute: int = 0) -> None:
        """Add an event; what would lie after this moment is not told."""
        moment = self.moment(int(days_ago), hour, minute)
        if moment < timezone.now():
            self.events.append((moment, len(self.events), happens))

    def tell(self, progress: Callable[[int, int], None]) -> int:
        """Run every event at its moment; returns how many."""
        self.events.sort(key=lambda e: e[:2])
        for number, (moment, _order, happens) in enumerate(self.events, 1):
            with clock.at(moment):
                happens()
            progress(number, len(self.events))
        return len(self.events)


def picture(name: str, seed: object, width: int = WIDTH) -> Photo:
    """Store a drawing the way an uploaded photo is stored."""
    return photos.store(camera.upload(name, int.from_bytes(hashlib.sha256(str(seed).encode()).digest()[:4]), width))


def load(name: str) -> Any:
    """A data file of the demo."""
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


def device(number: int) -> Actor:
    """One of the demo's nameless phones."""
    return actor_of_device(hashlib.sha256(f"demo phone {number}".encode()).hexdigest()[:32])
