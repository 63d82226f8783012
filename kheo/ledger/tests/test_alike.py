"""Giving, declining and withdrawing end alike; covering others has no name; one letter, to the giver alone."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django_tasks_db.models import DBTaskResult

from kheo.core import clock
from kheo.core.actor import Role
from kheo.core.rules import Invalid
from kheo.ledger import actions
from kheo.ledger.covers import AT_LEAST, sums_of_covers
from kheo.ledger.models import Cover, Giver, Pledge
from kheo.ledger.reminders import PAGES, remind
from kheo.openlog.models import Entry
from kheo.people.limits import LIMITS, Limit

pytestmark = pytest.mark.django_db
PROMISE = {"unit": "VND", "amount": "200.000"}


def shape(page):
    """The page with its code, its act ids and its tokens taken out."""
    return re.sub(
        r"[2-9a-hj-km-np-z]{4} [2-9a-hj-km-np-z]{4} [2-9a-hj-km-np-z]{4}|/pledges/\w{12}/|/noted/\w{12}/|value=\"[^\"]+\"|at\d+", "#", page
    )


def test_giving_declining_and_withdrawing_end_on_the_same_page(client, work, post):
    given = post(client, "pledge", work.slug, **PROMISE)
    declined = post(client, "pledge", work.slug, decline="1")
    withdrawn = post(client, "stub", Pledge.objects.get().code)
    pages = [client.get(r.url, headers={"accept-language": "en"}) for r in (given, declined, withdrawn)]
    assert [r.status_code for r in (given, declined, withdrawn)] == [302] * 3
    assert {re.sub(r"\w{12}/$", "", r.url) for r in (given, declined, withdrawn)} == {f"/initiatives/{work.slug}/noted/"}
    assert len({shape(p.text) for p in pages}) == 1 and "Noted. Thank you." in pages[0].text
    assert len({tuple(sorted(p.headers)) for p in pages}) == 1


def test_declining_writes_nothing(client, work, post):
    before = Entry.objects.count()
    post(client, "pledge", work.slug, decline="1", **PROMISE | {"name": "chị Hoa"})
    assert Entry.objects.count() == before and not Pledge.objects.exists() and not Giver.objects.exists()


def test_a_withdrawn_promise_and_one_never_made_say_the_same(client, work, post):
    post(client, "pledge", work.slug, **PROMISE)
    code = Pledge.objects.get().code
    post(client, "stub", code)
    gone, never = (client.get(f"/pledges/{c}/", headers={"accept-language": "en"}) for c in (code, "2" * 12))
    assert gone.status_code == never.status_code == 404
    assert shape(gone.text) == shape(never.text) and "nothing is asked of you" in gone.text


def test_covering_others_has_no_name_and_is_a_sum_of_several_only(client, signed_in, city, keeper, work, post):
    assert "stays without a name" in post(client, "pledge", work.slug, cover="on", name="bà Ba", **PROMISE).text
    with pytest.raises(Invalid):
        actions.receive(keeper, work, unit="VND", amount=5, source="source:businesses", cover=True)
    post(client, "pledge", work.slug, cover="on", **PROMISE)
    receipts = [actions.receive(keeper, work, unit="VND", amount=200_000, pledge=Pledge.objects.get())]
    with pytest.raises(Invalid):
        actions.receive(keeper, work, unit="VND", amount=200_000, cover=True, name="bà Ba")
    while len(receipts) < AT_LEAST:
        assert sums_of_covers(work) == {}
        receipts.append(actions.receive(keeper, work, unit="VND", amount=100_000, cover=True))
    assert sums_of_covers(work) == {"VND": 600_000} and Cover.objects.count() == AT_LEAST
    actions.reverse(keeper, receipts[-1], reason="counted twice")
    assert sums_of_covers(work) == {}
    logged = b"".join(bytes(part) for e in Entry.objects.all() for part in (e.leaf, e.facts, e.private) if part)
    assert b"cover" not in logged  # an entry never shows that it is one
    assert not Giver.objects.exists()


def test_one_more_cover_does_not_show_which_entry_it_is(keeper, work):
    """The sum is public as every entry is: a sum that grew by an entry's amount would point at it."""
    seen = []
    for n in range(2 * AT_LEAST):
        actions.receive(keeper, work, unit="VND", amount=100_000 + n, cover=True)
        seen.append(sums_of_covers(work).get("VND", 0))
    first, all_of_them = sum(100_000 + n for n in range(AT_LEAST)), sum(100_000 + n for n in range(2 * AT_LEAST))
    assert seen == [0] * (AT_LEAST - 1) + [first] * AT_LEAST + [all_of_them]


def ask(client, work, post, **more):
    day = clock.today() + timedelta(days=3)
    post(client, "pledge", work.slug, **PROMISE | {"email": "hoa@example.org", "promised_for": day} | more)
    return Pledge.objects.get()


def letters():
    return [t.args_kwargs["kwargs"] for t in DBTaskResult.objects.all()]


