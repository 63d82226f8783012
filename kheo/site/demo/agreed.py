"""What neighbours of the demo city agree on: from the draft on the wall to the day it holds (city.toml)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from kheo import catalogue
from kheo.agreements import actions as agreements
from kheo.agreements.models import RULE, Agreement, Version
from kheo.core import clock
from kheo.core.actor import Actor
from kheo.meetings import law
from kheo.meetings.models import Decision
from kheo.places.models import Place
from kheo.site.demo.story import Cast, Story, device, load
from kheo.site.demo.works import TOLD, Gathering, do_what_follows

PHONES = 5000  # the first of the nameless phones that say something to a sentence
REVIEWED_AFTER = timedelta(days=365)


@dataclass(slots=True)
class Agreed:
    """One ``[[agreement]]`` of city.toml: posted ``day`` days before today, and adopted where a decision is given."""

    story: Story
    cast: Cast
    row: dict[str, Any]
    phone: int
    pk: int = 0
    decision: Decision | None = None

    @property
    def area(self) -> Place:
        return self.cast.places[self.row["area"]]

    @property
    def head(self) -> Actor:
        return self.cast.actor(f"head:{self.row['area']}")

    @property
    def version(self) -> Version:
        """Its first version, as it stands now."""
        return Version.objects.get(agreement_id=self.pk)

    def plan(self) -> None:
        """Drafted, posted two days later, talked about; decided when its days are over, and recognised."""
        story, day = self.story, self.row["day"]
        story.on(day + 2, 20, self.draft)
        story.on(day, 8, self.post)
        for number, said in enumerate(self.row.get("said", [])):
            after = day - 2 - number * 3
            story.on(after, 19, partial(self.say, number, said))
            story.on(after - 1, 7, partial(self.read, said))
        if "decision" not in self.row:
            return
        over = day - law.rule_on(RULE, story.today).draft_days
        title = f"Quy ước: {self.row['title']}"
        meet = Gathering(story, self.cast, self.row["area"], title, "Nhà văn hóa", over - 5, rule=RULE)
        story.on(over + 2, 17, meet.call)
        story.on(over - 5, 21, partial(self.decide, meet.hold))
        for pause in TOLD:
            story.on(over - 5 - pause, 9, self.tell)
        story.on(over - 6, 9, self.adopt)
        story.on(over - 13, 10, self.recognise)

    def draft(self) -> None:
        sentences = [str(text) for text in catalogue.kits()[self.row["kit"]].agreement]
        agreement: Agreement = agreements.draft_agreement(
            self.head, self.area, title=self.row["title"], clauses=[*self.row.get("own", []), *sentences], kit=self.row["kit"]
        )
        self.pk = agreement.pk

    def post(self) -> None:
        agreements.post_draft(self.head, self.version)

    def say(self, number: int, said: dict[str, Any]) -> None:
        clause = self.version.clauses.get(position=said["sentence"])
        agreements.comment_on_clause(device(self.phone + number), clause, text=said["text"])

    def read(self, said: dict[str, Any]) -> None:
        """Let everybody read what was said, and answer it where an answer is given."""
        comment = self.version.clauses.get(position=said["sentence"]).comments.get(text=said["text"])
        comment = agreements.release_comment(self.head, comment)
        if "answer" in said:
            agreements.answer_comment(self.head, comment, answer=said["answer"])

    def decide(self, hold: Callable[[int, int, int, int], Decision]) -> None:
        votes = self.row["decision"]
        self.decision = hold(votes["present"], votes["agree"], votes["against"], votes["other"])

    def tell(self) -> None:
        if self.decision:
            do_what_follows(self.cast, self.row["area"], self.row["title"], self.decision)

    def adopt(self) -> None:
        assert self.decision is not None  # noqa: S101 - it was planned to be decided the evening before
        agreements.adopt(self.head, self.version, decision=self.decision, review_on=clock.today() + REVIEWED_AFTER)

    def recognise(self) -> None:
        agreements.recognise(self.cast.actor(f"officer:{self.cast.ward_of(self.area).slug}"), self.version)


def plan_agreements(story: Story, cast: Cast) -> None:
    """Put every agreement of city.toml into the story."""
    for number, row in enumerate(load("city.toml")["agreement"]):
        Agreed(story, cast, row, PHONES + 10 * number).plan()
