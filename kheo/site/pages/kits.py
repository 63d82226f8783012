"""What we can do together: the kinds of shared work, and one of them with all that it brings."""

from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import render

from kheo.catalogue import is_offered, offered
from kheo.catalogue import kits as known
from kheo.core.actor import Role
from kheo.core.requests import Request
from kheo.initiatives.models import Initiative
from kheo.site.pages import figures

WORKS = 6


def kits(request: Request) -> HttpResponse:
    """GET /kits/"""
    counts = dict(Initiative.objects.public().order_by().values_list("kit").annotate(Count("id")))
    fields: dict[object, list[object]] = {}
    for kit in offered().values():
        fields.setdefault(kit.field, []).append({"kit": kit, "count": counts.get(kit.key, 0)})
    return render(request, "pages/kits.html", {"fields": [{"label": f.label, "kits": k} for f, k in fields.items()]})  # type: ignore[attr-defined]


def kit(request: Request, key: str) -> HttpResponse:
    """GET /kits/<key>/"""
    shown = known().get(key)
    if shown is None:
        raise Http404
    works = Initiative.objects.public().filter(kit=key).select_related("place__parent").order_by("-registered_at", "-id")[:WORKS]
    may_start = is_offered(key) and request.actor.holds(Role.HEAD, Role.OFFICER, Role.ORGANISER)
    return render(
        request, "pages/kit.html", {"kit": shown, "cards": figures.cards(works), "may_start": may_start, "offered": is_offered(key)}
    )
