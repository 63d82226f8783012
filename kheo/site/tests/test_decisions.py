"""A decision's own page, and where what is owed after it shows."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.evidence import actions as evidence
from kheo.evidence import photos
from kheo.meetings import actions as meetings
from kheo.meetings import law
from kheo.meetings.models import Decision, Duty

EN = {"accept-language": "en"}


def text_of(client: Client, address: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", client.get(address, headers=EN).text))


@pytest.fixture
def decision(told: Any) -> Any:
    return told.work.decision


def test_the_page_says_the_whole_sum(decision: Any, client: Client) -> None:
    text = text_of(client, decision.get_absolute_url())
    assert "171 of 240 household representatives = 71.3 %, needs at least 66.7 % (160)" in text
    assert "198 of 240 households = 82.5 %, needs at least 50 % (120)" in text
    assert "Of all households, also of those who did not come." in text
    assert "Voted by a show of hands. The law allows it." in text
    assert "Invited 3 days before, at least 3 days" in text
    assert "Article 15(1), Law 10/2022/QH15" in text
    assert text.count("second-hand") == 1 and "our copy of the law may be wrong" in text
    page = client.get(decision.get_absolute_url(), headers=EN).text
    assert re.search(r'<details class="fold"><summary>Source</summary><p class="what" lang="en">[^<]+</p></details>', page)


def test_slips_are_held_against_the_days_left_for_answering(
    actor: Any, city: Any, client: Client, photo_upload: Any, settings: Any
) -> None:
    """Nobody is invited to slips: what the law asks is time to answer."""
    settings.KHEO_DEMO = True
    head, start = actor(Role.HEAD, city.area), clock.now()
    meeting = meetings.call_meeting(
        head, city.area, starts_at=start + timedelta(days=4), where="Nhà văn hóa", matters=[("Góp sửa cống", "contributions", [])]
    )
    with clock.at(start + timedelta(days=4, hours=2)):
        few = meetings.count_households(head, meeting, present=90, sheet=photos.store(photo_upload()))
        slips = meetings.call_second_way(head, few, ends_at=clock.now() + timedelta(days=5), where="Nhà văn hóa")
    with clock.at(start + timedelta(days=10)):
        slips = meetings.count_households(head, slips, present=200, sheet=photos.store(photo_upload()))
        matter = slips.matters.get()
        meetings.open_second_count(head, slips, code="ACDEFGHJ")
        meetings.enter_tally(head, matter, agree=170, against=20)
        meetings.enter_tally(Actor("device:second"), matter, agree=170, against=20, code="ACDEFGHJ")
    text = text_of(client, Decision.objects.get(matter=matter).get_absolute_url())
    assert "Time enough to answer? 5 days to answer, at least 3 days" in text
    assert "Invited" not in text


def test_the_page_shows_its_receipt_and_the_work(decision: Any, told: Any, client: Client) -> None:
    page = client.get(decision.get_absolute_url(), headers=EN).text
    assert re.search(r'href="/log/\d+/"', page) and told.work.get_absolute_url() in page


def test_who_may_not_say_it_was_done_has_no_button(decision: Any, client: Client, signed_in: Any, city: Any) -> None:
    button = reverse("meetings:duty", args=[decision.duties.get(key="post").pk])
    assert button not in client.get(decision.get_absolute_url()).text
    assert button not in signed_in(Role.HEAD, city.other_area).get(decision.get_absolute_url()).text
    assert button in signed_in(Role.HEAD, city.area).get(decision.get_absolute_url()).text


def test_late_shows_on_the_decision_the_meeting_the_work_and_the_desks(
    decision: Any, told: Any, signed_in: Any, client: Client, city: Any
) -> None:
    owed = decision.duties.filter(done_on=None).count()
    assert owed == Duty.objects.late().count() == 5  # two of the law, three of the kit
    assert "something owed is late" in text_of(client, decision.get_absolute_url())
    assert "late: counts as not done" in text_of(client, told.meeting.get_absolute_url())
    assert "5 things owed are late: count as not done" in text_of(client, told.work.get_absolute_url())
    for role, place in ((Role.HEAD, city.area), (Role.OFFICER, city.ward)):
        assert "Post the decision where everybody passes, and 4 more" in text_of(signed_in(role, place), "/desk/")
    assert "Post the decision" not in text_of(signed_in(Role.OFFICER, city.other_ward), "/desk/")


def test_done_in_time_shows_on_the_work(decision: Any, told: Any, client: Client) -> None:
    Duty.objects.update(due_on=clock.today() + timedelta(days=1), done_on=clock.today(), told_on=clock.today())
    assert "all of it in time" in text_of(client, told.work.get_absolute_url())


def test_a_hidden_matter_has_no_page_for_the_public(decision: Any, actor: Any, signed_in: Any, client: Client, city: Any) -> None:
    evidence.hide(actor(Role.OFFICER, city.ward), decision.matter, reason="Nêu tên người.")
    assert client.get(decision.get_absolute_url()).status_code == 404
    assert signed_in(Role.OFFICER, city.ward).get(decision.get_absolute_url()).status_code == 200
    assert not Duty.objects.shown().exists()


@pytest.mark.django_db
def test_the_law_page_tells_every_entry_with_article_source_and_mark(client: Client) -> None:
    text = text_of(client, "/law/")
    for entry in (*law.rules(), *law.duties(), *law.general()):
        for words in (dict(entry.names)["en"], f"Article {entry.article}, Law {entry.law}", entry.source):
            assert words.replace("'", "&#x27;") in text, words
    for term in law.terms():
        where = f"Article {term.article}, Law {term.law}" if term.article else f"Law {term.law}"
        for words in (dict(term.names)["en"], dict(term.says)["en"], where, term.source):
            assert words.replace("'", "&#x27;") in text, words
    assert "at least 2/3 of all households agree" in text and "more than 1/2 of all households agree" in text
    assert "voted by a show of hands, in secret, by slips to every household or online" in text
    assert "within 5 working days, for 20 days" in text
