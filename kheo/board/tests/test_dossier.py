"""The file that protects: what it says, what it never says, and that a long book does not make it slow."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from kheo.board import accounts, dossier
from kheo.checks.models import Check, Visit, VisitState, Volunteer
from kheo.checks.testing import book, closed_unit
from kheo.core import clock
from kheo.core.actor import Role
from kheo.evidence import photos
from kheo.initiatives import actions as initiatives
from kheo.initiatives.models import Initiative
from kheo.ledger import actions as ledger
from kheo.ledger.models import PlanLine, Posting
from kheo.openlog import sequencer
from kheo.results import actions as results
from kheo.results.models import Result


def _work(city: Any, actor: Any, kit: str = "rural-lighting", **more: Any) -> Initiative:
    head = actor(Role.HEAD, city.area)
    made = initiatives.draft_initiative(head, city.area, kit=kit, title="Thắp sáng hẻm 47", summary="Hẻm tối, bà con đi đêm.", **more)
    initiatives.give_mandate(head, made, kind="gifts", note="Bà con tự nguyện")
    initiatives.submit_initiative(head, made)
    initiatives.register_initiative(actor(Role.OFFICER, city.ward), made)
    made.refresh_from_db()
    return made


@pytest.fixture
def work(city: Any, actor: Any, photo_upload: Any) -> Initiative:
    """A work with a giver, a spending, a correction, a photo and a check."""
    head = actor(Role.HEAD, city.area)
    made = _work(city, actor, site=city.road, targets={"rural-lighting.lamps": 30})
    ledger.receive(head, made, unit="VND", amount=9_000_000, name="Bà Tư Lành", named_in_public=True)
    wrong = ledger.receive(head, made, unit="labour-day", amount=12)
    ledger.reverse(head, wrong, reason="Ghi nhầm hẻm khác")
    ledger.spend(head, made, unit="VND", amount=4_000_000, what="Dây điện", paper=photos.store(photo_upload()))
    results.report_result(
        head, made, indicator="rural-lighting.lamps", quantity=28, day=clock.today(), site=city.road, photos=[photos.store(photo_upload())]
    )
    Result.objects.update(checked=25)
    sequencer.drain()
    return made


def _said(work: Initiative, language: str = "en") -> tuple[dict[str, Any], str, dict[str, bytes]]:
    with translation.override(language):
        data, files = dossier.facts(work)
        return data, json.dumps(data, ensure_ascii=False, default=str), files


@pytest.mark.parametrize("language", ["vi", "en"])
def test_it_is_a_paper_in_the_readers_language(work: Initiative, client: Any, language: str) -> None:
    answer = client.get(f"/initiatives/{work.slug}/file.pdf", headers={"accept-language": language})
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-") and len(answer.content) > 20_000


def test_it_says_what_the_pages_say(work: Initiative, city: Any) -> None:
    data, text, files = _said(work)
    assert data["sums"][0] == ["9,000,000 ₫", "4,000,000 ₫", "5,000,000 ₫"]
    assert data["figures"][0]["rows"] == ["25 lamps", "28 lamps", "30 lamps"]
    assert [p[0] for p in data["postings"]] == ["4", "3", "2", "1"] and "Dây điện" in data["postings"][0][2]
    assert "Ghi nhầm hẻm khác" in data["corrections"][0]
    assert len(data["photos"]) == 1 and data["photos"][0]["file"] in files
    with translation.override("en"):
        assert any(city.road.full_name in row[1] for row in data["cover"]["rows"])
    assert "Bà con tự nguyện" in text
    numbered = [r["number"] for r in data["receipts"]]
    assert numbered and all(f"receipt-{n}.svg" in files for n in numbered)
    assert all(len(r["leaf"]) == 64 for r in data["receipts"])
    assert any(len(row[1]) == 44 for row in data["log"]["rows"])  # the root hash


def test_the_plan_the_counts_and_the_suppliers_papers_stand_in_it(work: Initiative, city: Any, actor: Any) -> None:
    """What was planned beside what was spent, what two people counted beside what the book said, each paper with its hash."""
    head = actor(Role.HEAD, city.area)
    PlanLine.objects.create(initiative=work, position=1, what="Đèn", unit="VND", amount=5_000_000)
    for who in (head, actor(Role.CHECKER, city.ward)):
        ledger.count_cash(who, work, cash=4_900_000)
    sequencer.drain()
    data, _text, files = _said(work)
    assert data["plan"] == [["Đèn", "5,000,000 ₫", "0 ₫"], ["Not in the plan", "–", "4,000,000 ₫"]]
    (count,) = data["counts"]
    assert count[1:4] == ["4,900,000 ₫", "5,000,000 ₫", "100,000 ₫ less than the book"] and count[4].isdigit()
    (paper,) = data["papers"]
    assert paper["caption"] == "Entry 4 · Dây điện · 4,000,000 ₫" and paper["file"] in files
    assert paper["hash"] == Posting.objects.get(kind="spending").paper.original_sha256


def test_what_was_found_by_people_drawn_stands_in_it(work: Initiative, city: Any) -> None:
    for kind, months in (("round", 0), ("lasting", 6)):
        units = list(book(city.ward, {Result.objects.get(): [9, 9, 10]}, kind=kind, months=months).units.order_by("rank"))
        for unit, reading in zip(units, (units[0].claim, 1, None), strict=True):
            closed_unit(unit, reading)
    rows = _said(work)[0]["looks"]
    assert [row[1] for row in rows] == ["2 places counted, 1 right"] * 2
    assert {row[2] for row in rows} == {"less than reported: 1 · nobody could visit: 1"}
    assert sum("6 months later" in row[0] for row in rows) == 1 and all("/rounds/" in row[3] for row in rows)


def test_the_key_receipts_are_kept_however_much_was_done(work: Initiative, monkeypatch: Any) -> None:
    monkeypatch.setattr(dossier, "CODES", 2)
    words = [receipt["words"] for receipt in _said(work)[0]["receipts"]]
    assert len(words) == 2 and "The ward registered the work with its targets." in words


def test_labour_is_done_and_never_left(work: Initiative, actor: Any, city: Any) -> None:
    ledger.receive(actor(Role.HEAD, city.area), work, unit="labour-day", amount=20)
    assert _said(work)[0]["sums"][1] == ["20 labour-days", "–", "Labour done"]


def test_it_names_neither_givers_nor_checkers(work: Initiative, person: Any, city: Any) -> None:
    checker = person(Role.CHECKER, city.ward, "anh Năm Kiểm")
    Check.objects.create(
        result=Result.objects.get(),
        checker=checker,
        asked_at=clock.now(),
        due_on=clock.today(),
        state="done",
        measured=25,
        done_at=clock.now(),
    )
    data, text, _files = _said(work)
    assert data["checks"][0][2:4] == ["28 lamps", "25 lamps"]
    assert "Năm Kiểm" not in text and "Tư Lành" not in text


def test_at_homes_it_shows_no_address_no_photo_no_giver(city: Any, actor: Any, photo_upload: Any) -> None:
    head = actor(Role.HEAD, city.area)
    home = _work(city, actor, kit="house-repair", targets={"house-repair.houses": 1})
    ledger.receive(head, home, unit="VND", amount=9_000_000, source="source:businesses", what="Công ty Mái Ấm", name="Bà Tư Lành")
    results.report_result(
        head, home, indicator="house-repair.houses", quantity=1, day=clock.today(), session="mai-1", photos=[photos.store(photo_upload())]
    )
    sequencer.drain()
    data, text, files = _said(home)
    assert data["private"] and data["photos"] == data["results"] == data["checks"] == data["sources"] == []
    assert not [name for name in files if name.endswith(".webp")]
    assert data["figures"][0]["few"]
    for word in (city.area.name, city.road.name + ",", "Mái Ấm", "Tư Lành", "Bà con tự nguyện"):
        assert word not in text.replace(home.title, ""), word


def test_whoever_counts_is_not_led_by_it(work: Initiative, person: Any, signed_in: Any, city: Any) -> None:
    due = clock.today() + timedelta(days=3)
    Result.objects.update(checked=None)
    Check.objects.create(result=Result.objects.get(), checker=person(Role.CHECKER, city.ward), asked_at=clock.now(), due_on=due)
    url = f"/initiatives/{work.slug}/file.pdf"
    assert signed_in(Role.CHECKER, city.ward).get(url).status_code == 403
    assert signed_in(Role.HEAD, city.area).get(url).status_code == 200


def test_whoever_was_drawn_and_goes_is_not_led_by_it_either(work: Initiative, person: Any, signed_in: Any, city: Any) -> None:
    """Only once they said yes: before that nobody tells them which place it is."""
    unit = book(city.ward, {Result.objects.get(): [28]}).units.get()
    volunteer = Volunteer.objects.create(user=person(Role.CHECKER, city.other_ward), home=city.other_ward, joined_at=clock.now())
    visit = Visit.objects.create(unit=unit, volunteer=volunteer, seat=1, code="0" * 32, offered_at=clock.now(), answer_by=clock.now())
    client, url = signed_in(Role.CHECKER, city.other_ward), f"/initiatives/{work.slug}/file.pdf"
    assert client.get(url).status_code == 200
    visit.state = VisitState.ACCEPTED
    visit.save()
    assert client.get(url).status_code == 403


def test_nothing_is_public_before_the_ward_registers_it(city: Any, actor: Any, client: Any) -> None:
    made = initiatives.draft_initiative(
        actor(Role.HEAD, city.area), city.area, kit="trees", title="Cây", summary="Trồng.", targets={"trees.planted": 9}
    )
    assert client.get(f"/initiatives/{made.slug}/file.pdf").status_code == 403


def test_it_is_made_anew_when_somebody_acts(work: Initiative, city: Any, actor: Any, client: Any, monkeypatch: Any) -> None:
    from kheo.board import views

    made: list[int] = []
    monkeypatch.setattr(views, "dossier", lambda w: made.append(w.pk) or b"%PDF-x")
    url = f"/initiatives/{work.slug}/file.pdf"
    assert [client.get(url).content for _ in range(2)] == [b"%PDF-x"] * 2 and len(made) == 1
    ledger.receive(actor(Role.HEAD, city.area), work, unit="VND", amount=1000)
    client.get(url)
    client.get(url, headers={"accept-language": "en"})
    assert len(made) == 3


def test_a_long_book_is_cut_with_its_totals(work: Initiative, monkeypatch: Any, django_assert_max_num_queries: Any) -> None:
    monkeypatch.setattr(accounts, "POSTINGS", 2)
    with django_assert_max_num_queries(70):  # five for each receipt: its code holds the proof
        data, _text, _files = _said(work)
    assert len(data["postings"]) == 2 and data["sums"][0][0] == "9,000,000 ₫"
    assert "4 entries" in data["cut"] and f"/initiatives/{work.slug}/book/" in data["cut"]
