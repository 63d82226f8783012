"""The files of a book: other programs accept them, they say what the page says, they name nobody, and they take no memory."""

import csv
import io
import json
import re
import tracemalloc
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from beancount import loader
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kheo.core import clock
from kheo.core.actor import Role
from kheo.core.rules import Invalid, Refused
from kheo.evidence import photos
from kheo.initiatives.models import Initiative
from kheo.ledger import actions, balances, exports
from kheo.ledger.exports import beancount, table
from kheo.ledger.exports.rows import open_book
from kheo.ledger.models import Balance, Leg, PlanLine, Posting
from kheo.ledger.sums import sums_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def fetch(client, work):
    """``fetch("csv")``: the file's bytes, as everybody gets them."""

    def get(kind, status=200, who=client):
        response = who.get(f"/initiatives/{work.slug}/book/book.{kind}", headers={"accept-language": "vi"})
        assert response.status_code == status
        return b"".join(response.streaming_content) if status == 200 else b""

    return get


@pytest.fixture
def busy(keeper, work, give, photo_upload):
    """A book with money, materials and labour, a plan, a mistake taken back, a backdated entry and awkward words."""
    line = PlanLine.objects.create(initiative=work, position=1, what='Đèn "LED"', unit="VND", amount=300_000)
    give(900_000, name="Trần Văn Kín")
    give(
        50, unit="bag", source="source:businesses", what='=HYPERLINK("x") \\ cement\nin bags', name="Công ty Ánh Sáng", named_in_public=True
    )
    give(3, unit="labour-day", booked_on=clock.today() - timedelta(days=70))
    give(7, unit="m", what="wire")
    wrong = give(2_000_000, booked_on=clock.today() - timedelta(days=40))
    actions.reverse(keeper, wrong, reason="200,000 was meant")
    paper = photos.store(photo_upload())
    bill = actions.spend(keeper, work, unit="VND", amount=310_000, what="lamps", paper=paper, plan_line=line)
    actions.spend(keeper, work, unit="bag", amount=20, what="posts", paper=None)
    actions.reverse(keeper, bill, reason="returned")
    actions.spend(keeper, work, unit="VND", amount=290_000, what="lamps", paper=paper, plan_line=line)
    actions.pledge(keeper, work, unit="VND", amount=123_457, name="Lê Thị Sáu")
    return work


def sent(work, kind):
    """Send the file piece by piece, keeping none; how long it was."""
    response = exports.answer(work, kind)
    size = sum(len(piece) for piece in response)
    if kind == "xlsx":
        response.file_to_stream.close()  # the response itself would close the database too
    return size


def accepted(text):
    found, errors, _options = loader.load_string(text)
    assert not errors, errors
    return found


def test_beancount_accepts_the_book_and_counts_what_the_page_says(busy, fetch):
    text = fetch("beancount").decode()
    found = accepted(text)
    kinds = Counter(type(entry).__name__ for entry in found)
    assert kinds["Transaction"] == Posting.objects.count() and kinds["Commodity"] == 4
    held = {}
    for entry in found:
        for posting in getattr(entry, "postings", []):
            key = (posting.account.split(":Line")[0], posting.units.currency)
            held[key] = held.get(key, 0) + posting.units.number
    sums = sums_of([busy])[busy.pk]
    for unit, s in sums.items():
        commodity = beancount.commodity(unit)
        assert held["Assets:Hand", commodity] == s.in_hand and held.get(("Expenses:Spent", commodity), 0) == s.spent
    assert re.search(r"\^entry-5\b", text) and "reverses: 5" in text and "reversed-by: 6" in text
    assert "balance Assets:Hand 610000 VND" in text


def test_beancount_finds_out_when_an_entry_is_missing(busy, fetch):
    text = fetch("beancount").decode()
    start = text.index('* "" "posts"')
    start = text.rindex("\n\n", 0, start)
    cut = text[:start] + text[text.index("\n\n", start + 2) :]
    assert loader.load_string(cut)[1]


def test_an_empty_book_is_accepted_too(work, fetch):
    accepted(fetch("beancount").decode())
    assert json.loads(fetch("ocds.json"))["releases"][0]["contracts"][0]["implementation"]["transactions"] == []
    assert len(list(csv.reader(io.StringIO(fetch("csv").decode())))) == 1
    assert fetch("xlsx")[:2] == b"PK"


@pytest.mark.parametrize("kind", exports.KINDS)
def test_no_file_names_a_giver_who_did_not_wish_it_nor_a_promise(busy, fetch, signed_in, city, kind):
    for who in (None, signed_in(Role.HEAD, city.area), signed_in(Role.OFFICER, city.ward), signed_in(Role.OPERATOR, city.city)):
        whole = fetch(kind, **({"who": who} if who else {}))
        if kind == "xlsx":
            with zipfile.ZipFile(io.BytesIO(whole)) as book:
                whole = b"".join(book.read(name) for name in book.namelist())
        text = whole.decode()
        for hidden in ("Kín", "Sáu", "123457", "123,457", "123.457"):
            assert hidden not in text
        assert ("Ánh Sáng" in text) == (kind != "ocds.json")


