"""Building the demo city in an empty data folder."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from kheo.checks.keeping import keep_rounds_going
from kheo.core import clock
from kheo.core.actor import Role
from kheo.openlog import sequencer
from kheo.openlog.models import Entry
from kheo.people import actions as people
from kheo.people.models import Organisation, User
from kheo.places import actions as places
from kheo.places.importing import INSTALLER, import_units
from kheo.places.models import Place, Rank
from kheo.site.demo import geography
from kheo.site.demo.agreed import plan_agreements
from kheo.site.demo.book import plan_book
from kheo.site.demo.built import marker
from kheo.site.demo.counted import plan_rounds
from kheo.site.demo.doing import plan_doing
from kheo.site.demo.heard import plan_hearing
from kheo.site.demo.neighbours import plan_needs
from kheo.site.demo.odd import look_at_all, plan_odd
from kheo.site.demo.story import Cast, Story, load
from kheo.site.demo.works import plan_works

Tell = Callable[[str, int, int], None]
DAYS_BEFORE = 400  # accounts and places are there before the story starts
LINE_METRES = {"alley": 260, "canal": 900, "road": 1300}


class NotADemo(RuntimeError):
    """The data folder holds something else than a demo city; nothing was touched."""


def check_folder() -> None:
    """Raise :class:`NotADemo` where building would touch somebody's city or a half-built demo."""
    if not settings.KHEO_DEMO:
        raise NotADemo("The demo city is only built with KHEO_DEMO=1.")
    if Place.objects.exists():
        raise NotADemo(
            f"{settings.KHEO_DATA} already holds a city that is not a whole demo. Nothing was touched. "
            "Choose another folder with KHEO_DATA=…, or remove this one if it is a demo whose building was stopped."
        )


def build(tell: Tell) -> dict[str, Any]:
    """Build the city and tell its year. ``tell(step, done, of)`` hears of progress. Returns what stands in it."""
    check_folder()
    marker().write_text(json.dumps({"state": "building"}))
    now = timezone.now()
    with clock.at(now - timedelta(days=DAYS_BEFORE)):
        city = import_units(tell=lambda done, of: tell("units", done, of))
        cast = _set_the_stage(city, lambda done, of: tell("places", done, of))
    story = Story(today=timezone.localdate(now))
    plan_needs(story, cast)
    plan_works(story, cast, then=plan_doing)
    plan_agreements(story, cast)
    cards = plan_hearing(story, cast)
    plan_book(story, cast, cards=cards)
    plan_rounds(story, cast, cards=cards)
    plan_odd(story, cast)
    events = story.tell(lambda done, of: tell("year", done, of))
    sequencer.drain()
    keep_rounds_going()  # what the worker would do next: fix what was announced, send people out
    look_at_all()
    sequencer.drain()
    if connection.vendor == "sqlite":
        with connection.cursor() as c:
            c.execute("ANALYZE")
    summary = {"state": "built", "events": events, "entries": Entry.objects.exclude(index=None).count(), "built_at": now.isoformat()}
    marker().write_text(json.dumps(summary))
    return summary


def _set_the_stage(city: Place, tell: Callable[[int, int], None]) -> Cast:
    data = load("city.toml")
    cast = Cast()
    _account(cast, "operator", "Kỹ thuật viên Nga", Role.OPERATOR, city)
    _account(cast, "board", "Cô Thu (thành phố)", Role.CITY_BOARD, city)
    _account(cast, "board:second", "Anh Quang (thành phố)", Role.CITY_BOARD, city)
    wards = data["ward"]
    for number, row in enumerate(wards, 1):
        ward = Place.objects.get(slug=row["slug"], rank=Rank.WARD)
        cast.places[row["slug"]] = ward
        _account(cast, f"officer:{ward.slug}", row["officer"], Role.OFFICER, ward)
        for i, name in enumerate(row["checkers"]):
            _account(cast, f"checker:{ward.slug}:{i}", name, Role.CHECKER, ward)
        _account(cast, f"organiser:{ward.slug}", f"Ban vận động {ward.name}", Role.ORGANISER, ward)
        shapes = geography.cut_areas(ward.geometry or {}, len(row["areas"]), ward.slug)
        for area_row, shape in zip(row["areas"], shapes, strict=True):
            _area(cast, ward, area_row, shape)
        tell(number, len(wards))
    for row in data["organisation"]:
        organisation = people.add_organisation(INSTALLER, cast.places[row["place"]], row["name"], row["kind"])
        cast.organisations[row["slug"]] = Organisation.objects.get(pk=organisation.pk)
    for key, place in list(cast.places.items()):
        cast.places[key] = Place.objects.get(pk=place.pk)
    return cast


def _area(cast: Cast, ward: Place, row: dict[str, Any], shape: dict[str, Any]) -> None:
    area = places.add_place(INSTALLER, ward, row["kind"], row["name"], geometry=shape, households=row["households"])
    cast.places[row["key"]] = area
    head = _account(cast, f"head:{row['key']}", row["head"], Role.HEAD, area)
    for site_row in row["sites"]:
        seed = f"{row['key']}/{site_row['key']}"
        if site_row.get("point"):
            geometry = geography.point_in(shape, seed)
        else:
            geometry = geography.line_in(shape, site_row.get("metres") or LINE_METRES[site_row["kind"]], seed)
        site = places.add_place(INSTALLER, area, site_row["kind"], site_row["name"], geometry=geometry)
        cast.places[seed] = site
        if site_row["kind"] in ("canal", "road"):
            people.assign_role(INSTALLER, head, Role.STEWARD, site, since=clock.today())


def _account(cast: Cast, key: str, name: str, role: Role, place: Place) -> User:
    user = people.add_account(INSTALLER, place, name, language="")
    people.assign_role(INSTALLER, user, role, place, since=clock.today(), until=clock.today() + timedelta(days=5 * 365))
    cast.users[key] = user
    return user
