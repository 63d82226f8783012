"""A work at every stage of its life, made through the same acts that people use."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from kheo.core import clock
from kheo.core.actor import Role
from kheo.initiatives import actions
from kheo.initiatives.models import Initiative
from kheo.meetings.models import Decision, Matter, Meeting


@pytest.fixture
def decision(city: Any, person: Any) -> Callable[..., Decision]:
    """``decision(place, rule="contributions", passed=True)``: a decision of a meeting there."""

    def make(place: Any = None, rule: str = "contributions", passed: bool = True) -> Decision:
        place, head = place or city.area, person(Role.HEAD, city.area)
        start = clock.now() - timedelta(days=2)
        meeting = Meeting.objects.create(
            place=place,
            starts_at=start,
            where="nhà thông tin",
            called_by=head,
            called_at=clock.now(),
            state="closed",
        )
        matter = Matter.objects.create(meeting=meeting, position=1, title="Gắn đèn hẻm 47", rule=rule)
        return Decision.objects.create(
            matter=matter,
            decided_on=clock.today(),
            agree=171,
            against=9,
            base=240,
            needed=160,
            threshold_num=2,
            threshold_den=3,
            rule=rule,
            article="15(1)",
            passed=passed,
            quorate=True,
            recorded_by=head,
        )

    return make


@pytest.fixture
def work(city: Any, actor: Any, decision: Any) -> Callable[..., Initiative]:
    """``work("submitted")``: thirty lamps for alley 47, brought by the area's head as far as that."""

    def make(state: str = "draft", *, by: Any = None, **changes: Any) -> Initiative:
        head = by or actor(Role.HEAD, city.area)
        values: dict[str, Any] = {
            "kit": "rural-lighting",
            "title": "Thắp sáng hẻm 47",
            "summary": "Hẻm tối, bà con đi làm về khuya.",
            "site": city.road,
            "targets": {"rural-lighting.lamps": 30, "rural-lighting.lit-m": 310},
        }
        made = actions.draft_initiative(head, changes.pop("place", city.area), **{**values, **changes})
        steps: list[Callable[[], Any]] = []
        if state in ("mandated", "submitted", "returned", "registered"):
            steps.append(lambda: actions.give_mandate(head, made, kind="decision", decision=decision()))
        if state in ("submitted", "returned", "registered"):
            steps.append(lambda: actions.submit_initiative(head, made))
        officer = actor(Role.OFFICER, city.ward)
        if state == "returned":
            steps.append(
                lambda: actions.return_initiative(officer, made, advice={"summary": "Ghi rõ từ đâu tới đâu.", "mandate": "Biên bản?"})
            )
        if state == "registered":
            steps.append(lambda: actions.register_initiative(officer, made))
        for step in steps:
            step()
        made.refresh_from_db()
        return made

    return make
