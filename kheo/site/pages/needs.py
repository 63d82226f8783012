"""What residents ask for: the list with its filters, and one need with what became of it."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render

from kheo.core.actor import Role
from kheo.core.requests import Request
from kheo.needs.models import Backing, Category, Need, State
from kheo.openlog.subjects import receipts_for
from kheo.places.models import Place, Rank, shapes
from kheo.site.pages import acts, chains, figures
from kheo.site.pages.shared import Shared, moment
from kheo.site.pages.words import CATEGORIES, NEED_STATES, need_words

PER_PAGE = 20
ASKED = ("category", "state", "place", "page")


def needs(request: Request) -> HttpResponse:
    """GET /needs/?category=&state=&place="""
    asked = QueryDict(mutable=True)
    asked.update({name: request.GET[name] for name in ASKED if name in request.GET})  # no other word in the address makes another piece
    shared = Shared(moment(), ("needs", asked.urlencode()), lambda: _list(asked))
    return render(request, "pages/needs.html", {"shared": shared})


def _list(asked: QueryDict) -> dict[str, Any]:
    found = Need.objects.listed().select_related("place__parent", "site").defer(*shapes("place", "place__parent", "site"))
    category, state, slug = (asked.get(k, "") for k in ("category", "state", "place"))
    if category in Category.values:
        found = found.filter(category=category)
    if state in State.values:
        found = found.filter(state=state)
    place = Place.objects.filter(slug=slug).defer("geometry").first() if slug else None
    if place:
        found = found.filter(Q(place__path__startswith=place.path or "-") | Q(site=place))
    return {
        "page": Paginator(found, PER_PAGE).get_page(asked.get("page")),
        "categories": CATEGORIES,
        "states": {k: v for k, v in NEED_STATES.items() if k != State.HELD},
        "category": category,
        "state": state,
        "place": place,
        "wards": Place.objects.wards().only("slug", "name", "kind", "rank"),
        "filters": _query(asked),
    }


def need(request: Request, code: str) -> HttpResponse:
    """GET /needs/<code>/"""
    thing = get_object_or_404(Need.objects.select_related("place__parent", "site", "photo", "same_as"), code=code.upper())
    if thing.state == State.HELD and not request.actor.has(Role.OFFICER, Role.HEAD, at=thing.place):
        return render(request, "pages/need_held.html", {"need": thing})
    if thing.place.rank == Rank.CITY:
        raise Http404
    answers = [a for a in thing.answers.all() if a.shown]
    works = list(thing.initiatives.public().select_related("place__parent"))
    return render(
        request,
        "pages/need.html",
        {
            "need": thing,
            "answers": answers,
            "steps": chains.of_need(thing, answers, works),
            "cards": figures.cards(works),
            "receipts": receipts_for([thing, *answers, *works]),
            "acts": acts.of_need(request.actor, thing),
            **need_words(),
            "may_back": acts.may_back(request.actor, thing),
            "backed": Backing.objects.filter(key=Backing.key_of(request.actor, thing)).exists(),
            "act_id": uuid.uuid4(),
        },
    )


def _query(asked: QueryDict) -> str:
    """The filters without the page, for the links to other pages."""
    kept = asked.copy()
    kept.pop("page", None)
    return kept.urlencode()
