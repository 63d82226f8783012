"""One place: a ward with its map, an area as its neighbours' board, a site with what was done there."""

from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from kheo.ballots.models import Ballot
from kheo.checks import headline
from kheo.core import clock
from kheo.core.actor import Role
from kheo.core.requests import Request
from kheo.initiatives.models import Initiative
from kheo.ledger import sums as ledger
from kheo.ledger.units import is_labour
from kheo.meetings.models import Meeting
from kheo.needs.models import Need
from kheo.people.follows import follows_of
from kheo.people.models import Assignment
from kheo.places.models import Place, Rank, shapes
from kheo.results import sums
from kheo.site.pages import acts, agreements, figures
from kheo.site.pages.shared import Shared, moment
from kheo.site.pages.words import ROLES, need_words

WORKS = 12
NEEDS = 8
LOOKS_AFTER = (Role.HEAD, Role.OFFICER, Role.STEWARD)


def place(request: Request, slug: str) -> HttpResponse:
    """GET /places/<slug>/"""
    at = moment()
    above = ("parent", "parent__parent", "parent__parent__parent")
    here = get_object_or_404(Place.objects.select_related(above[-1]).defer("geometry", *shapes(*above)), slug=slug)
    if here.rank == Rank.CITY and here.slug == settings.KHEO_CITY:
        return redirect("home")
    context = {
        "place": here,
        "shared": Shared(at, ("place", here.pk), lambda: _board(here)),
        "acts": acts.of_place(request.actor, here),
        "followed": here.pk in follows_of(request).places,
    }
    return render(request, f"pages/{Rank(here.rank).name.lower()}.html", context)


def _board(here: Place) -> dict[str, Any]:
    """What everybody sees of a place."""
    year = clock.today().year
    lies_here = Q(site=here) if here.rank == Rank.SITE else Q(place__path__startswith=here.path or "-")
    found = Initiative.objects.public().filter(lies_here).select_related("place__parent").defer(*shapes("place", "place__parent"))
    works = list(found.order_by("-registered_at", "-id")[:WORKS])
    needs = Need.objects.listed().filter(lies_here).select_related("place__parent", "site")
    meetings = Meeting.objects.filter(place__path__startswith=here.path or "-", hidden_at=None).select_related("place")
    meetings = meetings.defer(*shapes("place"))
    board: dict[str, Any] = {
        **need_words(),
        "place": here,
        "above": _above(here),
        "year": year,
        "rows": _rows(here, year) if here.rank < Rank.SITE else [],
        "cards": figures.cards(works),
        "needs": list(needs.defer(*shapes("place", "place__parent", "site"))[:NEEDS]),
        "next_meeting": meetings.coming().filter(starts_at__gte=clock.now()).first() if here.rank < Rank.SITE else None,
        "ballots": list(Ballot.objects.recent().filter(place__path__startswith=here.path or "-")[:4]) if here.rank < Rank.SITE else [],
        "past_meetings": list(meetings.filter(starts_at__lt=clock.now())[:4]) if here.rank == Rank.AREA else [],
        "children": list(here.children.defer("geometry")) if here.rank < Rank.SITE else [],
        "people": _people(here),
        "units": _money(works) if here.rank == Rank.AREA else [],
        "raise_at": here if here.rank in (Rank.WARD, Rank.AREA) else here.parent,
    }
    if here.rank == Rank.AREA:
        board |= agreements.board(here)
    if here.rank == Rank.WARD:
        board["map"] = _map(here)
    return board


def _rows(here: Place, year: int) -> list[figures.Row]:
    """What was done here in a year, and at least how much of it is true, where draws allow it."""
    found = sums.of_places(here, year)
    shown = figures.rows(found, headline.many(here, year, found))
    return [r for r in shown if r.figures.reported or r.figures.target]


def _above(here: Place) -> list[Place]:
    """The places above, from the city down, without a query."""
    found = []
    up = here.parent
    while up is not None:
        found.append(up)
        up = up.parent
    return found[::-1]


def _people(here: Place) -> list[dict[str, Any]]:
    """Who looks after it: the holders of a role here or above, nearest first. Names as neighbours call them."""
    found = (
        Assignment.objects.current()
        .filter(place__in=here.ids(), role__in=LOOKS_AFTER, user__is_active=True)
        .select_related("user", "place", "organisation")
        .defer(*shapes("place"))
        .order_by("-place__rank", "id")
    )
    return [
        {"name": a.user.name, "role": ROLES[Role(a.role)], "place": a.place, "organisation": a.organisation} for a in found if a.user.name
    ]


def _money(works: list[Initiative]) -> list[dict[str, Any]]:
    """In, out, left of the works shown, per unit."""
    total: dict[str, dict[str, Any]] = {}
    for by_unit in ledger.sums_of(works).values():
        for unit, s in by_unit.items():
            row = total.setdefault(unit, {"unit": unit, "in": 0, "out": 0, "left": 0, "labour": is_labour(unit)})
            row["in"] += s.received
            row["out"] += s.spent
            row["left"] += s.in_hand
    return list(total.values())


def _map(ward: Place) -> Any:
    from kheo.places.map import ward_map

    return ward_map(ward)
