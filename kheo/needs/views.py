"""Raising a need and what people do with it. The need's own page is ``kheo.site.pages.needs``."""

from typing import Any, cast
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kheo.core import qr
from kheo.core.actor import Role
from kheo.core.requests import Request
from kheo.core.rules import Refused, require
from kheo.evidence import photos
from kheo.needs import actions, rules
from kheo.needs.forms import AnswerForm, BackForm, MergeForm, RaiseForm
from kheo.needs.models import ICONS, Backing, Category, Need, State
from kheo.openlog.door import done
from kheo.people import limits
from kheo.places.models import Place, Rank
from kheo.places.search import search

NEAR = 4  # "me too" suggestions on a phone's screen
PAGE = 50


def _need(code: str) -> Need:
    return get_object_or_404(Need.objects.select_related("place", "place__parent", "site", "photo"), code=code.upper())


def raise_(request: Request) -> HttpResponse:
    """The form, once it is clear where; before that, the choice of ward and area."""
    place = get_object_or_404(Place.objects.defer("geometry"), slug=request.GET["place"]) if request.GET.get("place") else None
    site = None
    if place is not None and place.rank == Rank.SITE:
        place, site = place.public, place
    if place is None or place.rank == Rank.CITY or (place.rank == Rank.WARD and _has_areas(place) and "whole" not in request.GET):
        return _choose(request, place)
    require(rules.may_raise_need(request.actor, place))
    form = RaiseForm(request.POST or None, request.FILES or None, place=place, initial={"site": site})
    if request.method == "POST" and form.is_valid() and (need := form.perform(_raise, request, place, **form.values())):
        return redirect("needs:stub", need.code)
    near = Need.objects.near(place).select_related("site")[:NEAR]
    context = {"form": form, "place": place, "near": near, "categories": _pictures(), "back": place.get_absolute_url()}
    return render(request, "needs/raise.html", context, status=422 if form.is_bound and form.errors else 200)


def _raise(request: Request, place: Place, *, photo: UploadedFile | None, act_id: UUID, **values: Any) -> Need:
    """Photo first, then the limit and the act in one transaction: what is refused does not count."""
    if first := done(actions.raise_need, request.actor, place, act_id):
        return cast(Need, first)
    if photo is not None:
        limits.allow(request, "photo", place)
    stored = photos.store(photo) if photo is not None else None
    with transaction.atomic():
        limits.allow(request, "need", place, repeat=done(actions.raise_need, request.actor, place, act_id))
        return actions.raise_need(request.actor, place, photo=stored, act_id=act_id, **values)


def _choose(request: Request, ward: Place | None) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:100]
    found = [p for p in search(text) if p.rank in (Rank.WARD, Rank.AREA, Rank.SITE)] if text else []
    below = Place.objects.under(ward).areas() if ward is not None and ward.rank == Rank.WARD else Place.objects.wards()
    context = {"ward": ward if ward is not None and ward.rank == Rank.WARD else None, "text": text, "found": found}
    return render(request, "needs/choose.html", context | {"places": below.defer("geometry")})


def _has_areas(ward: Place) -> bool:
    return Place.objects.under(ward).areas().exists()


def _pictures() -> list[tuple[str, Any, str]]:
    return [(value, label, ICONS[value]) for value, label in Category.choices]


@require_safe
def near(request: Request) -> HttpResponse:
    """What neighbours asked for already: the part of the form that follows the chosen picture."""
    place = get_object_or_404(Place.objects.defer("geometry"), slug=request.GET.get("place", ""))
    found = Need.objects.near(place, request.GET.get("category", "")).select_related("site")[:NEAR]
    return render(request, "needs/near.html", {"near": found})


@require_safe
@never_cache
def stub(request: Request, code: str) -> HttpResponse:
    """What whoever raised it keeps: code, QR and the day of the answer. Works in every state, so the QR does too."""
    with limits.guesses(request, "need"):
        need = _need(code)
    address = f"{settings.KHEO_URL}{reverse('needs:stub', args=[need.code])}"
    answer = need.answers.filter(hidden_at__isnull=True).last()
    context = {
        "need": need,
        "qr": qr.inline(address),
        "address": address,
        "public": need.shown and need.state != State.HELD,
        "answer": answer,
    }
    response = render(request, "needs/stub.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


def back(request: Request, code: str) -> HttpResponse:
    """ "Me too"."""
    need = _need(code)
    require(rules.may_back_need(request.actor, need))
    form = BackForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.perform(_back, request, need) is not None:
        messages.success(request, _("Noted: you need it too. Thank you."))
        return redirect(need)
    return render(request, "needs/back.html", {"form": form, "need": need, "back": need.get_absolute_url()})


def _back(request: Request, need: Need, *, act_id: UUID) -> Backing:
    with transaction.atomic():
        limits.allow(request, "back", need.place, repeat=done(actions.back_need, request.actor, need, act_id))
        return actions.back_need(request.actor, need, act_id=act_id)


@require_safe
@never_cache
def queue(request: Request) -> HttpResponse:
    """What waits for this officer or head: to be released, joined or answered."""
    if not request.actor.holds(Role.OFFICER, Role.HEAD):
        raise Refused(_("This page is for heads of areas and ward officers."))
    waiting = Need.objects.waiting_for(request.actor).select_related("place", "site", "photo")
    rows = [
        {"need": n, "act_id": uuid4(), "answerable": bool(rules.may_answer_need(request.actor, n)), "late": rules.is_overdue(n)}
        for n in waiting[:PAGE]
    ]
    return render(request, "needs/queue.html", {"rows": rows, "count": waiting.count(), "officer": request.actor.holds(Role.OFFICER)})


def release(request: Request, code: str) -> HttpResponse:
    """Make a held need public."""
    need = _need(code)
    form = BackForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.perform(actions.release_need, request.actor, need, **form.values()) is not None
    ):
        messages.success(request, _("It is public now."))
        return redirect("needs:queue")
    require(rules.may_release_need(request.actor, need))
    return render(request, "needs/release.html", {"form": form, "need": need, "back": reverse("needs:queue")})


def answer(request: Request, code: str) -> HttpResponse:
    """Answer with a day, or decline with the reason."""
    need = _need(code)
    require(rules.may_answer_need(request.actor, need))
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.perform(actions.answer_need, request.actor, need, **form.values()) is not None:
        messages.success(request, _("Answered. Whoever needs it can read it now."))
        return redirect(need)
    return render(request, "needs/answer.html", {"form": form, "need": need, "back": need.get_absolute_url()})


def merge(request: Request, code: str) -> HttpResponse:
    """Join a need to another that asks for the same."""
    need = _need(code)
    ward = need.place if need.place.rank == Rank.WARD or need.place.parent is None else need.place.parent
    others = Need.objects.listed().under(ward).exclude(pk=need.pk).select_related("place")
    form = MergeForm(request.POST or None, candidates=others)
    if request.method == "POST" and form.is_valid() and form.perform(actions.merge_need, request.actor, need, **form.values()) is not None:
        messages.success(request, _("Joined: both count as one now."))
        return redirect(form.cleaned_data["into"])
    require(rules.may_merge_need(request.actor, need))
    return render(request, "needs/merge.html", {"form": form, "need": need, "back": reverse("needs:queue")})


def hide(request: Request, code: str) -> HttpResponse:
    """The way to hiding: evidence does it for all rooms."""
    return redirect("evidence:hide", "needs.need", _need(code).pk)
