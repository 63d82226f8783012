"""Drafting from a kit and changing the draft."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from kheo.core.actor import Role
from kheo.core.rules import Invalid, Refused
from kheo.initiatives import actions
from kheo.initiatives.models import Initiative
from kheo.needs import actions as needs
from kheo.needs.models import Category
from kheo.openlog.models import Entry

LAMPS, LIT = "target:rural-lighting.lamps", "target:rural-lighting.lit-m"


def _url(place, kit="rural-lighting", **query) -> str:
    found = {"place": place.slug, "kit": kit, **query}
    return reverse("initiatives:draft") + "?" + "&".join(f"{k}={v}" for k, v in found.items() if v)


def _form(city, **changes) -> dict:
    values = {"act_id": str(uuid4()), "title": "Thắp sáng hẻm 47", "summary": "Hẻm tối.", "site": city.road.pk, LAMPS: "30", LIT: "310"}
    return {k: v for k, v in {**values, **changes}.items() if v is not None}


def test_the_head_drafts_from_place_to_kit_to_form(city, signed_in) -> None:
    client = signed_in(Role.HEAD, city.area)
    assert city.area.slug in client.get(reverse("initiatives:draft")).content.decode()
    assert "Thắp sáng đường quê" in client.get(_url(city.area, kit="")).content.decode()
    page = client.get(_url(city.area)).content.decode()
    assert "Đèn gắn xong" in page and "Hẻm 47" in page
    answer = client.post(_url(city.area), _form(city))
    work = Initiative.objects.get()
    assert answer.status_code == 302 and answer["Location"] == work.get_absolute_url()
    assert {t.indicator: t.quantity for t in work.targets.all()} == {"rural-lighting.lamps": 30, "rural-lighting.lit-m": 310}
    assert work.tasks.count() == 10 and work.state == "draft" and work.slug == "thap-sang-hem-47"
    entry = Entry.objects.get(verb="initiative.drafted")
    assert entry.place == city.area.slug and b"Th\xe1\xba\xafp" not in bytes(entry.leaf) + bytes(entry.facts or b"")


def test_the_same_form_sent_twice_drafts_once(city, signed_in) -> None:
    client, form = signed_in(Role.HEAD, city.area), _form(city)
    first, second = client.post(_url(city.area), form), client.post(_url(city.area), form)
    assert first["Location"] == second["Location"] and Initiative.objects.count() == 1


def test_two_works_of_one_name_get_two_addresses(work) -> None:
    assert work().slug != work().slug


def test_a_work_named_new_does_not_hide_the_form(work) -> None:
    assert work(title="New").slug not in ("new", "")


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        (LAMPS, "-3", "least 1"),
        (LAMPS, "0", "least 1"),
        (LAMPS, "2.5", "whole number"),
        (LAMPS, "1e3", "whole number"),
        (LAMPS, "9" * 30, "more than any such work"),
        (LAMPS, "15001", "at most 15,000 lamps"),
        (LAMPS, "nhiều", "whole number"),
        ("title", "x" * 161, "160"),
        ("title", "  ", "fill this in"),
    ],
)
def test_values_that_cannot_be_are_refused_at_their_field(city, signed_in, field, value, wanted) -> None:
    client = signed_in(Role.HEAD, city.area)
    answer = client.post(_url(city.area), _form(city, **{field: value}), headers={"accept-language": "en"})
    assert answer.status_code == 200 and Initiative.objects.count() == 0
    assert wanted in str(answer.context["form"].errors[field])


def test_some_target_is_needed(city, signed_in) -> None:
    answer = signed_in(Role.HEAD, city.area).post(_url(city.area), _form(city, **{LAMPS: "", LIT: ""}), headers={"accept-language": "en"})
    assert answer.status_code == 200 and "at least one target" in answer.content.decode() and not Initiative.objects.exists()


def test_an_indicator_that_is_not_in_the_kit(city, actor) -> None:
    with pytest.raises(Invalid) as caught:
        actions.draft_initiative(
            actor(Role.HEAD, city.area), city.area, kit="rural-lighting", title="Đèn", summary="Tối.", targets={"trees.planted": 3}
        )
    assert caught.value.field == "target:trees.planted"


@pytest.mark.parametrize("quantity", [True, 2.0, "3", None])
def test_an_action_takes_whole_numbers_only(city, actor, quantity) -> None:
    with pytest.raises(Invalid):
        actions.draft_initiative(
            actor(Role.HEAD, city.area), city.area, kit="canal", title="Kênh", summary="Nghẹt.", targets={"canal.cleared-m": quantity}
        )


def test_a_site_of_another_place_is_refused(city, actor, signed_in) -> None:
    answer = signed_in(Role.HEAD, city.area).post(_url(city.area), _form(city, site=city.other_road.pk))
    assert "site" in answer.context["form"].errors
    with pytest.raises(Invalid) as caught:
        actions.draft_initiative(
            actor(Role.HEAD, city.area),
            city.area,
            kit="rural-lighting",
            title="Đèn",
            summary="Tối.",
            site=city.other_road,
            targets={"rural-lighting.lamps": 3},
        )
    assert caught.value.field == "site"


def test_it_cannot_end_before_it_starts(city, signed_in) -> None:
    answer = signed_in(Role.HEAD, city.area).post(_url(city.area), _form(city, starts_on="2026-12-01", ends_on="2026-11-01"))
    assert "ends_on" in answer.context["form"].errors


def test_odd_spacing_is_doubted_not_refused(city, signed_in) -> None:
    answer = signed_in(Role.HEAD, city.area).post(_url(city.area), _form(city, **{LAMPS: "3"}))
    assert answer.status_code == 302 and Initiative.objects.count() == 1
    assert any("80 m" in str(m) for m in answer.wsgi_request._messages)


def test_help_for_a_household_is_kept_at_the_ward_without_a_site(city, actor, signed_in) -> None:
    client = signed_in(Role.HEAD, city.area)
    assert 'name="site"' not in client.get(_url(city.area, kit="poor-house")).content.decode()
    form = {
        "act_id": str(uuid4()),
        "title": "Nhà đại đoàn kết",
        "summary": "Hai căn.",
        "target:poor-house.houses": "2",
        "site": city.road.pk,
    }
    assert client.post(_url(city.area, kit="poor-house"), form).status_code == 302
    work = Initiative.objects.get()
    assert work.place == city.ward and work.site is None
    assert re.fullmatch("poor-house-[0-9a-f]{8}", work.slug)  # an address made of the title could say whose house it is
    assert Entry.objects.get(verb="initiative.drafted").place == city.ward.slug
    with pytest.raises(Invalid):
        actions.draft_initiative(
            actor(Role.HEAD, city.area),
            city.area,
            kit="poor-house",
            title="Nhà",
            summary="Một căn.",
            site=city.road,
            targets={"poor-house.houses": 1},
        )


def test_a_need_is_taken_up(city, actor, signed_in) -> None:
    need = needs.raise_need(actor(), city.area, category=Category.LIGHT, text="Hẻm 47 tối quá", site=city.road, nameless=False)
    client = signed_in(Role.HEAD, city.area)
    assert "Hẻm 47 tối quá" in client.get(_url(city.area, kit="", need=need.code)).content.decode()
    page = client.get(_url(city.area, need=need.code))
    assert page.context["form"].initial[LAMPS] == 8  # 310 m of road
    client.post(_url(city.area, need=need.code), _form(city, needs=[need.pk]))
    assert list(Initiative.objects.get().needs.all()) == [need]


def test_needs_of_elsewhere_and_held_ones_are_refused(city, actor, nameless) -> None:
    held = needs.raise_need(nameless(), city.area, category=Category.LIGHT, text="Hẻm 47 tối quá")
    far = needs.raise_need(actor(), city.other_area, category=Category.LIGHT, text="Đường tối quá", nameless=False)
    for need in (held, far):
        with pytest.raises(Invalid) as caught:
            actions.draft_initiative(
                actor(Role.HEAD, city.area),
                city.area,
                kit="rural-lighting",
                title="Đèn",
                summary="Tối.",
                targets={"rural-lighting.lamps": 3},
                needs=[need],
            )
        assert caught.value.field == "needs"


def test_a_disabled_kit_starts_nothing_new(city, actor, signed_in, settings, work) -> None:
    before = work("registered")
    settings.KHEO_KITS_DISABLED = ("rural-lighting",)
    with pytest.raises(Invalid):
        work()
    assert "Thắp sáng đường quê" not in signed_in(Role.HEAD, city.area).get(_url(city.area)).content.decode()
    assert signed_in().get(before.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("who", ["nobody", "resident", "checker", "other head"])
def test_others_do_not_draft(city, signed_in, client, who) -> None:
    client = {
        "nobody": lambda: client,
        "resident": lambda: signed_in(),
        "checker": lambda: signed_in(Role.CHECKER, city.ward),
        "other head": lambda: signed_in(Role.HEAD, city.other_area),
    }[who]()
    assert client.get(_url(city.area)).status_code == 403
    assert client.post(_url(city.area), _form(city)).status_code == 403
    assert not Initiative.objects.exists()


def test_no_shared_work_at_a_road_or_for_the_whole_city(city, actor) -> None:
    for place in (city.road, city.city):
        with pytest.raises(Refused):
            actions.draft_initiative(
                actor(Role.OFFICER, city.city), place, kit="trees", title="Cây", summary="Trồng.", targets={"trees.planted": 3}
            )


def test_only_the_organiser_edits_and_only_a_draft(city, signed_in, work) -> None:
    made = work()
    form = _form(city, title="Thắp sáng cả hẻm 47", **{LIT: ""})
    url = reverse("initiatives:edit", args=[made.slug])
    assert signed_in(Role.OFFICER, city.ward).post(url, form).status_code == 403
    client = signed_in(Role.HEAD, city.area)
    assert client.get(url).context["form"].initial[LAMPS] == 30
    assert client.post(url, form).status_code == 302
    made.refresh_from_db()
    assert made.title == "Thắp sáng cả hẻm 47" and made.targets.count() == 1 and made.slug == "thap-sang-hem-47"
    registered = work("registered")
    assert client.post(reverse("initiatives:edit", args=[registered.slug]), _form(city)).status_code == 403
