"""Nobody is pressed to give: promises without a name, withdrawal without a reason, names that can be erased, no list of who has not."""

import json
import uuid
from pathlib import Path

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.urls import get_resolver, reverse

from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.evidence import photos
from kheo.evidence.rules import may_see_photo
from kheo.initiatives.models import State
from kheo.ledger import actions, models
from kheo.ledger.models import Giver, Pledge, Posting
from kheo.ledger.rules import keeps_book
from kheo.ledger.sums import sums_of
from kheo.openlog.models import Entry
from kheo.people.actor import actor_of
from kheo.people.limits import MISSES

pytestmark = pytest.mark.django_db
PROMISE = {"unit": "VND", "amount": "200.000"}


def logged():
    return b"".join(bytes(part) for e in Entry.objects.all() for part in (e.leaf, e.facts, e.private) if part)


def test_somebody_without_a_name_promises_and_withdraws_without_a_reason(client, work, post):
    page = client.get(f"/initiatives/{work.slug}/pledge/", headers={"accept-language": "en"})
    assert "No name needed" in page.text
    response = post(client, "pledge", work.slug, **PROMISE)
    promise = Pledge.objects.get()
    assert response.url == f"/initiatives/{work.slug}/noted/{promise.code}/" and not Giver.objects.exists()
    stub = client.get(promise.get_absolute_url(), headers={"accept-language": "en"})
    assert promise.spelt in stub.text and "no-store" in stub["Cache-Control"] and stub["X-Robots-Tag"] == "noindex"
    assert promise.code.encode() not in logged()
    assert post(client, "stub", promise.code).status_code == 302
    promise.refresh_from_db()
    assert promise.state == "withdrawn" and not sums_of([work])[work.pk]
    assert '<button class="btn" type="submit">' not in client.get(promise.get_absolute_url()).text
    again = post(client, "stub", promise.code)
    assert again.url == response.url and Entry.objects.filter(verb="ledger.withdrawn").count() == 1


def test_two_promises_from_one_phone_do_not_lead_to_each_other(client, work, post):
    for _ in range(2):
        post(client, "stub", post(client, "pledge", work.slug, **PROMISE).url.split("/")[4])
    first, second = (bytes(e.private) for e in Entry.objects.filter(verb="ledger.pledged").order_by("id"))
    assert client.cookies["kheo_device"].value and b"device" not in logged()
    assert first == second  # nothing in them but what everybody's says


def test_giving_labour_and_withdrawing_forgets_the_name(client, work, post):
    post(client, "pledge", work.slug, unit="labour-day", amount="2", name="chị Hoa")
    assert Giver.objects.get().name == "chị Hoa"
    post(client, "stub", Pledge.objects.get().code)
    assert not Giver.objects.exists() and b"Hoa" not in logged()


def test_a_promise_sent_twice_is_one(client, work, post):
    act = uuid.uuid4()
    urls = {post(client, "pledge", work.slug, act_id=act, **PROMISE).url for _ in range(2)}
    assert len(urls) == Pledge.objects.count() == 1


def test_promises_without_an_account_are_limited(client, work, post):
    statuses = [post(client, "pledge", work.slug, **PROMISE).status_code for _ in range(7)]
    assert statuses[0] == 302 and statuses[-1] == 429
    assert Pledge.objects.count() == statuses.count(302) < 7


def test_an_amount_that_cannot_be_is_refused(client, work, post):
    for amount in ("0", "-1", "1.5", "x", ""):
        assert post(client, "pledge", work.slug, unit="VND", amount=amount).status_code == 200
    assert not Pledge.objects.exists()


@pytest.mark.parametrize(("state", "words"), [(State.DRAFT, "when the ward has registered"), (State.COMPLETED, "This work is done")])
def test_promises_are_for_work_that_goes_on(client, work, post, state, words):
    type(work).objects.update(state=state)
    response = post(client, "pledge", work.slug, **PROMISE)
    assert response.status_code == 403 and words in response.text


