"""How the demo's households are heard: their cards, secret votes, slips where too few came, opinions (heard.toml)."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from kheo.ballots import actions as ballots
from kheo.ballots import choices, drafts
from kheo.ballots.models import Ballot, Method, Seat
from kheo.core.actor import Actor
from kheo.meetings import actions as meetings
from kheo.meetings.codes import new_code
from kheo.meetings.models import Decision, Meeting
from kheo.needs import actions as needs
from kheo.needs.models import Need
from kheo.people import actions as people
from kheo.people import household_door
from kheo.places.models import Place
from kheo.site.demo.story import Cast, Story, load, picture
from kheo.site.demo.works import TOLD, do_what_follows

SECOND = Actor("device:second-counter")


def need_of(area: Place, words: str) -> Need:
    """The need of an area that begins so."""
    return Need.objects.get(place=area, text__startswith=words)


@dataclass(slots=True)
class Cards:
    """Cards for every household of an area; some choose their PIN at once, and take part."""

    story: Story
    cast: Cast
    row: dict[str, Any]
    households: list[Actor] = field(default_factory=list)

    @property
    def area(self) -> Place:
        return self.cast.places[self.row["area"]]

    def plan(self) -> None:
        self.story.on(self.row["day"], 9, self.print_them)
        for number, words in enumerate(self.row["back"]):
            for household in range(self.row["opened"] - 2 * number):
                self.story.on(12 - household - number, 19, partial(self.back, words, household), minute=household)

    def print_them(self) -> None:
        batch = people.print_cards(self.cast.actor(f"officer:{self.cast.ward_of(self.area).slug}"), self.area)
        for number, (_outside, code) in enumerate(batch.codes[: self.row["opened"]]):
            card = household_door.choose_pin(code, f"{271_828 + 9_091 * number}")
            if card is not None:
                self.households.append(Actor(key=f"household:{card.slot}", household=self.area.path or ""))

    def back(self, words: str, household: int) -> None:
        needs.back_need(self.households[household], need_of(self.area, words))


@dataclass(slots=True)
class Vote:
    """One ``[[vote]]``: called, printed, voted on paper, counted by two people blind. Without ``came`` it is still to come."""

    story: Story
    cast: Cast
    row: dict[str, Any]
    pk: int = 0
    codes: tuple[str, ...] = ()

    @property
    def head(self) -> Actor:
        return self.cast.actor(f"head:{self.row['area']}")

    @property
    def ballot(self) -> Ballot:
        """As it stands now."""
        return Ballot.objects.get(pk=self.pk)

    def plan(self) -> None:
        self.story.on(self.row["called"], 8, self.call)
        if "came" in self.row:
            self.story.on(self.row["called"] - 1, 9, self.print_slips)
            self.story.on(self.row["closes"], 19, self.count)

    def call(self) -> None:
        area = self.cast.places[self.row["area"]]
        options = [
            (o["title"], o.get("cost"), need_of(area, o["need"]) if "need" in o else None)  # a need of the same area
            for o in self.row["options"]
        ]
        budget = {"budget": self.row["budget"], "completion": "add1"} if self.row["method"] == Method.BUDGET else {}
        opens, closes = self.story.moment(self.row["opens"], 7), self.story.moment(self.row["closes"], 18)
        ballot: Ballot = ballots.call_ballot(
            self.head, area, title=self.row["title"], method=self.row["method"], opens_at=opens, closes_at=closes, options=options, **budget
        )
        self.pk = ballot.pk

    def print_slips(self) -> None:
        self.codes = ballots.print_slips(self.head, self.ballot, count=self.row["printed"]).made

    def count(self) -> None:
        """Open the box in the evening; the head on one phone and a neighbour on another type every slip."""
        sheet = picture("sheet", self.row["title"])
        ballots.open_box(self.head, self.ballot, handed_out=self.row["handed_out"], protocol=sheet)
        code = ballots.let_second_in(self.head, self.ballot)
        box = list(self.box())
        for seat, who, counter in ((Seat.FIRST, self.head, ""), (Seat.SECOND, SECOND, code)):
            for slip, choice in box:
                drafts.enter_slip(who, self.ballot, seat=seat, code=slip, choice=choice, counter=counter)
            ballots.finish_entry(who, self.ballot, seat=seat, pile=len(box), code=counter)

    def box(self) -> Iterable[tuple[str, str]]:
        """(code, choice) of every slip that came back: the same choices every time, on codes that nobody knew before."""
        rng = random.Random(self.row["title"])
        for number, code in enumerate(self.codes[: self.row["came"]]):
            chances = [o["chance"] for o in self.row["options"]]
            ticked = [n for n, chance in enumerate(chances, 1) if rng.random() < chance] or [rng.randint(1, len(chances))]
            unclear = number < self.row["unclear"]
            yield code, choices.UNCLEAR if unclear else choices.write(self.row["method"], dict.fromkeys(ticked, 1))


@dataclass(slots=True)
class Slips:
    """Too few households came: a slip to every one of them, counted by two people."""

    story: Story
    cast: Cast
    row: dict[str, Any]
    decision: Decision | None = None

    @property
    def head(self) -> Actor:
        return self.cast.actor(f"head:{self.row['area']}")

    @property
    def meeting(self) -> Meeting:
        """The one that failed, or the slips that follow it."""
        return Meeting.objects.filter(place=self.cast.places[self.row["area"]], matters__title=self.row["title"]).latest("pk")

    def plan(self) -> None:
        self.story.on(self.row["sent"], 8, self.send)
        self.story.on(self.row["ends"], 20, self.count)
        for pause in TOLD:
            self.story.on(self.row["ends"] - pause, 9, self.tell)

    def send(self) -> None:
        ends = self.story.moment(self.row["ends"], 18)
        meetings.call_second_way(self.head, self.meeting, ends_at=ends, where=self.row["where"])

    def count(self) -> None:
        row = self.row
        meeting = meetings.count_households(
            self.head, self.meeting, present=row["returned"], sheet=picture("sheet", f"slips {row['title']}")
        )
        matter, code = meeting.matters.get(), new_code(meeting.pk, uuid5(NAMESPACE_URL, f"second count of slips {row['title']}"))
        meetings.open_second_count(self.head, meeting, code=code)
        votes = {name: row[name] for name in ("agree", "against", "other")}
        meetings.enter_tally(self.head, matter, **votes)
        meetings.enter_tally(SECOND, matter, **votes, code=code)
        self.decision = Decision.objects.get(matter=matter)

    def tell(self) -> None:
        if self.decision:
            do_what_follows(self.cast, self.row["area"], f"slips {self.row['title']}", self.decision)


@dataclass(slots=True)
class Talk:
    """A meeting that decides nothing: opinions with how many share them, and the ward's answers."""

    story: Story
    cast: Cast
    row: dict[str, Any]
    pk: int = 0

    @property
    def head(self) -> Actor:
        return self.cast.actor(f"head:{self.row['area']}")

    def plan(self) -> None:
        self.story.on(self.row["day"] + 7, 17, self.call)
        self.story.on(self.row["day"], 21, self.hold)
        self.story.on(self.row["answered"], 14, self.answer)

    def call(self) -> None:
        area, at = self.cast.places[self.row["area"]], self.story.moment(self.row["day"], 19)
        matter = (self.row["title"], "opinion", list[Need]())
        self.pk = meetings.call_meeting(self.head, area, starts_at=at, where=self.row["where"], matters=[matter]).pk

    def hold(self) -> None:
        meeting = Meeting.objects.get(pk=self.pk)
        meeting = meetings.count_households(self.head, meeting, present=self.row["present"], sheet=picture("sheet", self.row["title"]))
        matter = meeting.matters.get()
        for said in self.row["opinions"]:
            meetings.record_opinion(self.head, matter, text=said["text"], households=said["households"])
        meetings.close_talk(self.head, matter)

    def answer(self) -> None:
        officer = self.cast.actor(f"officer:{self.cast.ward_of(self.cast.places[self.row['area']]).slug}")
        opinions = Meeting.objects.get(pk=self.pk).matters.get().opinions
        for said in self.row["opinions"]:
            meetings.answer_opinion(officer, opinions.get(text=said["text"]), text=said["answer"])


def plan_hearing(story: Story, cast: Cast) -> Cards:
    """Put heard.toml into the story. Returns the cards: their households take part elsewhere too."""
    rows = load("heard.toml")
    cards = Cards(story, cast, rows["cards"])
    cards.plan()
    for row in rows["vote"]:
        Vote(story, cast, row).plan()
    Slips(story, cast, rows["slips"]).plan()
    Talk(story, cast, rows["talk"]).plan()
    return cards
