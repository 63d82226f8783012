"""Too few households came: settled at once, and a slip to every household as the second way."""

import json
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kheo.core import clock
from kheo.core.actor import Role
from kheo.meetings import actions
from kheo.meetings.models import Attendance, Decision, Form, Matter, Meeting, State
from kheo.meetings.testing import CODE, decide
from kheo.meetings.tests.conftest import post
from kheo.openlog.models import Entry

pytestmark = pytest.mark.django_db


def until(days, hour="19:00"):
    return timezone.localdate(clock.now() + timedelta(days=days)).strftime(f"%Y-%m-%dT{hour}")


@pytest.fixture
def slips(signed_in, city, counted):
    """Sent after a meeting with 119 of 240 households; their last day is over."""
    meeting = counted(present=119, rules=("contributions", "opinion"))
    data = {"act_id": uuid.uuid4(), "ends_at": until(5), "where": "Nhà văn hóa"}
    assert post(signed_in(Role.HEAD, city.area), "meetings:second-way", [meeting.pk], data).status_code == 302
    made = Meeting.objects.get(form=Form.SLIPS)
    Meeting.objects.filter(pk=made.pk).update(starts_at=clock.now() - timedelta(days=6), ends_at=clock.now() - timedelta(hours=1))
    made.refresh_from_db()
    return made


def test_too_few_households_settle_it_at_once(signed_in, city, counted):
    meeting = counted(present=119)
    decision = Decision.objects.get()
    assert (decision.quorate, decision.passed, decision.agree) == (False, False, 0)
    assert meeting.state == State.CLOSED
    page = signed_in(Role.HEAD, city.area).get(meeting.get_absolute_url(), headers={"accept-language": "en"}).text
    assert "Too few households" in page and f"/meetings/{meeting.pk}/second-way/" in page and "/tally/" not in page
    assert "/second-way/" not in Client().get(meeting.get_absolute_url()).text
    clear = json.loads(bytes(Entry.objects.get(verb="meeting.decided").leaf))["clear"]
    assert (clear["quorate"], clear["present"], clear["passed"]) == (False, 119, False)


def test_120_of_240_are_enough_to_vote(counted):
    counted(present=120)
    assert not Decision.objects.exists()


def test_slips_take_over_what_could_not_be_decided_and_nothing_else(slips):
    matters = slips.matters.all()
    assert [(m.rule, m.position) for m in matters] == [("contributions", 1)]
    assert (slips.follows.present, slips.method, slips.called_by) == (119, "slips", slips.follows.called_by)
    facts = json.loads(bytes(Entry.objects.get(verb="meeting.slips").facts))
    assert facts["follows"] == slips.follows_id and facts["rules"] == ["contributions"]


def test_the_slips_are_counted_by_two_against_all_households(signed_in, city, slips, photo_upload):
    head, phone = signed_in(Role.HEAD, city.area), Client()
    data = {"act_id": uuid.uuid4(), "present": 200, "sheet": photo_upload()}
    assert post(head, "meetings:count", [slips.pk], data).status_code == 302
    assert not Attendance.objects.exists()
    matter = slips.matters.get()
    actions.open_second_count(*_head_and(slips), code=CODE)
    votes = {"agree": 160, "against": 30, "other": 10}
    assert post(head, "meetings:tally", [matter.pk], {"act_id": uuid.uuid4(), **votes}).status_code == 302
    post(phone, "meetings:tally-second", [CODE, matter.pk], {"act_id": uuid.uuid4(), **votes})
    decision = Decision.objects.get(matter=matter)
    assert (decision.passed, decision.base, decision.needed, decision.method, decision.quorate) == (True, 240, 160, "slips", True)
    assert decision.decided_on == timezone.localdate(slips.ends_at)


def test_too_few_slips_decide_nothing_and_there_is_no_third_way(signed_in, city, slips, photo_upload):
    head = signed_in(Role.HEAD, city.area)
    assert post(head, "meetings:count", [slips.pk], {"act_id": uuid.uuid4(), "present": 119, "sheet": photo_upload()}).status_code == 302
    assert not Decision.objects.get(matter__meeting=slips).quorate
    third = post(head, "meetings:second-way", [slips.pk], {"act_id": uuid.uuid4(), "ends_at": until(5), "where": "x"})
    assert third.status_code == 403 and "Please call a new meeting" in third.text


def test_slips_bear_no_numbers_and_are_not_counted_early(signed_in, city, slips, photo_upload):
    head = signed_in(Role.HEAD, city.area)
    page = head.get(f"/meetings/{slips.pk}/count/", headers={"accept-language": "en"}).text
    assert 'name="numbers"' not in page and "How many slips came back?" in page
    Meeting.objects.filter(pk=slips.pk).update(ends_at=clock.now() + timedelta(days=1))
    early = post(head, "meetings:count", [slips.pk], {"act_id": uuid.uuid4(), "present": 200, "sheet": photo_upload()})
    assert early.status_code == 403 and "still being handed in" in early.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ends_at": until(1)}, "at least 3 days"),
        ({"ends_at": until(70)}, "two months"),
        ({"where": " "}, "fill this in"),
        ({"ends_at": ""}, "fill"),
    ],
)
def test_a_round_that_makes_no_sense_is_refused(signed_in, city, counted, change, words):
    meeting = counted(present=100)
    data = {"act_id": uuid.uuid4(), "ends_at": until(5), "where": "Nhà văn hóa"} | change
    response = post(signed_in(Role.HEAD, city.area), "meetings:second-way", [meeting.pk], data)
    assert response.status_code == 200 and words in response.text


def test_slips_are_sent_once_and_only_where_too_few_came(signed_in, city, counted, slips):
    head, data = signed_in(Role.HEAD, city.area), {"ends_at": until(5), "where": "x"}
    again = post(head, "meetings:second-way", [slips.follows_id], {"act_id": uuid.uuid4(), **data})
    assert again.status_code == 403 and "on their way already" in again.text
    full = post(head, "meetings:second-way", [counted(present=171).pk], {"act_id": uuid.uuid4(), **data})
    assert full.status_code == 403 and "Enough households came" in full.text


def test_what_passes_by_slips_is_a_decision_like_any_other(actor, city, slips, photo_upload):
    from kheo.evidence import photos

    head = actor(Role.HEAD, city.area)
    counted = actions.count_households(head, slips, present=180, sheet=photos.store(photo_upload()))
    assert decide(head, counted.matters.get(), agree=159, against=21).passed is False
    assert Matter.objects.filter(meeting=slips, decision__isnull=True).count() == 0


def _head_and(meeting):
    from kheo.people.actor import actor_of

    return actor_of(meeting.called_by), meeting