def test_a_promise_is_received_by_its_code_and_only_once(signed_in, city, client, work, post):
    post(client, "pledge", work.slug, name="chị Hoa", **PROMISE)
    promise, head = Pledge.objects.get(), signed_in(Role.HEAD, city.area)
    receipt = {"unit": "VND", "amount": "200000", "source": "source:households", "pledge": promise.code.upper()}
    assert post(head, "receive", work.slug, **receipt | {"unit": "kg"}).status_code == 200
    act = uuid.uuid4()
    for _ in range(2):
        assert post(head, "receive", work.slug, act_id=act, **receipt).status_code == 302
    promise.refresh_from_db()
    assert promise.state == "received" and Giver.objects.get().posting == Posting.objects.get()
    assert "not open any more" in post(head, "receive", work.slug, **receipt).text
    received = post(client, "stub", promise.code)
    assert "has been received" in received.text and "Receipt No. 1," in received.text
    book = reverse("ledger:book", args=[work.slug])
    assert f'href="{book}?before=2#n1"' in received.text and 'id="n1"' in client.get(f"{book}?before=2").text
    post(head, "reverse", work.slug, 1, reason="counted twice")
    promise.refresh_from_db()
    assert promise.state == "open" and "Receipt No." not in client.get(promise.get_absolute_url(), headers={"accept-language": "en"}).text
    assert post(head, "receive", work.slug, **receipt).status_code == 302


def test_a_promise_of_another_work_is_not_found(signed_in, city, work, keeper, post):
    other = type(work).objects.get()
    other.pk, other.slug = None, "another"
    other.save()
    promise = actions.pledge(keeper, other, unit="VND", amount=5)
    receipt = {"unit": "VND", "amount": "5", "source": "source:households", "pledge": promise.code}
    assert "No promise for this work" in post(signed_in(Role.HEAD, city.area), "receive", work.slug, **receipt).text


def test_who_gives_with_an_account_is_known_to_the_conflict_rule_and_never_shown(signed_in, person, city, work, post, client):
    post(signed_in(), "pledge", work.slug, **PROMISE)
    assert Giver.objects.get().user == person() and Giver.objects.get().name == ""
    post(signed_in(Role.HEAD, city.area), "pledge", work.slug, **PROMISE)  # a head writes it down for a neighbour
    assert Giver.objects.count() == 1
    assert person().name not in client.get(f"/initiatives/{work.slug}/book/").text


def test_names_are_shown_only_as_the_giver_wished(signed_in, client, city, work, give):
    give(name="bà Ba"), give(name="Tiệm Tư Lợi", named_in_public=True), give()
    public = client.get(f"/initiatives/{work.slug}/book/", headers={"accept-language": "en"}).text
    assert "Tiệm Tư Lợi" in public and "bà Ba" not in public
    assert "bà Ba" in signed_in(Role.HEAD, city.area).get(f"/initiatives/{work.slug}/book/").text
    assert "bà Ba" not in signed_in(Role.OFFICER, city.ward).get(f"/initiatives/{work.slug}/book/").text
    assert b"Ba" not in logged() and "Lợi".encode() not in logged()


def test_showing_a_name_needs_a_name(signed_in, city, work, post):
    response = post(
        signed_in(Role.HEAD, city.area), "receive", work.slug, unit="VND", amount="5", source="source:households", named_in_public="on"
    )
    assert response.status_code == 200 and "write the name" in response.text


def test_a_name_is_erased_and_no_sum_changes(signed_in, city, work, give, post):
    gift = give(name="bà Ba", named_in_public=True)
    before = sums_of([work])
    assert post(signed_in(), "erase-giver", work.slug, gift.number).status_code == 403
    assert Giver.objects.exists()
    client = signed_in(Role.OFFICER, city.ward)
    assert post(client, "erase-giver", work.slug, gift.number).status_code == 302
    assert post(client, "erase-giver", work.slug, gift.number).status_code == 302  # sent twice: it is done
    assert not Giver.objects.exists() and sums_of([work]) == before and Posting.objects.get() == gift
    assert json.loads(bytes(Entry.objects.get(verb="ledger.giver-erased").facts)) == {"initiative": work.slug}
    assert "bà Ba" not in client.get(f"/initiatives/{work.slug}/book/").text


def test_an_officer_hides_the_words_of_an_entry_but_never_its_numbers(signed_in, client, city, work, give, post):
    gift = give(123_456, what="from bà Ba of house 12")
    assert post(signed_in(Role.HEAD, city.area), "hide", work.slug, gift.number, reason="names a neighbour").status_code == 403
    assert post(signed_in(Role.OFFICER, city.ward), "hide", work.slug, gift.number, reason="names a neighbour").status_code == 302
    page = client.get(f"/initiatives/{work.slug}/book/", headers={"accept-language": "en"}).text
    assert "house 12" not in page and "names a neighbour" in page and "123,456" in page


def test_the_book_of_a_draft_or_hidden_work_is_not_public(client, signed_in, city, work):
    type(work).objects.update(state=State.DRAFT)
    assert client.get(f"/initiatives/{work.slug}/book/").status_code == 403
    type(work).objects.update(state=State.REGISTERED, hidden_reason="spam", hidden_at=work.drafted_at)
    assert client.get(f"/initiatives/{work.slug}/book/").status_code == 403
    assert signed_in(Role.OFFICER, city.ward).get(f"/initiatives/{work.slug}/book/").status_code == 200