def test_one_letter_after_the_day_to_the_giver_alone_and_never_a_second(client, work, post, at_day):
    promise = ask(client, work, post)
    assert remind() == 0
    at_day(4)
    assert remind() == 1 and remind() == 0
    (letter,) = letters()
    assert letter["to"] == "hoa@example.org" and promise.code in letter["body"]
    assert not Giver.objects.exists()  # the address was all there was
    assert "You meant to give it by" in client.get(promise.get_absolute_url(), headers={"accept-language": "en"}).text


def test_nobody_fills_a_letter_box_with_promises_in_its_name(work, post, at_day, monkeypatch):
    """Each promise from a phone that was never seen before: only the address on the network is the same."""
    monkeypatch.setitem(LIMITS, "letter", Limit(address=12))
    asked = {**PROMISE, "email": "hoa@example.org", "promised_for": clock.today() + timedelta(days=3)}
    said = [post(Client(), "pledge", work.slug, **asked).status_code for _n in range(13)]
    assert said == [302] * 12 + [429]
    post(Client(), "pledge", work.slug, **asked | {"email": ""})
    at_day(4)
    assert remind() == 1 and remind() == 0
    (letter,) = letters()
    assert sum(promise.code in letter["body"] for promise in Pledge.objects.all()) == PAGES
    assert not Giver.objects.exists()


@pytest.mark.parametrize("end", ["withdrawn", "received"])
def test_no_letter_is_sent_when_it_is_settled(client, work, post, keeper, at_day, end):
    promise = ask(client, work, post, name="chị Hoa")
    if end == "withdrawn":
        post(client, "stub", promise.code)
        assert not Giver.objects.exists()
    else:
        actions.receive(keeper, work, unit="VND", amount=200_000, pledge=promise)
        assert Giver.objects.get().email == "" and Giver.objects.get().name == "chị Hoa"
    at_day(9)
    assert remind() == 0 and not DBTaskResult.objects.exists()


def test_an_address_needs_a_day_and_is_shown_to_nobody(client, signed_in, city, work, post):
    assert "by which day" in post(client, "pledge", work.slug, email="hoa@example.org", **PROMISE).text.lower()
    past = clock.today() - timedelta(days=1)
    assert "from today on" in post(client, "pledge", work.slug, promised_for=past, **PROMISE).text
    promise = ask(client, work, post)
    for role, at in ((Role.HEAD, city.area), (Role.OFFICER, city.ward), (Role.OPERATOR, city.city)):
        for page in (f"/initiatives/{work.slug}/", f"/initiatives/{work.slug}/book/", promise.get_absolute_url()):
            assert "hoa@example.org" not in signed_in(role, at).get(page).text
    logged = b"".join(bytes(part) for e in Entry.objects.all() for part in (e.leaf, e.facts, e.private) if part)
    assert b"hoa@" not in logged


def test_only_who_promised_with_an_account_sees_it_among_their_own(client, signed_in, city, work, post):
    post(signed_in(name="chị Hoa"), "pledge", work.slug, **PROMISE | {"amount": "234.567"})
    assert "234.567" in signed_in(name="chị Hoa").get("/pledges/", headers={"accept-language": "vi"}).text
    for who in (client, signed_in(Role.HEAD, city.area), signed_in(Role.OFFICER, city.ward), signed_in(Role.OPERATOR, city.city)):
        assert "234.567" not in who.get("/pledges/", headers={"accept-language": "vi"}).text
    code = Pledge.objects.get().code
    assert client.get("/pledges/", {"code": f"{code[:4]} {code[4:]}".upper()}).url == f"/pledges/{code}/"


def test_no_page_lists_promises_that_were_not_received(client, signed_in, city, work, post):
    """Every page of the book that leads further, as head, officer and operator: no code, memo, name or amount of an open promise."""
    for n in range(6):
        post(
            signed_in(name=f"neighbour {n}"),
            "pledge",
            work.slug,
            act_id=uuid.uuid4(),
            unit="VND",
            amount=f"{123_450 + n * 1_111}",
            name=f"Bà Năm{n}",
        )
    promises = list(Pledge.objects.all())
    for role, at in ((Role.HEAD, city.area), (Role.OFFICER, city.ward), (Role.OPERATOR, city.city), (Role.CITY_BOARD, city.city)):
        who, seen, todo = (
            signed_in(role, at),
            set(),
            [f"/initiatives/{work.slug}/", f"/initiatives/{work.slug}/book/", "/desk/", "/pledges/"],
        )
        while todo:
            page = todo.pop()
            if page in seen or len(seen) > 60:
                continue
            seen.add(page)
            answer = who.get(page, headers={"accept-language": "vi"})
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # some are papers or tables
            text = body.decode("utf-8", "replace")
            for promise in promises:
                assert promise.code not in text and promise.memo not in text and promise.spelt not in text, page
                assert f"{promise.amount:,}".replace(",", ".") not in text, page
            assert "Bà Năm" not in text, page
            todo += [u for u in re.findall(r'href="(/[^"#?]*)"', text) if work.slug in u]
        assert len(seen) >= 4
