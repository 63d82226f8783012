"""Limits on nameless acts: a phone, a place, an address."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.people.limits import LIMITS, MISSES, Limit, TooMany, address_of, allow, guesses
from kheo.people.middleware import too_many
from kheo.people.models import Allowance

NOON = datetime(2026, 3, 4, 5, 10, tzinfo=UTC)


def _request(device: str = "a", address: str = "10.0.0.1", **headers: str) -> HttpRequest:
    request = RequestFactory().post("/", REMOTE_ADDR=address, headers=headers)
    request.actor = Actor(key=f"device:{device}")  # type: ignore[attr-defined]
    return request


@pytest.fixture(autouse=True)
def _demo(settings: Any) -> None:
    settings.KHEO_DEMO = True


def test_one_phone_raises_five_needs_a_day(city: Any) -> None:
    with clock.at(NOON):
        for _ in range(5):
            allow(_request(), "need", city.area)
        with pytest.raises(TooMany) as e:
            allow(_request(), "need", city.area)
        assert str(e.value.reason)
        allow(_request("b"), "need", city.area)  # the neighbour's phone, same address
    with clock.at(NOON + timedelta(days=1)):
        allow(_request(), "need", city.area)


def test_new_cookies_do_not_lift_the_ceiling_of_a_place(city: Any) -> None:
    with clock.at(NOON):
        for n in range(LIMITS["need"].place):
            allow(_request(f"d{n}", f"10.0.1.{n}"), "need", city.area)
        with pytest.raises(TooMany):
            allow(_request("new", "10.0.9.9"), "need", city.area)
        allow(_request("new", "10.0.9.9"), "need", city.area2)
    with clock.at(NOON + timedelta(hours=1)):
        allow(_request("new", "10.0.9.9"), "need", city.area)


def test_an_address_is_only_a_generous_ceiling(city: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert LIMITS["need"].address == 600 >= 10 * LIMITS["need"].place
    monkeypatch.setitem(LIMITS, "need", Limit(device=5, place=60, address=3))
    with clock.at(NOON):
        for n in range(3):
            allow(_request(f"d{n}"), "need", city.area)
        with pytest.raises(TooMany):
            allow(_request("d9"), "need", city.area)
        allow(_request("d9", "10.0.0.2"), "need", city.area)


def test_a_refusal_counts_nothing(city: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "need", Limit(device=5, place=1, address=600))
    with clock.at(NOON):
        allow(_request("a"), "need", city.area)
        before = set(Allowance.objects.values_list("key", "count"))
        with pytest.raises(TooMany):
            allow(_request("b"), "need", city.area)
        assert set(Allowance.objects.values_list("key", "count")) == before


def test_people_with_an_account_are_not_counted(city: Any, actor: Any) -> None:
    request = _request()
    request.actor = actor(Role.HEAD, city.area)  # type: ignore[attr-defined]
    for _ in range(10):
        allow(request, "need", city.area)
    assert not Allowance.objects.exists()


def test_addresses_are_kept_as_hashes_that_change_daily_and_are_swept(city: Any) -> None:
    with clock.at(NOON):
        allow(_request(address="203.0.113.77"), "need", city.area)
        first = set(Allowance.objects.values_list("key", flat=True))
        assert not any("203" in key and "113.77" in key for key in first)
    with clock.at(NOON + timedelta(days=3)):
        allow(_request(address="203.0.113.77"), "need", city.area)
        second = set(Allowance.objects.values_list("key", flat=True))
    # Device and place keep their key (their window tells days apart); the address gets a new one. Old windows are gone.
    assert len(first) == len(second) == 3 and len(first & second) == 2
    assert Allowance.objects.count() == 3


def test_only_our_own_proxies_are_believed(settings: Any) -> None:
    request = _request(address="127.0.0.1", **{"X-Forwarded-For": "6.6.6.6, 203.0.113.7"})
    assert address_of(request) == "127.0.0.1"
    settings.KHEO_PROXIES = 1
    assert address_of(request) == "203.0.113.7"


def test_the_page_says_so_with_words_and_when(city: Any) -> None:
    request = _request()
    page = too_many(request, TooMany("Genug für heute.", 90))
    assert isinstance(page, HttpResponse)
    assert page.status_code == 429 and page["Retry-After"] == "90"
    assert "Genug für heute." in page.content.decode()
    assert too_many(request, ValueError()) is None


def test_a_repeat_of_a_done_act_is_not_counted_again(city: Any, client: Any) -> None:
    from uuid import uuid4

    from kheo.openlog.door import act, done, writes
    from kheo.people.verbs import PeopleVerb

    @writes
    def do(actor: Actor, *, act_id: Any = None) -> Any:
        return act(PeopleVerb.ORGANISATION_ADDED, actor, city.area, place=city.area.slug)

    request, act_id = _request(), uuid4()
    with clock.at(NOON):
        for _ in range(5):
            allow(request, "need", city.area)
        do(request.actor, act_id=act_id)  # type: ignore[attr-defined]
        for _ in range(3):
            allow(request, "need", city.area, repeat=done(do, request.actor, None, act_id))  # type: ignore[attr-defined]
        with pytest.raises(TooMany):
            allow(request, "need", city.area, repeat=done(do, request.actor, None, uuid4()))  # type: ignore[attr-defined]
        with pytest.raises(TooMany):  # another phone's act is not this one's
            for _ in range(6):
                allow(_request("b"), "need", city.area, repeat=done(do, _request("b").actor, None, act_id))  # type: ignore[attr-defined]


def test_guessed_codes_run_out_for_an_address_whatever_its_cookies_and_for_an_account(city: Any, actor: Any) -> None:
    def miss(request: HttpRequest) -> None:
        with pytest.raises(Http404), guesses(request, "need"):
            raise Http404

    signed_in = _request()
    signed_in.actor = actor()  # type: ignore[attr-defined]
    with clock.at(NOON):
        for n in range(MISSES):
            miss(_request(f"phone {n}"))
            miss(signed_in)
        for request in (_request("fresh"), signed_in):
            with pytest.raises(TooMany), guesses(request, "need"):
                pytest.fail("nothing is looked up any more")
        with guesses(_request("fresh", "10.0.9.9"), "need"), guesses(_request("fresh"), "pledge"):
            pass
    with clock.at(NOON + timedelta(hours=1)), guesses(_request("fresh"), "need"):
        pass
