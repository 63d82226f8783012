"""The page of whoever looks at what a machine noticed: the reason in words, and the photos side by side."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from kheo.catalogue import indicator as indicator_of
from kheo.checks import actions, reviewing, rules
from kheo.checks.forms import DecideFlagForm
from kheo.checks.models import Decision, Flag
from kheo.checks.models.apart import is_giver
from kheo.checks.reasons import reason
from kheo.checks.sealing import sealed
from kheo.core.requests import Request
from kheo.core.rules import require
from kheo.evidence.models import Photo
from kheo.evidence.rules import may_see_photo
from kheo.results.models import Result


@never_cache
def decide_flag(request: Request, pk: int) -> HttpResponse:
    """GET, POST /look/<pk>/ – for a reviewer from outside the area."""
    found = Flag.objects.select_related(
        *(f"{of}__{what}" for of in ("result", "other") for what in ("initiative", "place__parent__parent", "site")),
        "photo__place",
        "other_photo__place",
        "wanted__result__place__parent",
        "wanted__unit__book",
    )
    flag = get_object_or_404(found, pk=pk)
    form = DecideFlagForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.perform(actions.decide_flag, request.actor, flag, **form.values()) is not None:
        messages.success(request, _("Thank you. It is written down."))
        return redirect("desk")
    decided = flag.decision != Decision.OPEN
    require((rules.may_read_flag if decided and request.method != "POST" else rules.may_decide_flag)(request.actor, flag))
    hidden = sealed(r.pk for r in (flag.result, flag.other) if r)
    sides = [_side(request, flag.result, flag.photo, hidden), _side(request, flag.other, flag.other_photo, hidden)]
    context: dict[str, Any] = {
        "form": form,
        "flag": flag,
        "reason": reason(flag),
        "sides": [side for side in sides if side],
        "back": reverse("desk"),
        "indicator": indicator_of(flag.result.indicator),
    }
    if decided:
        looked = reviewing.looked(flag.wanted) if flag.wanted else None
        return render(request, "checks/decided_flag.html", {**context, "looked": looked})
    alone = len(reviewing.beside(reviewing.newest(flag.result))) < reviewing.BESIDE
    return render(request, "checks/decide_flag.html", {**context, "alone": alone, "gave": is_giver(request.actor, flag.about)})


def _side(request: Request, result: Result | None, photo: Photo | None, hidden: frozenset[int]) -> dict[str, Any] | None:
    if result is None:
        return None
    return {
        "result": result,
        "indicator": indicator_of(result.indicator),
        "sealed": result.pk in hidden,
        "photo": photo,
        "seen": photo is not None and bool(may_see_photo(request.actor, photo)),
    }
