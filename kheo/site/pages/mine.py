"""Xóm mình: what happened at the places that this phone follows. The list lives on the phone (people/follows.py); nothing here is kept."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from kheo.catalogue import indicators, kits
from kheo.checks.sealing import sealed
from kheo.core import clock
from kheo.core.numbers import quantity
from kheo.core.requests import Request
from kheo.meetings.models import Decision, Meeting
from kheo.meetings.models import State as MeetingState
from kheo.needs.models import Answer, Need
from kheo.people import follows
from kheo.places.models import Place, Rank, shapes
from kheo.results.models import Result
from kheo.site.pages import visiting
from kheo.site.pages.chains import day

BACK = timedelta(days=60)  # how far the news go back
LIST = 40


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened; ``new`` since the reader last looked."""

    at: datetime
    icon: str
    title: str
    note: str
    url: str
    new: bool


@never_cache
def mine(request: Request) -> HttpResponse:
    """GET /mine/"""
    kept = follows.follows_of(request)
    found = {p.pk: p for p in Place.objects.filter(pk__in=kept.places).select_related("parent").defer(*shapes("parent"), "geometry")}
    places = [found[pk] for pk in kept.places if pk in found]
    now = clock.now()
    seen = kept.seen or now
    home = next((p for p in places if request.actor.household and p.path == request.actor.household), None)
    if request.actor.household and home is None:
        home = Place.objects.filter(path=request.actor.household).select_related("parent").defer("geometry").first()
    news = sorted(_news(places, now - BACK, seen), key=lambda n: n.at, reverse=True)[:LIST] if places else []
    response = render(
        request,
        "pages/mine.html",
        {"places": places, "news": news, "home": home, "new": sum(n.new for n in news), **visiting.of(request.actor)},
    )
    if places:
        follows.keep(response, replace(kept, seen=now))
    return response


def _lies(places: list[Place], place: str = "place", site: str = "") -> Q:
    """Rows at one of the places or below it; of sites, those that name the site (where rows can)."""
    tests = [
        Q(**{site: p}) if p.rank == Rank.SITE else Q(**{f"{place}__path__startswith": p.path}) for p in places if p.rank < Rank.SITE or site
    ]
    return reduce(or_, tests, Q(pk__in=[]))


def _news(places: list[Place], since: datetime, seen: datetime) -> Iterable[News]:
    needs = Need.objects.listed().filter(_lies(places, site="site")).values("pk")
    answers = Answer.objects.filter(need__in=needs, at__gte=since, hidden_at=None).select_related("need__place").order_by("-at")
    for a in answers.defer(*shapes("need__place"))[:LIST]:
        words = _("The ward said no, with the reason") if a.declined else _("The ward answered a need")
        yield News(a.at, "chat-bubble-left-right", words, a.need.public_text[:90], a.need.get_absolute_url(), a.at > seen)
    raised = Need.objects.listed().filter(_lies(places, site="site"), released_at__gte=since, answers=None).order_by("-released_at")
    for n in raised[:LIST]:
        if at := n.released_at:
            yield News(at, "megaphone", _("Neighbours raised a need"), n.public_text[:90], n.get_absolute_url(), at > seen)
    meetings = Meeting.objects.filter(_lies(places), called_at__gte=since, hidden_at=None).exclude(state=MeetingState.CANCELLED)
    for m in meetings.select_related("place").defer(*shapes("place")).order_by("-called_at")[:LIST]:
        when = timezone.localtime(m.starts_at)
        words = _("A meeting is called: %(time)s on %(day)s") % {"time": f"{when:%H:%M}", "day": day(when)}
        yield News(m.called_at, "megaphone", words, f"{m.where} · {m.place.full_name}", m.get_absolute_url(), m.called_at > seen)
    decisions = Decision.objects.filter(
        _lies(places, "matter__meeting__place"), decided_on__gte=timezone.localdate(since), matter__hidden_at=None,
        matter__meeting__hidden_at=None,
    )  # fmt: skip
    for d in decisions.select_related("matter__meeting__place").order_by("-decided_on", "-pk")[:LIST]:
        at = timezone.make_aware(datetime.combine(d.decided_on, time(23, 59)))
        new = d.decided_on >= timezone.localdate(seen)
        yield News(at, "scale", _("We decided"), d.matter.title, d.get_absolute_url(), new)
    results = Result.objects.standing().filter(
        _lies(places, site="site"), reported_at__gte=since, hidden_at=None, initiative__hidden_at=None,
        initiative__state__in=("registered", "completed"),
    )  # fmt: skip
    private = [key for key, kit in kits().items() if kit.private_site]
    results = results.exclude(initiative__kit__in=private).select_related("initiative").order_by("-reported_at")
    known = indicators()
    newest = list(results[:LIST])
    hidden = sealed(r.pk for r in newest)
    for r in newest:
        counted = known.get(r.indicator) if r.pk not in hidden else None
        done = f"{quantity(r.quantity, counted.unit)} · " if counted else ""
        yield News(
            r.reported_at,
            "camera",
            _("Done, and reported"),
            f"{done}{r.initiative.title}",
            r.initiative.get_absolute_url(),
            r.reported_at > seen,
        )