def test_a_name_is_gone_from_the_files_when_it_is_erased_or_hidden(busy, fetch, keeper, actor, city):
    from kheo.evidence.actions import hide

    named = Posting.objects.get(giver__named_in_public=True)
    hide(actor(Role.OFFICER, city.ward), named, reason="A private person.")
    assert "Ánh Sáng" not in fetch("csv").decode() and "HYPERLINK" not in fetch("csv").decode()
    actions.erase_giver(keeper, named.giver)
    assert "Ánh Sáng" not in fetch("beancount").decode()


def test_csv_has_a_row_for_each_side_and_no_cell_is_a_formula(busy, fetch):
    rows = list(csv.DictReader(io.StringIO(fetch("csv").decode())))
    assert len(rows) == Leg.objects.count()
    per = Counter()
    for row in rows:
        per[row["number"], row["unit"]] += int(row["amount"])
        assert not any(cell.startswith(("=", "+", "@")) for cell in row.values())
    assert set(per.values()) == {0}
    assert {r["reversed_by"] for r in rows if r["number"] == "5"} == {"6"} and {r["reverses"] for r in rows if r["number"] == "6"} == {"5"}


def test_no_part_of_a_cell_is_a_formula_where_other_marks_part_the_columns():
    for words in ("=1+1", " =1", "xi măng;=1+cmd|' /C calc'!A0", "a\t@SUM(1)", "b; -2+3", "c|+1", "＝1"):
        cells = re.split(r"[;|\t]", table.plain(words))
        assert not any(cell.strip().startswith(("=", "+", "-", "@", "＝")) for cell in cells), words
    assert table.plain("Xi măng PCB40 - 50 bao (2+1)") == "Xi măng PCB40 - 50 bao (2+1)"


def test_ocds_is_a_release_package_of_money_alone(busy, fetch):
    """What https://standard.open-contracting.org/1.1/en/schema/reference/ requires of what we write."""
    package = json.loads(fetch("ocds.json"))
    assert {"uri", "version", "publishedDate", "publisher", "releases"} <= package.keys() and package["version"] == "1.1"
    assert package["publisher"]["name"]
    (release,) = package["releases"]
    assert {"ocid", "id", "date", "tag", "initiationType"} <= release.keys()
    assert re.fullmatch(r"ocds-[a-z0-9]{6}-.+", release["ocid"]) and "#" not in release["id"]
    assert release["tag"] == ["implementation"] and release["initiationType"] == "tender"
    assert release["buyer"]["id"] in {party["id"] for party in release["parties"] if "buyer" in party["roles"]}
    payers = [party["id"] for party in release["parties"] if "payer" in party["roles"]]
    (award,), (contract,) = release["awards"], release["contracts"]
    assert contract["awardID"] == award["id"] and contract["id"] and contract["status"] in {"pending", "active", "cancelled", "terminated"}
    paid = contract["implementation"]["transactions"]
    assert [t["value"]["amount"] for t in paid] == [310_000, -310_000, 290_000]
    assert len({t["id"] for t in paid}) == len(paid) and {t["value"]["currency"] for t in paid} == {"VND"}
    assert {t["payer"]["id"] for t in paid} == set(payers)
    assert sum(t["value"]["amount"] for t in paid) == sums_of([busy])[busy.pk]["VND"].spent
    for moment in (package["publishedDate"], release["date"], *(t["date"] for t in paid)):
        assert datetime.fromisoformat(moment).tzinfo
    assert (
        paid[0]["source"].startswith("http")
        and "uri" not in paid[0]
        and release["planning"]["budget"]["amount"] == {"amount": 300_000, "currency": "VND"}
    )


@pytest.mark.parametrize("title", ["HERE", '["HERE"]'])
def test_no_title_breaks_the_ocds_file(busy, fetch, title):
    Initiative.objects.filter(pk=busy.pk).update(title=title)
    (release,) = json.loads(fetch("ocds.json"))["releases"]
    assert release["contracts"][0]["title"] == title and len(release["contracts"][0]["implementation"]["transactions"]) == 3


def test_the_workbook_has_its_sheets_in_the_readers_language(busy, fetch, client):
    with zipfile.ZipFile(io.BytesIO(fetch("xlsx"))) as book:
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert len(names) == 3
    assert sheet.count("<row ") == 1 + Posting.objects.count() and "<f>" not in sheet


