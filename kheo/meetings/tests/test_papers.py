"""What stands on the papers, who may print them, and that they are PDFs."""

import json

import pytest
from django.test import Client
from django.utils import translation

from kheo.core.actor import Role
from kheo.meetings import actions, papers
from kheo.meetings.models import Meeting
from kheo.meetings.testing import choose, decide
from kheo.openlog import sequencer
from kheo.openlog.door import name_of
from kheo.openlog.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(counted, actor):
    meeting = counted(rules=("contributions", "opinion"))
    head = actor(Role.HEAD, meeting.place)
    choose(head, meeting)
    vote, talk = meeting.matters.all()
    actions.record_opinion(head, talk, text="Lamps off at eleven #hash [b]", households=12)
    decide(head, vote, agree=171, against=0)
    return Meeting.objects.get(pk=meeting.pk)


@pytest.mark.parametrize("language", ["vi", "en", "id"])
def test_each_paper_is_a_pdf_for_whom_it_is_for(held, signed_in, city, language):
    said = {"accept-language": language}
    vote = held.matters.first()
    public = [f"/meetings/{held.pk}/invitation.pdf", f"/matters/{vote.pk}/resolution.pdf"]
    closed = [f"/meetings/{held.pk}/attendance.pdf", f"/meetings/{held.pk}/minutes.pdf"]
    head, stranger = signed_in(Role.HEAD, city.area), Client()
    for address in public + closed:
        answer = head.get(address, headers=said)
        assert answer.status_code == 200 and answer.content.startswith(b"%PDF-"), address
    assert all(stranger.get(a, headers=said).status_code == 200 for a in public)
    assert all(stranger.get(a, headers=said).status_code == 403 for a in closed)
    assert all(signed_in(Role.HEAD, city.area2).get(a, headers=said).status_code == 403 for a in closed)


def test_the_resolution_says_what_the_law_of_the_day_asked_and_names_nobody(held, settings):
    settings.KHEO_URL = "https://kheo.example"
    vote = held.matters.first()
    with translation.override("vi"):
        data = papers.resolution_data(vote.decision)
    words = json.dumps(data, ensure_ascii=False)
    assert "NGHỊ QUYẾT" in words and "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in words and "KHU VỰC 3" in words
    assert "171" in words and "240" in words and "160" in words and "15(1)" in words
    assert "Cô Bảy" not in words and "Chú Năm" not in words and held.called_by.name not in words


def test_the_minutes_name_who_wrote_and_counted(held):
    with translation.override("en"):
        data = papers.minutes_data(held)
    words = json.dumps(data, ensure_ascii=False)
    assert all(name in words for name in ("Cô Bảy", "Anh Ba", "Lamps off at eleven", "171 of 240 households (71.3 %)"))


def test_each_decision_in_the_minutes_leads_to_its_receipt(held):
    assert not any(m["receipt"] for m in papers.minutes_data(held)["matters"])  # not numbered yet
    sequencer.drain()
    with translation.override("en"):
        receipts = [m["receipt"] for m in papers.minutes_data(held)["matters"] if m["receipt"]]
        resolution = papers.resolution_data(held.matters.first().decision)
    index = Entry.objects.get(verb="meeting.decided", subject=name_of(held.matters.first().decision)).index
    assert receipts[0]["url"].endswith(f"/log/{index}/") and receipts[0]["said"] == f"Public log, no. {index}"
    assert (resolution["url"], resolution["scan"]) == (receipts[0]["url"], receipts[0]["said"])
    assert papers.minutes(held).startswith(b"%PDF-")


def test_the_sheet_has_a_row_for_each_number_and_no_name(held):
    data = papers.attendance_data(held)
    assert data["rows"] == 240
    assert "Cô Bảy" not in json.dumps(data, ensure_ascii=False)


def test_no_resolution_without_a_decision(held, counted, actor, city):
    talk, few = held.matters.last(), counted(present=119).matters.get()
    for matter in (talk, few):
        assert Client().get(f"/matters/{matter.pk}/resolution.pdf").status_code == 404


def test_slips_are_all_alike(counted, actor, city, signed_in):
    from datetime import timedelta

    from kheo.core import clock

    meeting = counted(present=60)
    slips = actions.call_second_way(actor(Role.HEAD, city.area), meeting, ends_at=clock.now() + timedelta(days=5), where="Nhà văn hóa")
    data = papers.slips_data(slips)
    assert data["count"] == 240 and len(data["choices"]) == 3
    answer = signed_in(Role.HEAD, city.area).get(f"/meetings/{slips.pk}/slips.pdf")
    assert answer.content.startswith(b"%PDF-")
    assert Client().get(f"/meetings/{slips.pk}/slips.pdf").status_code == 403
    assert signed_in(Role.HEAD, city.area).get(f"/meetings/{meeting.pk}/slips.pdf").status_code == 404


@pytest.mark.parametrize(("kind", "office"), [("ap", "TRƯỞNG ẤP"), ("khom", "TRƯỞNG KHÓM"), ("to", "TỔ TRƯỞNG TỔ DÂN PHỐ")])
def test_the_papers_name_the_office_of_the_area_as_it_is_called_there(held, kind, office):
    held.place.kind = kind
    with translation.override("vi"):
        assert papers.invitation_data(held)["caller"] == office
        assert papers.minutes_data(held)["signers"][-1] == papers.attendance_data(held)["signers"][-1] == office


def test_a_question_keeps_its_lines_until_the_answer_is_written_down(held):
    vote = held.matters.first()
    vote.title = "How much does each household give?"
    assert "……" in papers.resolution_data(vote.decision)["articles"][0]
    vote.outcome = "200,000 đ, cô Bảy keeps the book #hash [b]"
    first = papers.resolution_data(vote.decision)["articles"][0]
    assert vote.outcome in first and "……" not in first
