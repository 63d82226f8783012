"""The whole chain once, in the small city, told through the same acts as people use."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from kheo.checks import actions as checks
from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.evidence import photos
from kheo.initiatives import actions as initiatives
from kheo.initiatives.models import Initiative, MandateKind
from kheo.ledger import actions as ledger
from kheo.meetings import actions as meetings
from kheo.meetings.models import Meeting
from kheo.meetings.testing import decide
from kheo.needs import actions as needs
from kheo.needs.models import Need
from kheo.openlog import sequencer
from kheo.people.models import User
from kheo.results import actions as results


@dataclass
class Told:
    """What came of it."""

    need: Need
    held: Need
    meeting: Meeting
    work: Initiative
    checker: User


Tell = Callable[[str], Initiative]


@pytest.fixture
def tell(city: Any, actor: Callable[..., Actor], person: Callable[..., User], photo_upload: Any, settings: Any) -> Tell:
    """``tell("Hẻm 47 sáng đèn")``: need → decision → work → money → result; 12 of 20 lamps checked. The newest is ``tell.told``."""
    settings.KHEO_DEMO = True  # the meeting lies in the past
    head, officer = actor(Role.HEAD, city.area), actor(Role.OFFICER, city.ward)
    checker = person(Role.CHECKER, city.ward)

    def photo() -> Any:
        return photos.store(photo_upload())

    def work(title: str) -> Initiative:
        now = clock.now()
        with clock.at(now - timedelta(days=41)):
            need = needs.raise_need(
                actor(), city.area, category="light", text="Hẻm tối, trẻ đi học về hay té", site=city.road, nameless=False
            )
            held = needs.raise_need(Actor(key="device:x"), city.area, category="water", text="Bí mật chưa đăng", nameless=True)
            needs.answer_need(officer, need, text="Phường ủng hộ, bà con bàn giùm", due_on=clock.today() + timedelta(days=30))
            starts = clock.now() + timedelta(days=3)
            meeting = meetings.call_meeting(
                head, city.area, starts_at=starts, where="Nhà văn hóa", matters=[(f"{title}: góp và làm", "contributions", [need])]
            )
        with clock.at(now - timedelta(days=37)):
            meetings.count_households(head, meeting, present=198, sheet=photo())
            decision = decide(head, meeting.matters.get(), agree=171, against=20, other=7)
            begun = initiatives.draft_initiative(
                head,
                city.area,
                kit="rural-lighting",
                title=title,
                summary="Bà con góp tiền, góp công.",
                site=city.road,
                targets={"rural-lighting.lamps": 30},
                needs=[need],
            )
            initiatives.give_mandate(head, begun, kind=MandateKind.DECISION, decision=decision)
            initiatives.submit_initiative(head, begun)
            initiatives.register_initiative(officer, begun)
        with clock.at(now - timedelta(days=20)):
            ledger.receive(head, begun, unit="VND", amount=21_400_000, source="source:households")
            ledger.spend(head, begun, unit="VND", amount=20_900_000, what="Đèn", paper=photo())
            first, _second = (
                results.report_result(
                    head,
                    begun,
                    indicator="rural-lighting.lamps",
                    quantity=n,
                    day=clock.today(),
                    site=city.road,
                    photos=[photo()],
                )
                for n in (12, 8)
            )
            check = checks.ask_check(officer, first, checker=checker)
            checks.record_check(actor(Role.CHECKER, city.ward), check, measured=12, photo=photo())
        sequencer.sequence()
        work.told = Told(need, held, Meeting.objects.get(pk=meeting.pk), Initiative.objects.get(pk=begun.pk), checker)  # type: ignore[attr-defined]
        return begun

    return work


@pytest.fixture
def told(tell: Tell) -> Told:
    """The chain told once."""
    tell("Hẻm 47 sáng đèn")
    return tell.told  # type: ignore[attr-defined,no-any-return]
