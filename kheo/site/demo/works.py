"""The demo city's works, from the meeting to the check (city.toml)."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from kheo.core import clock
from kheo.core.actor import Actor
from kheo.initiatives import actions as initiatives
from kheo.initiatives.models import Initiative, MandateKind
from kheo.meetings import actions as meetings
from kheo.meetings import duties
from kheo.meetings.codes import new_code
from kheo.meetings.models import Decision, DutyKind, Meeting
from kheo.needs.models import Need
from kheo.places.models import Place, Rank
from kheo.review import actions as review
from kheo.site.demo.story import Cast, Story, load, picture

STEPS_TICKED = 0.6  # of a work that still goes on
STEPS_TRIED = 8
TOLD = (2, 4, 9, 16)  # days after the meeting on which the head does what is owed by then
FORGETFUL = 0.15  # of what is owed, done late or never: the city shows that too


@dataclass(slots=True)
class Work:
    """One ``[[work]]`` of city.toml: who brings it, where, and what has come of it so far."""

    story: Story
    cast: Cast
    row: dict[str, Any]
    decision: Decision | None = None
    rng: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.rng = random.Random(f"work {self.key}")

    @property
    def key(self) -> str:
        return str(self.row["key"])

    @property
    def place(self) -> Place:
        return self.cast.places[self.row["area"]]

    @property
    def ward(self) -> Place:
        return self.cast.ward_of(self.place)

    @property
    def site(self) -> Place | None:
        return self.cast.places.get(f"{self.row['area']}/{self.row['site']}") if "site" in self.row else None

    @property
    def organiser(self) -> Actor:
        """The head of the area; the movement's board where a whole ward works together."""
        return self.cast.actor(f"head:{self.row['area']}" if self.place.rank == Rank.AREA else f"organiser:{self.ward.slug}")

    @property
    def officer(self) -> Actor:
        return self.cast.actor(f"officer:{self.ward.slug}")

    @property
    def initiative(self) -> Initiative:
        return self.cast.works[self.key]

    def plan(self) -> int:
        """Put the work's acts up to its registration into the story; returns how many days ago it is registered, or -1 if it is not."""
        start = self.row["day"]
        if "decision" in self.row:
            meet = Gathering(
                self.story, self.cast, self.row["area"], f"{self.row['title']}: góp và làm", "Nhà văn hóa", start - 7, self.key
            )
            self.story.on(start, 17, meet.call)
            self.story.on(start - 7, 21, partial(self.decide, meet))
            for pause in TOLD:
                self.story.on(start - 7 - pause, 9, self.tell)
            start -= 8
        self.story.on(start, 8, self.draft)
        stop = self.row.get("stop")
        if stop == "draft":
            return -1
        self.story.on(start - 1, 9, self.submit)
        if stop == "submitted":
            return -1
        if stop == "returned":
            self.story.on(start - 3, 10, self.send_back)
            return -1
        self.story.on(start - 4, 10, self.register)
        for number in range(STEPS_TRIED):
            self.story.on(start - 10 - number * 9, 18, partial(self.tick, number))
        return int(start - 4)

    def decide(self, meet: "Gathering") -> None:
        votes = self.row["decision"]
        self.decision = meet.hold(votes["present"], votes["agree"], votes["against"], votes["other"])

    def tell(self) -> None:
        if self.decision:
            do_what_follows(self.cast, self.row["area"], self.key, self.decision)

    def draft(self) -> None:
        day = self.row["day"]
        self.cast.works[self.key] = initiatives.draft_initiative(
            self.organiser,
            self.place,
            kit=self.row["kit"],
            title=self.row["title"],
            summary=self.row["summary"],
            site=self.site,
            targets={f"{self.row['kit']}.{k}": v for k, v in self.row["targets"].items()},
            needs=self.cast.needs_of(self.key),
            organisation=self.cast.organisations.get(self.row.get("organisation", "")),
            starts_on=self.story.day(day - 14),
            ends_on=self.story.day(day - 200),
        )

    def submit(self) -> None:
        kind = MandateKind.DECISION if self.decision else MandateKind(self.row["mandate"])
        initiatives.give_mandate(self.organiser, self.initiative, kind=kind, decision=self.decision)
        initiatives.submit_initiative(self.organiser, self.initiative)

    def send_back(self) -> None:
        initiatives.return_initiative(self.officer, self.initiative, advice=self.row["advice"])

    def register(self) -> None:
        initiatives.register_initiative(self.officer, self.initiative)

    def tick(self, number: int) -> None:
        """Finish the step of this number, if the work has come that far."""
        steps = list(self.initiative.tasks.order_by("position"))
        if number < len(steps) * (1.0 if self.row.get("complete") else STEPS_TICKED):
            initiatives.finish_task(self.organiser, steps[number])

    def complete(self) -> None:
        review.complete(self.officer, self.initiative, note="Bà con đã nghiệm thu tại chỗ.")


