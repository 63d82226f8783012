"""The book's page: what it says, how few questions it asks, and what it never shows."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kheo.core.actor import Role
from kheo.evidence import photos
from kheo.initiatives.models import State
from kheo.ledger import actions, bookpage
from kheo.ledger.models import PlanLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(client, work):
    """``book("?before=3")``: the page's text, in English."""

    def get(query="", who=client):
        response = who.get(f"/initiatives/{work.slug}/book/{query}", headers={"accept-language": "en"})
        assert response.status_code == 200
        return response.text

    return get


def numbers(page):
    """The entries a page shows, in its order."""
    return [int(n) for n in re.findall(r'id="n(\d+)"', page)]


def test_pages_are_found_by_number_and_hold_every_entry_once(book, give, monkeypatch):
    monkeypatch.setattr(bookpage, "PAGE", 3)
    for _ in range(8):
        give()
    assert numbers(book()) == [8, 7, 6]
    assert numbers(book("?before=6")) == [5, 4, 3]
    assert numbers(book("?before=3")) == [2, 1]
    assert numbers(book("?after=2")) == [5, 4, 3]
    assert numbers(book("?after=5")) == [8, 7, 6]
    assert "Older" in book() and "Newer" not in book()
    assert "Older" not in book("?before=3") and "Newer" in book("?before=3")


@pytest.mark.parametrize(
    "query", ["?before=x", "?before=-1", "?after=", "?before=²", "?before=99999999999", "?after=99999999999", "?before=0"]
)
def test_an_odd_address_shows_a_page_all_the_same(book, give, query):
    give()
    book(query)


def test_the_page_asks_as_many_questions_for_one_entry_as_for_a_full_page(book, give, client, work):
    def asked():
        with CaptureQueriesContext(connection) as questions:
            book()
        return len(questions)

    give(named_in_public=True, name="bà Ba")
    asked()  # the first page of all asks for what every page keeps
    first = asked()
    for n in range(60):
        give(amount=n + 1, name="ông Tư" if n % 2 else "")
    assert asked() == first <= 12


def test_a_correction_is_struck_through_with_its_reason_and_both_entries_stay(book, keeper, give):
    wrong = give(2_000_000, what="cement")
    actions.reverse(keeper, wrong, reason="200,000 was meant")
    page = book()
    assert numbers(page) == [2, 1]
    assert re.search(r"<del>.*2,000,000.*</del>", page) and "<del>cement</del>" in page
    assert page.count("200,000 was meant") == 2  # by the entry that was wrong, and by the one that took it back


def test_both_sides_of_an_entry_can_be_seen(book, give):
    give(5_000, source="source:businesses")
    page = book()
    assert "Both sides" in page and "Businesses: −5,000" in page and "In hand: 5,000" in page


def test_one_paper_for_two_entries_is_told_at_both(book, work, give, keeper, paper, photo_upload):
    give(100)
    first = actions.spend(keeper, work, unit="VND", amount=40, what="Lamps", paper=paper)
    again = actions.spend(keeper, work, unit="VND", amount=40, what="Wire", paper=paper)
    other = actions.spend(keeper, work, unit="VND", amount=10, what="Posts", paper=photos.store(photo_upload()))
    page = book()
    assert all(f"The same paper stands at entry {n.number} of" in page for n in (first, again))
    assert f"entry {other.number} of" not in page
    actions.reverse(keeper, again, reason="Twice")
    assert "The same paper" not in book()


def test_what_is_promised_is_a_sum_only(book, work, actor, keeper, give):
    for amount in (30_000, 40_000):
        actions.pledge(actor(), work, unit="VND", amount=amount, name="Lê Thị Sáu")
    page = book()
    assert "70,000" in page and "30,000" not in page and "40,000" not in page and "Lê Thị Sáu" not in page


