"""A matter without a vote: opinions without names, the end of the talk, published answers."""

import json
import uuid

import pytest
from django.test import Client

from kheo.core.actor import Role
from kheo.meetings.models import Decision, Opinion, State
from kheo.meetings.tests.conftest import post
from kheo.openlog.models import Entry

pytestmark = pytest.mark.django_db


def say(text="Lamps off at eleven", households=12):
    return {"act_id": uuid.uuid4(), "text": text, "households": households}


def seen(meeting):
    return Client().get(meeting.get_absolute_url(), headers={"accept-language": "en"}).text


def test_opinions_are_written_down_closed_and_answered_in_public(signed_in, city, counted):
    head, officer = signed_in(Role.HEAD, city.area), signed_in(Role.OFFICER, city.ward)
    meeting = counted(rules=("opinion",))
    matter = meeting.matters.get()
    assert post(head, "meetings:opinion", [matter.pk], say()).status_code == 302
    assert post(head, "meetings:opinion", [matter.pk], say("More lamps", 3)).status_code == 302
    opinion = Opinion.objects.order_by("pk").first()
    early = post(officer, "meetings:answer", [opinion.pk], {"act_id": uuid.uuid4(), "text": "Yes"})
    assert early.status_code == 403 and "still talks" in early.text
    assert "The answer is owed" not in seen(meeting)

    assert post(head, "meetings:close-talk", [matter.pk], {"act_id": uuid.uuid4()}).status_code == 302
    decision = Decision.objects.get()
    assert (decision.voted, decision.passed) == (False, False)
    meeting.refresh_from_db()
    assert meeting.state == State.CLOSED
    page = seen(meeting)
    assert "Lamps off at eleven" in page and "said by 12 households" in page and page.count("The answer is owed") == 2
    late = post(head, "meetings:opinion", [matter.pk], say())
    assert late.status_code == 403 and "talk on this matter is over" in late.text

    for o in Opinion.objects.all():
        assert post(officer, "meetings:answer", [o.pk], {"act_id": uuid.uuid4(), "text": f"The ward will see to {o.pk}"}).status_code == 302
    assert f"The ward will see to {opinion.pk}" in seen(meeting) and "The answer is owed" not in seen(meeting)
    twice = post(officer, "meetings:answer", [opinion.pk], {"act_id": uuid.uuid4(), "text": "Otherwise"})
    assert twice.status_code == 403 and "has its answer" in twice.text
    entry = Entry.objects.filter(verb="meeting.opinion").first()
    assert json.loads(bytes(entry.facts or b"")) == {"meeting": meeting.pk, "matter": 1, "households": 12}
    assert b"eleven" not in bytes(entry.leaf) + bytes(entry.facts or b"")


def test_a_vote_takes_no_opinions_and_opinions_no_votes(signed_in, city, counted):
    head = signed_in(Role.HEAD, city.area)
    vote, talk = counted(rules=("contributions", "opinion")).matters.all()
    assert "This matter is voted on" in post(head, "meetings:opinion", [vote.pk], say()).text
    assert "This matter is voted on" in post(head, "meetings:close-talk", [vote.pk], {"act_id": uuid.uuid4()}).text
    tally = post(head, "meetings:tally", [talk.pk], {"act_id": uuid.uuid4(), "agree": 1, "against": 0})
    assert tally.status_code == 403 and "Nothing is voted on" in tally.text


@pytest.mark.parametrize(
    ("change", "words"), [({"text": " "}, "fill this in"), ({"households": 172}, "171 households are here"), ({"households": 0}, "1")]
)
def test_an_opinion_that_cannot_be(signed_in, city, counted, change, words):
    matter = counted(rules=("opinion",)).matters.get()
    response = post(signed_in(Role.HEAD, city.area), "meetings:opinion", [matter.pk], say() | change)
    assert response.status_code == 200 and words in response.text and not Opinion.objects.exists()


def test_an_opinion_can_be_hidden_with_a_reason(signed_in, city, counted):
    officer, meeting = signed_in(Role.OFFICER, city.ward), counted(rules=("opinion",))
    post(signed_in(Role.HEAD, city.area), "meetings:opinion", [meeting.matters.get().pk], say("Mr Ba never helps"))
    hide = {"act_id": uuid.uuid4(), "reason": "Names a neighbour"}
    post(officer, "evidence:hide", ["meetings.opinion", Opinion.objects.get().pk], hide)
    assert "Mr Ba" not in seen(meeting) and "Names a neighbour" in seen(meeting)


def test_too_few_households_may_still_talk(counted):
    meeting = counted(present=3, rules=("opinion",))
    assert meeting.state == State.COUNTED and not Decision.objects.exists()
