"""Search: places by name with or without marks, then the works and needs that lie there or say the word."""

from collections.abc import Iterable

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kheo.core.folding import fold
from kheo.initiatives.models import Initiative
from kheo.needs.models import Need
from kheo.places import search as places
from kheo.site.pages import figures
from kheo.site.pages.words import need_words

NEWEST = 1000  # titles are folded here, not in the database: only the newest are looked at
MOST = 8


def search(request: HttpRequest) -> HttpResponse:
    """GET /search/?q="""
    query = request.GET.get("q", "").strip()[:100]
    context: dict[str, object] = {"query": query}
    if query:
        found = places.search(query)
        ids = [p.pk for p in found[:MOST]]
        public = Initiative.objects.public()
        titled = _folded(public.order_by("-id").values_list("pk", "title")[:NEWEST], query)
        works = public.filter(Q(pk__in=titled) | Q(site__in=ids) | Q(place__in=ids)).select_related("place__parent")[:MOST]
        listed = Need.objects.listed()
        worded = _folded(listed.order_by("-id").values_list("pk", "text")[:NEWEST], query)
        code = query.replace(" ", "").upper()
        needs = listed.filter(Q(pk__in=worded) | Q(code=code) | Q(site__in=ids)).select_related("place__parent", "site")[:MOST]
        context |= {"places": found, "cards": figures.cards(works), "needs": list(needs), **need_words()}
    return render(request, "pages/search.html", context)


def _folded(rows: Iterable[tuple[int, str]], query: str) -> list[int]:
    """Primary keys of the rows whose text contains every word of the query, marks or not; at most 50."""
    words = fold(query).split()
    found = ((pk, fold(text)) for pk, text in rows)
    return [pk for pk, text in found if words and all(w in text for w in words)][:50]