def test_the_plan_stands_beside_what_was_spent(book, signed_in, city, work, post, keeper, photo_upload):
    type(work).objects.update(state=State.DRAFT)
    client = signed_in(Role.ORGANISER, city.other_ward, "cô Lan")
    lines = {"what_1": "Lamps", "amount_1": "300.000", "what_3": "Wire", "amount_3": "100000", "unit_3": "VND"}
    assert post(client, "plan", work.slug, **lines).status_code == 302
    assert list(PlanLine.objects.values_list("position", "what", "amount")) == [(1, "Lamps", 300_000), (2, "Wire", 100_000)]
    type(work).objects.update(state=State.REGISTERED)
    work.refresh_from_db()
    lamps, wire = PlanLine.objects.all()
    actions.receive(keeper, work, unit="VND", amount=900_000)
    paper = photos.store(photo_upload())
    bill = actions.spend(keeper, work, unit="VND", amount=310_000, what="lamps", paper=paper, plan_line=lamps)
    actions.spend(keeper, work, unit="VND", amount=50_000, what="wire", paper=paper, plan_line=wire)
    actions.spend(keeper, work, unit="VND", amount=7_000, what="tea", paper=paper)
    page = book()
    assert "more than planned" in page and "310,000 ₫" in page and "Not in the plan" in page and "7,000 ₫" in page
    actions.reverse(keeper, bill, reason="returned to the shop")
    assert "more than planned" not in book()
    assert list(PlanLine.objects.values_list("spent", flat=True)) == [0, 50_000]


def test_labour_is_done_and_never_left_while_materials_are_used(book, give, keeper, work):
    PlanLine.objects.create(initiative=work, position=1, what="Digging", unit="labour-day", amount=40)
    give(30, unit="labour-day")
    give(9, unit="bag")
    actions.spend(keeper, work, unit="bag", amount=4, what="cement", paper=None)
    page = book()
    sums = sorted(" ".join(re.sub(r"<[^>]*>", " ", dl).split()) for dl in re.findall(r'<dl class="inout">(.*?)</dl>', page))
    assert sums == ["In 9 bags Spent or used 4 bags Left 5 bags", "Labour done 30 labour-days"]
    assert not re.search(r"(?<!\d)0 labour-days", page)
    assert "−30 labour-days" in page and "-30 labour-days" not in page  # both sides, with a real minus


def test_a_wrong_line_of_the_plan_is_named_and_what_was_typed_is_kept(signed_in, city, work, post):
    type(work).objects.update(state=State.DRAFT)
    client = signed_in(Role.ORGANISER, city.other_ward, "cô Lan")
    page = post(client, "plan", work.slug, what_1="Lamps", amount_1="many", amount_4="50000").text
    assert "Line 1:" in page and "Line 4:" in page and "many" in page and not PlanLine.objects.exists()


def test_the_plan_stands_once_the_work_is_registered(signed_in, city, work, post):
    client = signed_in(Role.ORGANISER, city.other_ward, "cô Lan")
    assert post(client, "plan", work.slug, what_1="Lamps", amount_1="5").status_code == 403
    assert not PlanLine.objects.exists()


def test_spending_cannot_name_the_line_of_another_work_or_unit(work, keeper, give, paper):
    from kheo.core.rules import Invalid

    give()
    line = PlanLine.objects.create(initiative=work, position=1, what="sand", unit="kg", amount=5)
    with pytest.raises(Invalid) as refused:
        actions.spend(keeper, work, unit="VND", amount=1, what="x", paper=paper, plan_line=line)
    assert refused.value.field == "plan_line"


def test_help_to_a_household_does_not_tell_sources_apart_while_they_are_few(book, work, give):
    type(work).objects.update(kit="poor-house")
    for _ in range(5):
        give()
    assert "Where it came from" in book()
    give(source="source:businesses")
    page = book()
    assert "Where it came from" not in page and "Businesses" not in page


@pytest.mark.parametrize("lines", [[("", "VND", 5)], [("a" * 161, "VND", 5)], [("a", "EUR", 5)], [("a", "VND", 0)], [("a", "VND", 10**13)]])
def test_the_action_refuses_lines_that_make_no_sense(work, actor, city, lines):
    from kheo.core.rules import Invalid

    type(work).objects.update(state=State.DRAFT)
    work.refresh_from_db()
    with pytest.raises(Invalid):
        actions.set_plan(actor(Role.ORGANISER, city.other_ward, "cô Lan"), work, lines=lines)
