"""Rounds of checks: the list, one round with its number and everything it rests on, and in plain words why the number can be believed."""

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from kheo.catalogue import indicators
from kheo.catalogue.shapes import Indicator
from kheo.checks import rules as checks
from kheo.checks.models import Book, Found, Mark, Phase, Unit, Visit, VisitState
from kheo.checks.settling import agree
from kheo.checks.standing import FEWEST, Standing, report, short_of, standings, words
from kheo.core import charts
from kheo.core.actor import Actor
from kheo.core.requests import Request
from kheo.openlog.subjects import receipts_for
from kheo.places.models import shapes
from kheo.results.sums import SMALLEST, is_private
from kheo.site.pages import acts
from kheo.site.pages.chains import Step, day, one_now

PER_PAGE = 20
TICKETS = 15
PHASES = {
    Phase.FROZEN: (gettext_lazy("waiting for its draw"), "wait"),
    Phase.FIXED: (gettext_lazy("the dice may be rolled"), "wait"),
    Phase.SEEDED: (gettext_lazy("checkers are out counting"), "wait"),
    Phase.CLOSED: (gettext_lazy("closed"), ""),
    Phase.ABANDONED: (pgettext_lazy("round of checks", "given up"), "late"),
}


@require_safe
def rounds(request: Request) -> HttpResponse:
    """GET /rounds/"""
    books = Book.objects.public().select_related("scope__parent").defer(*shapes("scope", "scope__parent"))
    page = Paginator(books, PER_PAGE).get_page(request.GET.get("page"))
    known = standings(page.object_list)
    shown = [_line(known[book.pk]) for book in page.object_list]
    return render(request, "pages/rounds.html", {"page": page, "rounds": shown, "filters": "", "acts": acts.of_rounds(request.actor)})


@require_safe
def how(request: Request) -> HttpResponse:
    """GET /rounds/how/"""
    return render(request, "pages/rounds_how.html", {"fewest": FEWEST})


@require_safe
def round_page(request: Request, pk: int) -> HttpResponse:
    """GET /rounds/<pk>/?only=short|unvisited&mend=1&page= – ``mend``: for whoever corrects readings, with the button at every ticket."""
    books = Book.objects.public().select_related("scope__parent").defer(*shapes("scope", "scope__parent"))
    book = get_object_or_404(books, pk=pk)
    standing = standings([book])[book.pk]
    line = _line(standing)
    address = f"{settings.KHEO_URL}{book.get_absolute_url()}"
    context: dict[str, Any] = {**line, "acts": acts.of_round(request.actor, book), "address": address}
    if not line["few"]:
        context |= _counts(standing, line["indicator"]) | _tickets(request, book, line["indicator"])
        if line["indicator"]:
            context["report"] = report(standing, line["indicator"], address)
            context["course"] = _course(standing, line["indicator"])
    if book.phase == Phase.CLOSED:
        context |= {name: reverse(f"checks:{name.replace('_', '-')}", args=[book.pk]) for name in ("book_file", "checks_file")}
    things = [book, *(t["unit"] for t in context.get("tickets", []))]
    context |= {"steps": _steps(book), "receipts": receipts_for(things), "parties": _parties(book)}
    return render(request, "pages/round.html", context)


def _line(standing: Standing) -> dict[str, Any]:
    """What the list says of a book, and its page first of all. Of homes under five nothing is counted out."""
    book = standing.book
    indicator = indicators().get(book.indicator)
    few = is_private(book.indicator) and min(book.count, book.claimed) < SMALLEST
    unit = indicator.unit() if indicator else ""
    return {
        "book": book,
        "standing": standing,
        "indicator": indicator,
        "few": few,
        "private": is_private(book.indicator),
        "phase": PHASES[Phase(book.phase)],
        "headline": "" if few else words(standing, unit),
        "missed": "" if few else short_of(standing),
        "bound": standing.at_least if book.phase in (Phase.SEEDED, Phase.CLOSED, Phase.ABANDONED) and not book.whole else None,
        "counted": standing.at_least or 0,
        "drawn": book.phase not in (Phase.FROZEN, Phase.FIXED),
    }


def _counts(standing: Standing, indicator: Indicator | None) -> dict[str, Any]:
    """Wrong, not visited, under way and nobody yet, each apart; who couldn't go; how often two checkers read the same."""
    visits = Visit.objects.filter(unit__book=standing.book)
    ended = Counter(dict(visits.order_by().values_list("state").annotate(n=Count("id"))))
    pairs: dict[int, dict[int, int]] = {}
    read = visits.filter(state=VisitState.DONE, seat__in=(1, 2), unit__closed_at__isnull=False, reading__isnull=False)
    for unit, seat, reading in read.order_by().values_list("unit", "seat", "reading"):
        pairs.setdefault(unit, {})[seat] = reading or 0
    both = [p for p in pairs.values() if len(p) == 2]
    agreed = sum(agree(p[1], p[2], indicator.tolerance) for p in both) if indicator else 0
    book = standing.book
    return {
        "handed_back": ended[VisitState.DECLINED] + ended[VisitState.EXPIRED],
        "unreached": ended[VisitState.UNREACHED],
        "both": len(both),
        "agreed": agreed,
        "further": standing.closed - standing.after if not book.whole and standing.closed > standing.after else 0,
        "undrawn": book.count - book.planned if not book.whole else 0,
    }


