"""The demo's true numbers: rounds that were drawn, counted and closed, one under way, one that waits for its dice (counted.toml)."""

import random
from dataclasses import dataclass
from functools import partial
from typing import Any

from kheo.checks import actions as checks
from kheo.checks import rules
from kheo.checks.actions import books
from kheo.checks.dispatching import dispatch
from kheo.checks.models import Book, Dispute, Unit, Visit, VisitState, volunteer_key
from kheo.core.actor import Actor
from kheo.openlog import sequencer
from kheo.people import actions as people
from kheo.people.actor import actor_of
from kheo.places.importing import INSTALLER
from kheo.places.models import Place
from kheo.results import actions as results
from kheo.results.models import Result
from kheo.site.demo.heard import Cards
from kheo.site.demo.story import Cast, Story, load, picture

JOINED = 130  # days before today
SMALL = 240  # pixels: many photos, stored quickly
CHECKPOINTS = 3  # looks for one until the book stands


@dataclass(slots=True)
class Round:
    """One ``[[round]]``: announced, drawn, counted and closed, as far as it has come by today."""

    story: Story
    cast: Cast
    cards: Cards
    row: dict[str, Any]
    pk: int = 0

    @property
    def board(self) -> Actor:
        return self.cast.actor("board")

    @property
    def book(self) -> Book:
        """As it stands now."""
        return Book.objects.get(pk=self.pk)

    def plan(self) -> None:
        day = self.row["frozen"]
        self.story.on(day, 9, self.freeze)
        if "days" not in self.row:
            return
        self.story.on(day - 1, 19, self.draw)
        for after in range(2, 2 + self.row["days"]):
            self.story.on(day - after, 8, self.send)
            self.story.on(day - after, 12, self.answer)
            self.story.on(day - after, 17, self.count)
        self.story.on(day - 2 - self.row["days"], 9, self.close)

    def freeze(self) -> None:
        row = self.row
        self.pk = books.freeze_book(
            self.board,
            Place.objects.get(slug=row["scope"]),
            kind=row.get("kind", "round"),
            indicator=row["indicator"],
            starts_on=self.story.day(row["from"]),
            ends_on=self.story.day(row["to"]),
            months=row.get("months", 0),
            planned=row.get("planned", 60),
        ).pk

    def draw(self) -> None:
        for _look in range(CHECKPOINTS):
            sequencer.drain()
            if books.fix_checkpoint(self.book):
                break
        if "dice" in self.row:
            for typist in ("board", "board:second"):
                books.enter_roll(self.cast.actor(typist), self.book, digits=self.row["dice"])

    def send(self) -> None:
        dispatch()

    def _visits(self, state: str) -> list[Visit]:
        found = Visit.objects.filter(unit__book=self.pk, state=state).select_related("volunteer__user", "unit__result")
        return list(found.order_by("unit__rank", "seat"))

    def _who(self, visit: Visit) -> Actor:
        volunteer = visit.volunteer
        assert volunteer is not None  # noqa: S101 – links are dropped when a book closes, not before
        if volunteer.user is not None:
            return actor_of(volunteer.user)
        return next(home for home in self.cards.households if volunteer_key(home) == volunteer.key)

    def _first_try(self, visit: Visit, ticket: str, seat: int) -> bool:
        """Whether this is the first who is sent to the row's ``ticket`` on this seat."""
        return visit.unit.rank == self.row.get(ticket) and visit.seat == seat and visit.unit.visits.filter(seat=seat).count() == 1

    def answer(self) -> None:
        for visit in self._visits(VisitState.OFFERED):
            act = checks.decline_visit if self._first_try(visit, "busy", 1) else checks.accept_visit
            act(self._who(visit), visit)

    def count(self) -> None:
        for visit in self._visits(VisitState.ACCEPTED):
            who = self._who(visit)
            if self._first_try(visit, "unreached", 2):
                checks.say_unreached(who, visit, note="Nước lên, không qua cầu được.")
                continue
            photo = picture(self.row["photo"], f"{self.row['indicator']} {visit.unit.rank} {visit.seat}", SMALL)
            checks.read(who, visit, measured=self._reads(visit.unit, visit.seat), photo=photo, nonce=visit.nonce)

    def _reads(self, unit: Unit, seat: int) -> int:
        short = self.row.get("short", {})
        share = short["share"] if unit.rank == short.get("ticket") else 1
        return finds(unit, share / 2 if unit.rank == self.row.get("odd") and seat == 2 else share)

    def close(self) -> None:
        book = self.book
        if rules.visited(book):
            checks.close_book(self.board, book)


def finds(unit: Unit, share: float = 1) -> int:
    """What somebody finds: this share of what was claimed; or, of all of it, a little more along a line, whose corridor is longer."""
    found = int(unit.claim * share)
    return found + (random.Random(f"{unit.rank}").randint(0, 3) if "line" in unit.at and found and share == 1 else 0)


def _join(cast: Cast, row: dict[str, Any]) -> None:
    area = cast.places[row["area"]]
    user = people.add_account(INSTALLER, area, row["name"], language="")
    checks.join_pool(actor_of(user), area)


def _offer(cards: Cards, household: int) -> None:
    checks.join_pool(cards.households[household], cards.area)


def _report(story: Story, cast: Cast, row: dict[str, Any]) -> None:
    work = cast.works[row["work"]]
    results.report_result(
        cast.actor("head:thoiphuoc"),
        work,
        indicator=row["indicator"],
        quantity=row["quantity"],
        day=story.day(row["day"]),
        note=row["note"],
        photos=[picture("road_lit", "burning")],
    )


def _doubt(cast: Cast, cards: Cards, row: dict[str, Any]) -> None:
    result = Result.objects.standing().filter(initiative=cast.works[row["work"]], indicator__endswith=".lamps").latest("pk")
    checks.dispute(cards.households[row["household"]], result, text=row["text"])


def _send_people(cast: Cast, row: dict[str, Any]) -> None:
    said = Dispute.objects.get(text=row["text"])
    checks.answer_dispute(cast.actor("board"), said, outcome="counted", answer=row["answer"])


def plan_rounds(story: Story, cast: Cast, cards: Cards) -> None:
    """Put counted.toml into the story. ``cards``: households that take part."""
    rows = load("counted.toml")
    for number, row in enumerate(rows["neighbour"]):
        story.on(JOINED - number, 18, partial(_join, cast, row))
    for household in range(2):
        story.on(JOINED - household, 20, partial(_offer, cards, household))
    story.on(rows["reported"]["day"], 21, partial(_report, story, cast, rows["reported"]))
    for row in rows["round"]:
        Round(story, cast, cards, row).plan()
    for row in rows["doubt"]:
        story.on(row["day"], 20, partial(_doubt, cast, cards, row))
        if "answered" in row:
            story.on(row["answered"], 10, partial(_send_people, cast, row))
