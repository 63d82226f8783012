"""The front page: raise a need, what the city did and how much of it is checked, the map, shared works."""

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from kheo.board import totals
from kheo.checks import headline
from kheo.core import charts, clock
from kheo.initiatives.models import Initiative
from kheo.needs.models import Need
from kheo.places.models import Place, shapes
from kheo.results import sums
from kheo.site.pages import figures
from kheo.site.pages.shared import Shared, moment
from kheo.site.pages.words import need_words

WORKS = 6
NEEDS = 4
MAP_SECONDS = 60  # how long the map's shades may lag


def home(request: HttpRequest) -> HttpResponse:
    """GET /"""
    return render(request, "pages/home.html", {"shared": Shared(moment(), ("home",), _board)})


def _board() -> dict[str, Any]:
    """The whole page: it is the same for everybody."""
    year = clock.today().year
    works = Initiative.objects.public().select_related("place__parent").defer(*shapes("place", "place__parent"))
    city = Place.objects.filter(slug=settings.KHEO_CITY).defer("geometry").first()
    found = sums.city(year)
    shown = figures.rows(found, headline.many(city, year, found) if city else {})
    done = [r for r in shown if r.figures.reported or r.figures.target]
    needs = Need.objects.listed().select_related("place__parent", "site").defer(*shapes("place", "place__parent", "site"))
    return {
        "city": city.name if city else "Khéo",
        **need_words(),
        "year": year,
        "rows": sorted(done, key=lambda r: (r.headline is None, not r.main)),
        "cards": figures.cards(works.order_by("-registered_at", "-id")[:WORKS]),
        "needs": needs[:NEEDS],
        "map": city_map(year),
    }


def city_map(year: int) -> dict[str, object] | None:
    """The units with their shade: results checked on site per thousand households (per unit where households are not recorded)."""
    key = f"site.map.{year}.{get_language()}"
    shown: dict[str, object] | None = cache.get(key)
    if shown is None:
        from kheo.places.map import city_map as cut

        map_ = cut()
        if not map_.units:
            return None
        shown = {"units": map_.units, "view_box": map_.view_box, "shades": charts.shades(totals.density(year))}
        cache.set(key, shown, MAP_SECONDS)
    return shown
