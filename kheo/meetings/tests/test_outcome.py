"""What they decided, in words: once, by the head, for everybody."""

import json
import uuid
from hashlib import sha256

import pytest
from django.test import Client
from django.utils import translation

from kheo.core.actor import Role
from kheo.core.rules import Refused
from kheo.evidence import actions as evidence
from kheo.meetings import actions, papers
from kheo.meetings.models import Decision, Matter
from kheo.meetings.testing import decide
from kheo.meetings.tests.conftest import post, together
from kheo.openlog.models import Entry

pytestmark = pytest.mark.django_db
ANSWER = "Mỗi hộ 200.000 đồng, cô Bảy giữ sổ."


@pytest.fixture
def decided(counted, actor, city):
    def make(agree=171, **kwargs):
        return decide(actor(Role.HEAD, city.area), counted(**kwargs).matters.get(), agree=agree, against=0)

    return make


def write(client, decision, text=ANSWER):
    return post(client, "meetings:word", [decision.pk], {"act_id": uuid.uuid4(), "text": text})


def test_the_head_is_asked_next_and_everybody_reads_it(decided, signed_in, city):
    decision, head, anybody = decided(), signed_in(Role.HEAD, city.area), Client(headers={"accept-language": "en"})
    pages, form = [decision.get_absolute_url(), decision.matter.meeting.get_absolute_url()], f"/decisions/{decision.pk}/words/"
    for page in pages:
        assert f'class="btn btn-main" href="{form}"' in head.get(page).text and form not in anybody.get(page).text
    assert write(head, decision).status_code == 302
    for page in pages:
        assert ANSWER in anybody.get(page).text and form not in head.get(page).text
    entry = Entry.objects.get(verb="meeting.worded")
    assert json.loads(bytes(entry.leaf))["clear"]["text_sha256"] == sha256(ANSWER.encode()).hexdigest()
    assert ANSWER not in bytes(entry.leaf).decode() + bytes(entry.facts or b"").decode()
    assert json.loads(bytes(entry.private).decode())["text"] == ANSWER
    with translation.override("en"):
        minutes = papers.minutes_data(Matter.objects.get().meeting)
    assert minutes["matters"][0]["outcome"] == f"What did we decide? {ANSWER}"
    assert head.get(f"/meetings/{decision.matter.meeting_id}/minutes.pdf").content.startswith(b"%PDF-")


def test_it_is_written_once_and_not_without_words(decided, signed_in, city):
    decision, head = decided(), signed_in(Role.HEAD, city.area)
    for text, words in (("  ", "fill this in"), ("x" * 601, "at most 600")):
        refused = write(head, decision, text)
        assert refused.status_code == 200 and words in refused.text
    assert write(head, decision).status_code == 302
    again = write(head, decision, "Mỗi hộ 900.000 đồng.")
    assert again.status_code == 403 and "written down already" in again.text
    assert Matter.objects.get().outcome == ANSWER and Entry.objects.filter(verb="meeting.worded").count() == 1


def test_nothing_is_written_where_nothing_was_agreed(decided, counted, actor, city, signed_in):
    head = signed_in(Role.HEAD, city.area)
    refused = write(head, decided(agree=10))
    assert refused.status_code == 403 and "did not agree" in refused.text
    talk = actions.close_talk(actor(Role.HEAD, city.area), counted(rules=("opinion",)).matters.get())
    told = write(head, talk)
    assert told.status_code == 403 and "opinions" in told.text
    assert not Entry.objects.filter(verb="meeting.worded").exists()


def test_a_hidden_matter_takes_its_answer_with_it(decided, actor, city):
    decision = actions.word_decision(actor(Role.HEAD, city.area), decided(), text=ANSWER)
    evidence.hide(actor(Role.OFFICER, city.ward), decision.matter, reason="Nêu tên người.")
    for page in (decision.get_absolute_url(), decision.matter.meeting.get_absolute_url(), f"/matters/{decision.matter_id}/resolution.pdf"):
        assert ANSWER not in Client().get(page).content.decode(errors="replace")


@pytest.mark.django_db(transaction=True)
def test_two_at_once_leave_one_answer(decided, actor, city):
    decision, head = decided(), actor(Role.HEAD, city.area)
    said = ["Một.", "Hai."]
    outcomes = together(lambda i: actions.word_decision(head, Decision.objects.get(pk=decision.pk), text=said[i]))
    assert sorted(outcomes) == ["done", "refused"] and Matter.objects.get().outcome in said
    with pytest.raises(Refused):
        actions.word_decision(head, decision, text="Ba.")
