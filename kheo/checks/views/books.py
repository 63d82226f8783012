"""A round from its announcement to its files: act forms, the public page of the draw, its paper."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kheo.catalogue import indicator as indicator_of
from kheo.checks import actions, bookfile, papers, rules
from kheo.checks.actions.books import OPEN_FOR, default_draw_at, outline_book
from kheo.checks.actions.rolls import rolled
from kheo.checks.forms.books import AbandonForm, BeaconForm, CloseForm, FixForm, FreezeForm, RollForm
from kheo.checks.models import Book, Phase, Roll, Unit
from kheo.core import clock, pdf, qr
from kheo.core.requests import Request
from kheo.core.rules import require
from kheo.places.models import Place, shapes
from kheo.results.sums import SMALLEST, is_private


@never_cache
def freeze(request: Request) -> HttpResponse:
    """GET, POST /rounds/new/?scope=slug – first what, then a page that says what it means, then it is done."""
    places = Place.objects.select_related("parent").defer(*shapes("parent"))
    scope = get_object_or_404(places, slug=request.GET.get("scope") or settings.KHEO_CITY)
    answer = rules.may_freeze_book(request.actor, scope)
    at = default_draw_at()
    proposed = {name: request.GET[name] for name in ("indicator", "ask", "starts_on", "ends_on") if name in request.GET}
    form = FreezeForm(request.POST or None, initial=proposed, draw_at=at, closes_on=timezone.localdate(at + OPEN_FOR))
    if request.method != "POST" or not answer:
        require(answer)
    elif form.is_valid() and "change" not in request.POST:
        if form.cleaned_data["sure"]:
            if book := form.perform(actions.freeze_book, request.actor, scope, **form.values()):
                messages.success(request, _("Announced. Until the draw everybody can still correct, and it counts as credit."))
                return redirect("checks:draw", book.pk)
        elif outline := form.perform(_outline, request.actor, scope, **form.values()):
            counted = indicator_of(form.cleaned_data["indicator"])
            context = form.cleaned_data | {"form": form, "scope": scope, "outline": outline, "indicator": counted}
            return render(request, "checks/book_confirm.html", context)
    wards = Place.objects.wards().filter(path__startswith=scope.path or "/").defer("geometry") if not scope.parent_id else None
    return render(request, "checks/book_freeze.html", {"form": form, "scope": scope, "wards": wards, "back": reverse("rounds")})


def _outline(*args: Any, act_id: Any, **values: Any) -> Any:
    return outline_book(*args, **values)


@require_safe
def draw(request: Request, pk: int) -> HttpResponse:
    """GET /rounds/<pk>/draw/ – the ceremony, for everybody in the room and outside."""
    book = _book(pk)
    units = Unit.objects.filter(book=book)
    few = is_private(book.indicator) and min(book.count, book.claimed) < SMALLEST
    rolls = rolled(book)
    address = f"{settings.KHEO_URL}{reverse('checks:draw', args=[book.pk])}"
    context = {
        "book": book,
        "indicator": indicator_of(book.indicator),
        "few": few,
        "due": book.phase == Phase.FROZEN and clock.now() >= book.draw_at,
        "rolls": rolls,
        "typed": not rolls and Roll.objects.filter(book=book).exclude(party="").exists(),
        "mine": not rolls and Roll.objects.filter(book=book, entered_by=request.actor.user_id).exclude(party="").exists(),
        "beacon_typed": not book.beacon and Roll.objects.filter(book=book, party="").exists(),
        "beacon_mine": not book.beacon and Roll.objects.filter(book=book, entered_by=request.actor.user_id, party="").exists(),
        "checkpoint": papers.grouped(book.checkpoint_root),
        "root": papers.grouped(book.root),
        "qr": qr.inline(address),
        "address": address,
        "sent": units.filter(sent_at__isnull=False).count(),
        "may_fix": rules.may_fix_checkpoint(request.actor, book),
        "may_roll": rules.may_enter_roll(request.actor, book),
        "may_end": rules.may_close_book(request.actor, book),
        "may_abandon": rules.may_abandon_book(request.actor, book),
        "fix_form": FixForm(auto_id=False),
    }
    return render(request, "checks/book_draw.html", context)


@never_cache
@require_POST
def fix(request: Request, pk: int) -> HttpResponse:
    """POST /rounds/<pk>/fix/ – what the worker does by itself within a minute."""
    book = _book(pk)
    require(rules.may_fix_checkpoint(request.actor, book))
    if actions.fix_checkpoint(book):
        messages.success(request, _("The fingerprint stands."))
    else:
        messages.info(request, _("The log is being signed. Please look again in a few seconds."))
    return redirect("checks:draw", pk)


@never_cache
def roll(request: Request, pk: int) -> HttpResponse:
    """GET, POST /rounds/<pk>/roll/"""
    book = _book(pk)
    others = Roll.objects.filter(book=book).exclude(party="").exclude(entered_by=request.actor.user_id)
    form = RollForm(request.POST or None, parties=[row.party for row in others])
    answer = rules.may_enter_roll(request.actor, book)
    if request.method == "POST" and form.is_valid():
        if found := form.perform(actions.enter_roll, request.actor, book, **form.values()):
            return _typed(request, found)
    elif request.method != "POST" or not answer:
        require(answer)
    return render(request, "checks/book_roll.html", {"form": form, "book": book, "second": bool(others), "back": _draw(book)})


@never_cache
def beacon(request: Request, pk: int) -> HttpResponse:
    """GET, POST /rounds/<pk>/outside-draw/"""
    book = _book(pk)
    form = BeaconForm(request.POST or None, book=book)
    if request.method == "POST" and form.is_valid():
        if found := form.perform(actions.enter_beacon, request.actor, book, **form.values()):
            return _typed(request, found)
    else:
        require(rules.may_enter_roll(request.actor, book))
    return render(request, "checks/book_beacon.html", {"form": form, "book": book, "back": _draw(book)})


def _typed(request: Request, book: Book) -> HttpResponse:
    book.refresh_from_db()
    if book.phase == Phase.SEEDED:
        messages.success(request, _("Both of you typed the same. The order stands."))
    elif rolled(book) and not Roll.objects.filter(book=book, party="").exists():
        messages.success(request, _("The dice are written down. Now the outside draw."))
    else:
        messages.success(request, _("Written down. Now a second person types the same, with their own account."))
    return redirect("checks:draw", book.pk)


@never_cache
def close(request: Request, pk: int) -> HttpResponse:
    """GET, POST /rounds/<pk>/close/"""
    book = _book(pk)
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.perform(actions.close_book, request.actor, book) is not None:
        messages.success(request, _("Closed. Everything is open now."))
        return redirect(book)
    if request.method != "POST":
        require(rules.may_close_book(request.actor, book))
    return render(request, "checks/book_close.html", {"form": form, "book": book, "back": book.get_absolute_url()})


@never_cache
def abandon(request: Request, pk: int) -> HttpResponse:
    """GET, POST /rounds/<pk>/give-up/"""
    book = _book(pk)
    form = AbandonForm(request.POST or None)
    ended = form.perform(actions.abandon_book, request.actor, book, **form.values()) if form.is_bound and form.is_valid() else None
    if ended is not None:
        messages.success(request, _("Given up. The round shows 0."))
        return redirect(book)
    if request.method != "POST" or not rules.may_abandon_book(request.actor, book):
        require(rules.may_abandon_book(request.actor, book))
    return render(request, "checks/book_abandon.html", {"form": form, "book": book, "back": book.get_absolute_url()})


@require_safe
def protocol(request: Request, pk: int) -> HttpResponse:
    """GET /rounds/<pk>/protocol.pdf – to sign; blank where nothing is known yet."""
    book = _book(pk)
    return pdf.answer(papers.protocol(book), f"draw-{book.pk}")


@require_safe
def book_file(request: Request, pk: int) -> HttpResponse:
    """GET /rounds/<pk>/book.txt – every id and claim, once it is closed."""
    book = _closed(pk)
    return _text(bookfile.write(dict(book.units.order_by().values_list("key", "claim"))), f"book-{book.pk}.txt")


@require_safe
def checks_file(request: Request, pk: int) -> HttpResponse:
    """GET /rounds/<pk>/checks.txt – the readings that count, in ticket order, as far as there is no gap."""
    book = _closed(pk)
    lines = []
    for rank, unit in enumerate(book.units.filter(rank__isnull=False, closed_at__isnull=False).order_by("rank")):
        if unit.rank != rank:
            break
        reading = unit.reading or 0
        lines.append(f"{unit.key} {reading if unit.cap is None else min(reading, unit.cap)}\n")
    return _text("".join(lines), f"checks-{book.pk}.txt")


def _text(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/plain; charset=us-ascii")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _book(pk: int) -> Book:
    """A public book: a review has no page."""
    books = Book.objects.public().select_related("scope__parent").defer(*shapes("scope", "scope__parent"))
    return get_object_or_404(books, pk=pk)


def _closed(pk: int) -> Book:
    book = _book(pk)
    if book.phase != Phase.CLOSED:
        raise Http404
    return book


def _draw(book: Book) -> str:
    return reverse("checks:draw", args=[book.pk])