@dataclass(slots=True)
class Gathering:
    """A meeting of an area on one matter, ``days`` before today (less than zero: still to come)."""

    story: Story
    cast: Cast
    area: str
    title: str
    where: str
    days: int
    work: str = ""
    rule: str = "contributions"
    pk: int = 0

    @property
    def head(self) -> Actor:
        return self.cast.actor(f"head:{self.area}")

    def call(self) -> None:
        taken_up: list[Need] = self.cast.needs_of(self.work)
        meeting = meetings.call_meeting(
            self.head,
            self.cast.places[self.area],
            starts_at=self.story.moment(self.days, 19),
            where=self.where,
            matters=[(self.title, self.rule, taken_up)],
        )
        self.pk = meeting.pk

    def hold(self, present: int, agree: int, against: int, other: int) -> Decision:
        """Count the households; where enough came, let them choose who writes and counts, and let two people count the votes."""
        meeting = Meeting.objects.get(pk=self.pk)
        meeting = meetings.count_households(self.head, meeting, present=present, sheet=picture("sheet", self.title))
        matter = meeting.matters.get()
        if not matter.decided:
            team, code = ["Anh Ba", "Chị Tư", "Chú Năm"], new_code(meeting.pk, uuid5(NAMESPACE_URL, f"second count of {self.title}"))
            meetings.choose_officers(self.head, meeting, secretary="Cô Bảy", counters=team, method="hands", officers_for=present)
            meetings.open_second_count(self.head, meeting, code=code)
            meetings.enter_tally(self.head, matter, agree=agree, against=against, other=other)
            meetings.enter_tally(Actor("device:second-counter"), matter, agree=agree, against=against, other=other, code=code)
        return Decision.objects.get(matter=matter)


def do_what_follows(cast: Cast, area: str, key: str, decision: Decision) -> None:
    """Do what follows the decision and falls due, or fell due: the head forgets some of it for a while. ``key``: what sets the luck."""
    for duty in decision.duties.filter(done_on=None, due_on__lte=clock.today() + timedelta(days=7)).order_by("pk"):
        forgets = random.Random(f"duty {key} {duty.key}").random() < FORGETFUL
        if forgets and not duty.late:
            continue
        board = picture("notice", f"{key} {duty.key}") if duty.kind == DutyKind.POST else None
        duties.fulfil_duty(cast.actor(f"head:{area}"), duty, proof=board)


def plan_works(story: Story, cast: Cast, then: Callable[[Work, int], int]) -> None:
    """Put every work and the other meetings into the story.

    ``then(work, registered)`` plans what follows the registration and returns how many days ago the last of it was.
    """
    city = load("city.toml")
    for row in city["work"]:
        work = Work(story, cast, row)
        if (registered := work.plan()) >= 0:
            last = then(work, registered)
            if row.get("complete"):
                story.on(last - 12, 10, work.complete)
    for row in city["coming"]:
        story.on(2, 17, Gathering(story, cast, row["area"], row["title"], row["where"], -row["days"]).call)
    for row in city["failed"]:
        meet = Gathering(story, cast, row["area"], row["title"], row["where"], row["day"])
        story.on(row["day"] + 8, 17, meet.call)
        story.on(row["day"], 21, partial(meet.hold, row["present"], row["present"] - 6, 4, 2))