def test_help_to_a_household_leaves_out_what_could_point_at_it(busy, fetch, city):
    type(busy).objects.update(kit="poor-house", place=city.ward)
    for kind in ("csv", "beancount", "ocds.json"):
        text = fetch(kind).decode()
        for told in (busy.slug, busy.title, "lamps", "cement", "Ánh Sáng", "200,000", "households", "Households", "LED", city.area.slug):
            assert told not in text, (kind, told)
    accepted(fetch("beancount").decode())
    assert all("somebody" in row for row in fetch("csv").decode().splitlines() if "source:" in row)


@pytest.mark.parametrize("kind", [*exports.KINDS])
def test_a_draft_is_nobody_elses_to_take_away(work, fetch, kind):
    type(work).objects.update(state="draft")
    fetch(kind, status=403)


def test_an_unknown_kind_is_not_there(work, fetch):
    fetch("exe", status=404)


def test_what_is_booked_while_a_file_is_read_is_left_out(busy, give):
    book = open_book(busy)
    reading = book.bookings()
    next(reading)
    give(999)
    assert 1 + len(list(reading)) == book.last == Posting.objects.count() - 1


def test_the_number_of_questions_grows_with_ranges_not_with_entries(busy, monkeypatch):
    from kheo.ledger.exports import rows

    def asked(kind):
        with CaptureQueriesContext(connection) as questions:
            assert sent(busy, kind)
        return len(questions)

    for kind in exports.KINDS:
        once = asked(kind)
        monkeypatch.setattr(rows, "RANGE", 2)
        assert asked(kind) == once + -(-Posting.objects.count() // 2) - 1
        monkeypatch.undo()


@pytest.mark.slow  # every allocation is traced
@pytest.mark.parametrize("kind", exports.KINDS)
def test_a_file_is_made_in_pieces(work, keeper, give, paper, kind, monkeypatch):
    """Four times the book takes hardly more memory (bench/ledger.py measures the same at a million real sides)."""
    from kheo.ledger.exports import rows

    give()
    actions.spend(keeper, work, unit="VND", amount=1, what="x" * 100, paper=paper)
    _gift, one = open_book(work).bookings()
    monkeypatch.setattr(
        rows, "_read", lambda book, first, last: (replace(one, number=n, what=f"{n} {one.what}") for n in range(first, last))
    )

    def peak(entries):
        monkeypatch.setattr(exports, "open_book", lambda initiative: replace(open_book(initiative), last=entries))
        tracemalloc.start()
        size = sent(work, kind)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most, size

    peak(10)
    small, short = peak(1_500)
    large, long = peak(6_000)
    assert long > 2 * short
    assert large < small + 100_000


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["receive", "spend", "reverse"]), st.integers(1, 50), st.sampled_from(["VND", "kg"]), st.booleans()),
        max_size=14,
    )
)
def test_running_totals_always_say_what_the_legs_say(work, keeper, paper, steps):
    from django.db import transaction

    with transaction.atomic():
        line = PlanLine.objects.create(initiative=work, position=1, what="wire", unit="VND", amount=10)
        for act, amount, unit, planned in steps:
            try:
                if act == "receive":
                    actions.receive(keeper, work, unit=unit, amount=amount)
                elif act == "spend":
                    actions.spend(
                        keeper,
                        work,
                        unit=unit,
                        amount=amount,
                        what="wire",
                        paper=paper,
                        plan_line=line if planned and unit == "VND" else None,
                    )
                elif postings := list(Posting.objects.filter(initiative=work)):
                    actions.reverse(keeper, postings[amount % len(postings)], reason="wrong")
            except (Invalid, Refused):
                pass
            assert balances.compare() == []
        before = {(b.unit, b.account): b.total for b in Balance.objects.exclude(total=0)}
        text = "".join(beancount.lines(open_book(work)))
        assert not loader.load_string(text)[1]
        Balance.objects.all().delete()
        PlanLine.objects.update(spent=77)
        assert balances.compare()
        balances.rebuild()
        assert balances.compare() == []
        assert {(b.unit, b.account): b.total for b in Balance.objects.all()} == before
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_books_kept_at_once_lose_no_sum(keeper, work, together):
    assert together(lambda i: actions.receive(keeper, work, unit="VND", amount=i + 1), n=6) == ["done"] * 6
    assert balances.compare() == [] and sums_of([work])[work.pk]["VND"].in_hand == 21


def test_the_command_finds_a_wrong_total_and_makes_it_right(give, capsys):
    from kheo.cli import main

    give()
    assert main(["books", "check"]) == 0
    Balance.objects.filter(account="hand").update(total=5)
    assert main(["books", "check"]) == 1 and "stored 5, the entries say 100000" in capsys.readouterr().out
    assert main(["books", "rebuild"]) == 0 and main(["books", "check"]) == 0
