"""A registered work, a company with somebody who acts for it, and a grant at every stage."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from kheo.core import clock
from kheo.core.actor import Role
from kheo.grants.models import Grant
from kheo.initiatives import actions as initiatives
from kheo.people.actor import actor_of
from kheo.people.models import Assignment, Organisation


def day(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def sent(**values: Any) -> dict[str, Any]:
    return {"act_id": str(uuid4()), **values}


def registered(city: Any, actor: Any, kit: str = "rural-lighting", **more: Any) -> Any:
    head = actor(Role.HEAD, city.area)
    work = initiatives.draft_initiative(head, city.area, kit=kit, title="Thắp sáng hẻm 47", summary="Hẻm tối.", **more)
    initiatives.give_mandate(head, work, kind="own-act")
    initiatives.submit_initiative(head, work)
    initiatives.register_initiative(actor(Role.OFFICER, city.ward), work)
    work.refresh_from_db()
    return work


@pytest.fixture
def work(city: Any, actor: Any) -> Any:
    return registered(city, actor, site=city.road, targets={"rural-lighting.lamps": 30})


@pytest.fixture
def company(city: Any) -> Organisation:
    return Organisation.objects.create(slug="den-sang", name="Công ty Đèn Sáng", kind="business", place=city.ward)


@pytest.fixture
def sponsor(city: Any, person: Any, company: Organisation) -> Any:
    """The user who leads works for the company."""
    user = person(name="chị Hoa")
    Assignment.objects.create(user=user, role=Role.ORGANISER, place=city.ward, organisation=company, since=clock.today())
    return user


@pytest.fixture
def browsers(city: Any, signed_in: Any, sponsor: Any) -> dict[str, Any]:
    """Signed-in test clients by who they are."""
    return {
        "head": signed_in(Role.HEAD, city.area),
        "officer": signed_in(Role.OFFICER, city.ward),
        "sponsor": signed_in(name="chị Hoa"),
        "resident": signed_in(name="bà Tư"),
    }


@pytest.fixture
def offer(work: Any, company: Organisation, browsers: dict[str, Any]) -> Grant:
    """20 million in two instalments, the second on a condition."""
    data = sent(
        giver=company.pk, unit="VND", amount_1="15.000.000", due_on_1=day(5), amount_2="5000000", due_on_2=day(40),
        condition_2="Đèn đã sáng 30 đêm", conditions="Chỉ mua đèn\nBáo kết quả đã kiểm", committed_on=day(0), report_by=day(60),
    )  # fmt: skip
    answer = browsers["sponsor"].post(f"/initiatives/{work.slug}/grants/offer/", data)
    assert answer.status_code == 302, answer.content.decode()
    return Grant.objects.get()


@pytest.fixture
def grant(offer: Grant, browsers: dict[str, Any]) -> Grant:
    """The same, accepted."""
    assert browsers["head"].post(f"/grants/{offer.pk}/accept/", sent()).status_code == 302
    offer.refresh_from_db()
    return offer


@pytest.fixture
def giving(sponsor: Any) -> Any:
    """The actor of the company."""
    return actor_of(sponsor)
