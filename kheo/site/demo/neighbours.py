"""What neighbours of the demo city ask for, who joins them, and what becomes of it (needs.toml)."""

import random
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from kheo.core.actor import Actor
from kheo.needs import actions as needs
from kheo.needs.models import Need, State
from kheo.places.models import Place
from kheo.site.demo.story import Cast, Story, device, load, picture

SCENES = {"light": "road_dark", "water": "canal_blocked", "waste": "alley_dirty", "road": "road_mud"}
SITES = {"light": ("road", "alley"), "road": ("road", "alley", "bridge"), "water": ("canal",), "waste": ("alley", "road", "market")}
ANSWER_KEPT_OPEN = timedelta(days=45)
BROKEN_PROMISE = 18  # the row whose answer's day has passed: demos without a late thing would be for show


def plan_needs(story: Story, cast: Cast) -> None:
    """Put every need of needs.toml into the story."""
    for number, (area, category, text, backers, days, fate) in enumerate(load("needs.toml")["needs"]):
        what, _, words = fate.partition(":")
        Asked(story, cast, number, area, category, text, backers, days, what, words).plan()


@dataclass(slots=True)
class Asked:
    """One row of needs.toml. ``what`` becomes of it: work, answer, done, declined, open, held; ``words``: the work or the answer."""

    story: Story
    cast: Cast
    number: int
    area: str
    category: str
    text: str
    backers: int
    days: int
    what: str
    words: str
    rng: random.Random = field(init=False)
    pk: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(f"need {self.number}")

    def plan(self) -> None:
        """Raised, released the next evening, joined, answered."""
        self.story.on(self.days, self.rng.randint(6, 20), self.raise_it, self.rng.randint(0, 59))
        if self.what == "held":
            return
        released = self.days - 1 if self.days > 1 else self.days  # the answer comes after it, at whatever hour the city is built
        self.story.on(released, 21 if self.days else 22, self.release)
        answered = max(self.days - self.rng.randint(5, 11), 0)
        settled = answered if self.what in ("done", "declined") else -1  # nobody joins what is settled
        for i in range(self.backers):
            after = released - 1 - self.rng.random() * min(25, max(released - 1 - max(settled, 0), 1))
            if after > settled:
                phone = device(1000 + (self.number * 61 + i * 17) % 900)
                self.story.on(after, self.rng.randint(6, 20), partial(self.join, phone), self.rng.randint(0, 59))
        if self.what in ("answer", "done", "declined"):
            self.story.on(answered, 9 if answered < released else 23, self.answer)  # the evening's release comes first
        if self.what == "done":
            self.story.on(max(answered - 14, 0), 10, self.finish)

    def need(self) -> Need:
        """The need as it stands now."""
        return Need.objects.get(pk=self.pk)

    def place(self) -> Place:
        return self.cast.places[self.area]

    def officer(self) -> Actor:
        return self.cast.actor(f"officer:{self.cast.ward_of(self.place()).slug}")

    def site(self) -> Place | None:
        """A site of the area that the words name."""
        sites = [p for key, p in self.cast.places.items() if key.startswith(f"{self.area}/") and p.kind in SITES.get(self.category, ())]
        return next((s for s in sites if s.name.lower().split()[-1] in self.text.lower()), None)

    def raise_it(self) -> None:
        scene = SCENES.get(self.category)
        photo = picture(scene, self.text) if scene and self.rng.random() < 0.5 else None
        phone = device(self.number)
        need = needs.raise_need(phone, self.place(), category=self.category, text=self.text, site=self.site(), photo=photo, nameless=True)
        self.pk = need.pk
        if self.what == "work":
            self.cast.needs.setdefault(self.words, []).append(need.pk)

    def release(self) -> None:
        needs.release_need(self.cast.actor(f"head:{self.area}"), self.need())

    def join(self, phone: Actor) -> None:
        needs.back_need(phone, self.need())

    def answer(self) -> None:
        due = max(self.story.day(-self.rng.randint(8, 30)), self.story.day(self.days) + ANSWER_KEPT_OPEN)
        if self.number == BROKEN_PROMISE:
            due = self.story.day(4)
        declined = self.what == "declined"
        needs.answer_need(self.officer(), self.need(), text=self.words, due_on=None if declined else due, declined=declined)

    def finish(self) -> None:
        needs.set_state(self.officer(), self.need(), State.DONE)