def _course(standing: Standing, indicator: Indicator) -> dict[str, Any] | None:
    """The bound over time, once there are twenty checks; nothing to draw where all is counted."""
    if standing.book.whole or standing.checks < FEWEST:
        return None
    points = list(Mark.objects.filter(book=standing.book).values_list("after", "at_least"))
    return charts.course(points, standing.book.claimed, indicator.unit()) if points else None


def _tickets(request: Request, book: Book, indicator: Indicator | None) -> dict[str, Any]:
    """The closed tickets in order, a page of them. Sealed ones are not looked up at all."""
    found = Unit.objects.filter(book=book, closed_at__isnull=False).order_by("rank", "pk")
    only = request.GET.get("only", "")
    if only in (Found.SHORT, Found.UNVISITED):
        found = found.filter(outcome=only)
    related = ("result__initiative__place", "result__place", "result__site", "put_right_photo")
    found = found.select_related(*related).defer(*shapes("result__initiative__place", "result__place", "result__site"), "result__geometry")
    seats = Visit.objects.filter(state=VisitState.DONE).order_by("seat")
    page = Paginator(found, TICKETS).get_page(request.GET.get("page"))
    read: dict[int, list[Visit]] = {}
    for visit in seats.filter(unit__in=[u.pk for u in page.object_list]).select_related("photo"):
        read.setdefault(visit.unit_id, []).append(visit)
    private, mending = is_private(book.indicator), "mend" in request.GET
    for opened in page.object_list:
        opened.book = book  # known already
    kept = {"only": only} if only else {}
    return {
        "page": page,
        "only": only,
        "mending": mending,
        "may_mend": not mending and any(checks.may_reread(request.actor, u) for u in page.object_list),
        "mend": urlencode(kept | {"mend": 1}),
        "filters": urlencode(kept | ({"mend": 1} if mending else {})),
        "tickets": [_ticket(request.actor, u, read.get(u.pk, []), private, mending) for u in page.object_list],
        "unit_word": indicator.unit() if indicator else "",
    }


def _ticket(actor: Actor, unit: Unit, visits: list[Visit], private: bool, mending: bool) -> dict[str, Any]:
    """One opened ticket. Of homes neither place nor work is named; of what an officer hid, the place alone."""
    result = unit.result
    work = result.initiative
    shown = not private and result.shown and work.shown
    photo = unit.put_right_photo
    return {
        "unit": unit,
        "place": result.place.full_name if not private else "",
        "site": result.site.full_name if result.site and not private else "",
        "nth": unit.at.get("nth") if not private else None,
        "session": unit.at.get("session", "") if shown else "",
        "work": work if shown else None,
        "readings": [v.reading or 0 for v in visits] if len(visits) > 1 else [],
        "photos": [v.photo for v in visits if shown and v.shown and v.photo and v.photo.public and v.photo.shown],
        "photo": photo if shown and photo and photo.public and photo.shown else None,
        "acts": acts.of_unit(actor, unit, mending=mending),
    }


def _steps(book: Book) -> list[Step]:
    """Frozen, fixed, drawn, counted, opened: each with its receipt in the public log."""
    steps = [Step(_("The book is closed: nothing can be added"), day(book.frozen_at), "done", book, "book.frozen")]
    if book.whole:
        note = day(book.fixed_at) if book.fixed_at else ""
        steps.append(Step(_("Nothing to draw: every place is visited"), note, "done" if book.seed else "later", book, "book.seeded"))
    else:
        since = _("the first signature of the public log from %(day)s on") % {"day": day(book.draw_at)}
        fixed, drawn = ("done" if it else "later" for it in (book.fixed_at or book.seed, book.seed))
        steps.append(Step(_("Its fingerprint stands"), since, fixed, book, "book.fixed"))
        steps.append(Step(_("Dice are rolled, the order stands"), day(book.seeded_at), drawn, book, "book.seeded"))
    closed = "done" if book.phase == Phase.CLOSED else "later"
    until = "" if book.phase == Phase.CLOSED else _("until %(day)s") % {"day": day(book.closes_on)}
    steps.append(Step(_("Checkers count, two at each place"), until, closed))
    steps.append(Step(_("Everything is opened"), day(book.closed_at), closed, book, "book.closed"))
    if book.phase == Phase.ABANDONED:
        given_up = Step(
            pgettext("round of checks", "Given up"), f"{day(book.closed_at)} · {book.abandoned_reason}", "wrong", book, "book.abandoned"
        )
        return [*(s for s in steps if s.state == "done"), given_up]
    return one_now(steps)


def _parties(book: Book) -> list[tuple[str, str]]:
    """(who rolled, which digits), once both who typed them agreed and the seed stands."""
    if not book.seed or book.whole:
        return []
    found = dict(book.rolls.order_by("pk").values_list("party", "digits"))
    return list(found.items())