def test_the_book_takes_the_same_number_of_queries_however_long_it_is(client, work, give, django_assert_max_num_queries):
    give(name="bà Ba")
    for _ in range(12):
        give()
    with django_assert_max_num_queries(25):
        assert client.get(f"/initiatives/{work.slug}/book/").status_code == 200


def test_nothing_joins_givers_to_households_or_lists_who_has_not_given():
    """No model of the book points to a household or a list of residents; no address promises such a list; promises are never listed."""
    for model in (Giver, Pledge, Posting, models.Leg, models.Round):
        for name in ("household", "resident", "quota", "expected", "owed", "reminded_at"):
            with pytest.raises(FieldDoesNotExist):
                model._meta.get_field(name)
    addresses = [str(p.pattern) for p in get_resolver("kheo.ledger.urls").url_patterns]
    assert "initiatives/<slug:slug>/book/" in addresses
    for address in addresses:
        assert not any(word in address for word in ("missing", "unpaid", "debt", "remind", "not-given", "pledges/$"))
    room = Path(models.__file__).parent
    for template in room.rglob("*.html"):
        words = template.read_text(encoding="utf-8")
        assert "in pledges" not in words and "pledges.all" not in words and "pledge_set" not in words, template


def test_no_page_of_the_book_shows_an_open_promise(signed_in, city, work, client, post):
    post(client, "pledge", work.slug, name="chị Hoa", **PROMISE | {"amount": "234.567"})
    post(client, "pledge", work.slug, **PROMISE | {"amount": "100.000"})  # only the sum of what is promised is shown
    head = signed_in(Role.HEAD, city.area)
    for page in ("book", "receive", "round", "spend"):
        text = head.get(f"/initiatives/{work.slug}/{page}/").text
        assert "Hoa" not in text and "234.567" not in text and Pledge.objects.first().code not in text


def test_guessing_codes_of_promises_ends(client, work, post):
    post(client, "pledge", work.slug, **PROMISE)
    stub = Pledge.objects.get().get_absolute_url()
    for n in range(MISSES):
        assert client.get(f"/pledges/x{n}/").status_code == 404
    assert client.get(stub).status_code == 429
    assert client.get(stub, REMOTE_ADDR="10.9.9.9").status_code == 200


def test_promises_without_a_name_enter_the_log_late(client, work, post):
    post(client, "stub", post(client, "pledge", work.slug, **PROMISE).url.split("/")[4])
    assert [bool(e.not_before) for e in Entry.objects.all()] == [True, True]


@pytest.mark.parametrize(("unit", "most"), [("VND", 100_000_000), ("kg", 10_000), ("labour-day", 100)])
def test_without_an_account_a_promise_has_its_bounds(client, work, post, signed_in, unit, most):
    over = post(client, "pledge", work.slug, unit=unit, amount=str(most + 1))
    assert "Without an account at most" in over.text and not Pledge.objects.exists()
    assert post(client, "pledge", work.slug, unit=unit, amount=str(most)).status_code == 302
    assert post(signed_in(), "pledge", work.slug, unit=unit, amount=str(most + 1)).status_code == 302


def test_the_stub_of_a_hidden_work_says_why_and_not_its_name(client, work, post):
    post(client, "pledge", work.slug, **PROMISE)
    stub = Pledge.objects.get().get_absolute_url()
    work.hidden_at, work.hidden_reason = clock.now(), "It named a family."
    work.save()
    page = client.get(stub, headers={"accept-language": "en"}).text
    assert work.title not in page and "It named a family." in page


def test_the_sheet_of_givers_is_for_who_keeps_the_book_and_the_officer(work, keeper, actor, city, person, photo_upload):
    sheet = photos.store(photo_upload())
    rows = [{"unit": "VND", "amount": 5_000, "name": "chị Hoa"}]
    actions.receive_round(keeper, work, rows=rows, sheet=sheet)
    sheet.refresh_from_db()
    organiser = actor_of(work.organiser)
    for who in (organiser, keeper, actor(Role.OFFICER, city.ward)):
        assert may_see_photo(who, sheet)
        assert keeps_book(who, work) or who.holds(Role.OFFICER)
    for role, at in ((Role.ORGANISER, city.ward), (Role.CHECKER, city.ward), (Role.HEAD, city.area2), (Role.OFFICER, city.other_ward)):
        assert not may_see_photo(actor(role, at), sheet)
    assert not may_see_photo(Actor("device:x"), sheet)
