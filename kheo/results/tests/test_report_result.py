"""Reporting a result through its form, as a head with a phone does it."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from kheo.core import clock
from kheo.core.actor import Role
from kheo.evidence.models import Photo
from kheo.initiatives.models import State
from kheo.openlog.models import Entry
from kheo.results import sums
from kheo.results.models import AreaTally, Result, WardTally
from kheo.results.testing import LAMPS, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def lighting(city, person):
    return work(city.area, person(Role.ORGANISER, city.ward), targets={LAMPS: 30}, site=city.road)


@pytest.fixture
def send(lighting, signed_in, city, photo_upload):
    """Fill in the form as the head of the area and press the button."""

    def post(client=None, url=None, **changed):
        values = {"act_id": uuid4(), "indicator": LAMPS, "quantity": "12", "day": clock.today().isoformat(), "photos": photo_upload()}
        values |= changed
        sent = {k: v for k, v in values.items() if v is not None}
        return (client or signed_in(Role.HEAD, city.area)).post(
            url or reverse("results:report", args=[lighting.slug]), sent, headers={"Accept-Language": "en"}
        )

    return post


def test_a_head_reports_and_the_number_stands_with_its_evidence(send, lighting, city, photo_upload):
    response = send(quantity="12", more=[photo_upload(), photo_upload()], before=photo_upload(), note=" xong đoạn đầu ", site=city.road.pk)
    assert response.status_code == 302
    assert response["Location"] == lighting.get_absolute_url()
    result = Result.objects.get()
    assert (result.quantity, result.checked, result.place, result.site, result.note) == (12, None, city.area, city.road, "xong đoạn đầu")
    assert result.photos.count() == 3
    assert result.before is not None
    assert all(p.public and p.place == city.area for p in Photo.objects.all())
    assert AreaTally.objects.get().reported == WardTally.objects.get().reported == 12
    assert WardTally.objects.get().place == city.ward
    figures = sums.of_initiatives([lighting.pk])[lighting.pk][LAMPS]
    assert (figures.target, figures.reported, figures.checked, figures.waiting) == (30, 12, 0, 1)


def test_the_log_tells_the_quantity_and_nothing_of_who(send, city, person):
    send(note="bí mật")
    entry = Entry.objects.get(verb="result.reported")
    leaf = json.loads(bytes(entry.leaf))
    assert leaf["clear"] == {"result": Result.objects.get().pk, "indicator": LAMPS, "quantity": 12}
    assert leaf["place"] == city.area.slug
    public = bytes(entry.leaf).decode() + bytes(entry.facts).decode()
    assert "bí mật" not in public
    assert city.road.slug not in public
    assert f"user:{person(Role.HEAD, city.area).pk}" not in public


def test_sent_twice_it_acts_once(send):
    act_id = uuid4()
    assert [send(act_id=act_id).status_code for _ in range(2)] == [302, 302]
    assert Result.objects.count() == 1
    assert AreaTally.objects.get().reported == 12


def test_a_repeat_is_answered_even_when_the_work_was_completed_meanwhile(send, lighting):
    act_id = uuid4()
    send(act_id=act_id)
    lighting.state = State.COMPLETED
    lighting.save()
    assert send(act_id=act_id).status_code == 302
    assert send().status_code == 403
    assert Result.objects.count() == 1


@pytest.mark.parametrize(
    ("quantity", "words"),
    [
        ("-4", "below zero"),
        ("0", "at least 1"),
        ("301", "can&#x27;t be right"),
        ("9" * 15, "can&#x27;t be right"),
        ("9" * 20, "can&#x27;t be right"),
        ("1e3", "whole number"),
        ("12.5", "whole number"),
        ("1.200", "whole number"),
        ("NaN", "whole number"),
        ("mười", "whole number"),
        ("٣", "whole number"),
        ("", "give a number"),
    ],
)
def test_a_number_that_can_not_be_is_refused_with_words_and_nothing_is_lost(send, quantity, words):
    response = send(quantity=quantity, note="giữ lại")
    assert response.status_code == 200
    assert words in response.content.decode()
    assert "giữ lại" in response.content.decode()
    assert not Result.objects.exists()
    assert not AreaTally.objects.exists()


@pytest.mark.parametrize(("written", "meant"), [("204", 204), (" 12 ", 12), ("1,2", None), ("0012", 12)])
def test_numbers_are_read_as_written(send, written, meant):
    send(quantity=written)
    assert [r.quantity for r in Result.objects.all()] == ([meant] if meant else [])


def test_thousands_are_read_in_the_language_of_the_page(lighting, signed_in, city, photo_upload):
    lighting.targets.all().delete()
    for language, written in (("vi", "1.204"), ("id", "1.204"), ("en", "1,204"), ("vi", "1 204")):
        values = {
            "act_id": uuid4(),
            "indicator": "rural-lighting.lit-m",
            "quantity": written,
            "day": clock.today(),
            "photos": photo_upload(),
        }
        signed_in(Role.HEAD, city.area).post(reverse("results:report", args=[lighting.slug]), values, headers={"Accept-Language": language})
    assert [r.quantity for r in Result.objects.all()] == [1204] * 4


def test_an_indicator_of_another_kit_is_refused(send):
    response = send(indicator="canal.metres")
    assert response.status_code == 200
    assert not Result.objects.exists()


def test_days_that_can_not_be_are_refused(send, lighting):
    today = clock.today()
    assert "not come yet" in send(day=(today + timedelta(days=1)).isoformat()).content.decode()
    assert "before the work was registered" in send(day=(today - timedelta(days=31)).isoformat()).content.decode()
    assert send(day="31/02/2026").status_code == 200
    assert not Result.objects.exists()
    assert send(day=(today - timedelta(days=29)).isoformat()).status_code == 302


def test_a_site_elsewhere_is_refused(send, city):
    assert send(site=city.other_road.pk).status_code == 200
    assert not Result.objects.exists()


def test_a_photo_is_needed_where_the_kit_asks_for_one(send, photo_upload):
    response = send(photos=None)
    assert "photo is needed" in response.content.decode()
    assert not Result.objects.exists()
    assert send(photos=None, more=[photo_upload()]).status_code == 302


def test_a_broken_photo_is_refused_and_the_numbers_are_kept(send):
    from django.core.files.uploadedfile import SimpleUploadedFile

    response = send(photos=SimpleUploadedFile("a.jpg", b"\xff\xd8not a photo", "image/jpeg"))
    assert response.status_code == 200
    assert 'value="12"' in response.content.decode()
    assert not Result.objects.exists()
    assert not Photo.objects.exists()


def test_at_most_six_photos(send, photo_upload):
    response = send(more=[photo_upload() for _ in range(6)])
    assert "At most 6 photos" in response.content.decode()
    assert not Photo.objects.exists()
    assert send(more=[photo_upload() for _ in range(5)]).status_code == 302


LINE = {"type": "LineString", "coordinates": [[105.780, 10.034], [105.782, 10.036]]}


def test_a_drawing_inside_the_city_is_kept(send):
    assert send(geometry=json.dumps(LINE)).status_code == 302
    assert Result.objects.get().geometry == LINE


@pytest.mark.parametrize(
    "drawing",
    [
        '{"type": "LineString", "coordinates": [[105.78, 10.034], [2.35, 48.85]]}',
        '{"type": "Point", "coordinates": [0, 0]}',
        '{"type": "Point", "coordinates": ["x", 1]}',
        '{"type": "LineString"}',
        "[1, 2]",
        "{",
        '{"type": "Point", "coordinates": [NaN, 1]}',
        "[" * 5000,
    ],
)
def test_a_drawing_outside_the_city_or_broken_is_refused(send, drawing):
    assert send(geometry=drawing).status_code == 200
    assert not Result.objects.exists()


def test_only_who_leads_the_work_may_report(send, signed_in, city, lighting, client):
    strangers = [
        client,
        signed_in(),
        signed_in(Role.HEAD, city.area2),
        signed_in(Role.HEAD, city.other_area),
        signed_in(Role.OFFICER, city.ward),
        signed_in(Role.CHECKER, city.ward),
        signed_in(Role.ORGANISER, city.ward, "somebody else"),
    ]
    for stranger in strangers:
        assert send(stranger).status_code == 403
        assert stranger.get(reverse("results:report", args=[lighting.slug])).status_code == 403
    assert not Result.objects.exists()
    assert not Photo.objects.exists()  # what is refused leaves nothing behind
    assert send(signed_in(Role.ORGANISER, city.ward)).status_code == 302


@pytest.mark.parametrize("state", [s for s in State if s != State.REGISTERED])
def test_results_belong_to_registered_work(send, lighting, state):
    lighting.state = state
    lighting.save()
    assert send().status_code == 403
    assert not Result.objects.exists()


@pytest.mark.parametrize("language", ["vi", "en", "id"])
def test_the_form_asks_one_question_per_indicator(lighting, signed_in, city, language):
    page = signed_in(Role.HEAD, city.area).get(reverse("results:report", args=[lighting.slug]), headers={"Accept-Language": language})
    html = page.content.decode()
    question = {"vi": "Bao nhiêu đèn đã gắn xong?", "en": "How many lamps are up?", "id": "Berapa lampu yang sudah terpasang?"}[language]
    assert question in html
    assert 'capture="environment"' in html
    assert 'inputmode="numeric"' in html
