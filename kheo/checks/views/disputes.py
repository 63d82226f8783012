"""Forms of whoever saw otherwise, and of who looks at it."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from kheo.catalogue import indicator as indicator_of
from kheo.checks import actions, reviewing, rules
from kheo.checks.forms import AnswerDisputeForm, DisputeForm
from kheo.checks.models import Dispute, Outcome
from kheo.checks.models.apart import is_giver
from kheo.checks.sealing import sealed
from kheo.core.requests import Request
from kheo.core.rules import require
from kheo.evidence import photos
from kheo.openlog.door import done
from kheo.people import limits
from kheo.results.models import Result


@never_cache
def dispute(request: Request, pk: int) -> HttpResponse:
    """GET, POST /results/<pk>/otherwise/ – for a household with its card; shows what it said before, and the answer."""
    found = Result.objects.filter(hidden_at=None).select_related("initiative__place", "place__parent__parent", "site")
    result = get_object_or_404(found, pk=pk)
    said = Dispute.objects.select_related("wanted__result__place__parent", "wanted__unit__book").filter(
        key=actions.dispute_key(request.actor, result)
    )
    spoke = said.first()
    if spoke is None:  # whoever spoke reads the answer, also when the result was corrected since
        require(rules.may_dispute(request.actor, result))
    form = DisputeForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid() and form.perform(_dispute, request, result, **form.values()) is not None:
        messages.success(request, _("Thank you. Somebody from outside the area looks at it, and nobody learns who spoke."))
        return redirect("checks:dispute", pk)
    context: dict[str, Any] = {"form": form, "said": spoke, "result": result, "indicator": indicator_of(result.indicator)}
    context |= {"looked": _looked(spoke), "sealed": bool(sealed([result.pk]))}
    page = "checks/disputed.html" if spoke else "checks/dispute.html"
    return render(request, page, {**context, "back": result.initiative.get_absolute_url()})


def _dispute(request: Request, result: Result, *, photo: Any, act_id: UUID, **values: Any) -> Dispute:
    """Photo first, then the limit and the act in one transaction: what is refused does not count."""
    if first := done(actions.dispute, request.actor, result, act_id):
        return cast(Dispute, first)
    if photo:
        limits.allow(request, "photo", result.place)
    stored = photos.store(photo, field="photo") if photo else None
    with transaction.atomic():
        limits.allow(request, "dispute", result.place, repeat=done(actions.dispute, request.actor, result, act_id))
        return actions.dispute(request.actor, result, photo=stored, act_id=act_id, **values)


@never_cache
def answer_dispute(request: Request, pk: int) -> HttpResponse:
    """GET, POST /otherwise/<pk>/ – for a reviewer from outside the area."""
    found = Dispute.objects.select_related(
        "result__initiative",
        "result__place__parent__parent",
        "result__site",
        "photo",
        "wanted__result__place__parent",
        "wanted__unit__book",
    )
    said = get_object_or_404(found, pk=pk)
    form = AnswerDisputeForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.perform(actions.answer_dispute, request.actor, said, **form.values()) is not None
    ):
        messages.success(request, _("Answered. Only that household reads it."))
        return redirect("desk")
    answered = said.outcome != Outcome.OPEN
    require((rules.may_read_dispute if answered and request.method != "POST" else rules.may_review_dispute)(request.actor, said))
    result = said.result
    context = {"form": form, "said": said, "result": result, "indicator": indicator_of(result.indicator), "back": reverse("desk")}
    if answered:
        return render(request, "checks/answered_dispute.html", {**context, "looked": _looked(said)})
    alone = len(reviewing.beside(reviewing.newest(result))) < reviewing.BESIDE
    return render(request, "checks/answer_dispute.html", {**context, "alone": alone, "gave": is_giver(request.actor, said.about)})


def _looked(said: Dispute | None) -> reviewing.Looked | None:
    return reviewing.looked(said.wanted) if said is not None and said.wanted is not None else None
