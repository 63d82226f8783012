"""Act forms of this room. No page for a checker says, in any form, what was claimed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kheo.catalogue import indicator as indicator_of
from kheo.catalogue import kit as kit_of
from kheo.checks import actions, rules
from kheo.checks.forms import AskForm, DeclineForm, RecordForm, UnreachedForm
from kheo.checks.models import Check
from kheo.core.requests import Request
from kheo.core.rules import No, require
from kheo.results.models import Result
from kheo.results.sums import is_private


@never_cache
def ask(request: Request, pk: int) -> HttpResponse:
    """GET, POST /results/<pk>/ask/"""
    result = get_object_or_404(Result.objects.select_related("initiative__place", "place", "site"), pk=pk)
    answer = rules.may_ask_check(request.actor, result)
    form = AskForm(request.POST or None, result=result)
    if request.method != "POST":
        require(answer)
    elif form.is_valid():
        if check := form.perform(actions.ask_check, request.actor, result, **form.values()):
            messages.success(request, _("Asked. They will find it on their desk."))
            return redirect(check.result.initiative)
    else:
        require(answer)
    form.offer()
    return render(
        request,
        "checks/ask.html",
        {
            "form": form,
            "result": result,
            "indicator": indicator_of(result.indicator),
            "swear": reverse("checks:swear-in", args=[result.place.slug]) if is_private(result.indicator) else "",
            "back": result.initiative.get_absolute_url(),
        },
    )


@never_cache
def check(request: Request, pk: int) -> HttpResponse:
    """GET, POST /checks/<pk>/ – for the one who was asked."""
    asked = _asked(request, pk)
    answer = rules.may_record_check(request.actor, asked)
    form = RecordForm(request.POST or None, request.FILES or None, check=asked)
    if request.method == "POST" and form.is_valid():
        if not answer:  # a repeat of an act that has gone through is answered as the first time; anything else is refused
            actions.record_check(request.actor, asked, act_id=form.cleaned_data["act_id"], **form.without_photo())
            return _thanks(request)
        if form.stored() and form.perform(actions.record_check, request.actor, asked, **form.values()) is not None:
            return _thanks(request)
        answer = rules.may_record_check(request.actor, Check.objects.get(pk=pk))
    return _page(request, asked, form, str(answer.reason) if isinstance(answer, No) else "")


@never_cache
@require_POST
def decline(request: Request, pk: int) -> HttpResponse:
    """POST /checks/<pk>/decline/"""
    asked = _asked(request, pk)
    form = DeclineForm(request.POST)
    if form.is_valid() and form.perform(actions.decline_check, request.actor, asked) is not None:
        messages.success(request, _("All right. Somebody else will be asked."))
        return redirect("desk")
    return _page(request, asked, RecordForm(check=asked), " ".join(str(e) for e in form.non_field_errors()))


@never_cache
@require_POST
def unreached(request: Request, pk: int) -> HttpResponse:
    """POST /checks/<pk>/unreached/"""
    asked = _asked(request, pk)
    form = UnreachedForm(request.POST)
    if form.is_valid() and form.perform(actions.report_unreached, request.actor, asked, **form.values()) is not None:
        messages.success(request, _("Thank you for going. Somebody else will try."))
        return redirect("desk")
    return _page(request, asked, RecordForm(check=asked), " ".join(str(e) for e in form.non_field_errors()))


def _asked(request: Request, pk: int) -> Check:
    found = get_object_or_404(Check.objects.select_related("result__initiative", "result__place", "result__site", "checker"), pk=pk)
    require(rules.may_see_check(request.actor, found))
    return found


def _page(request: Request, asked: Check, form: RecordForm, closed: str) -> HttpResponse:
    result = asked.result
    private = is_private(result.indicator)
    return render(
        request,
        "checks/check.html",
        {
            "form": form,
            "closed": closed,
            "check": asked,
            # Only what leads there: not the result, its note, its photos or the work's title (which may name the number).
            "kit": kit_of(result.initiative.kit),
            "place": result.place,
            "at": None if private else result.site,
            "day": result.day,
            "session": result.session,
            "private": private,
            "may_decline": rules.may_decline_check(request.actor, asked),
            "decline_form": DeclineForm(auto_id="decline_%s"),
            "unreached_form": UnreachedForm(auto_id="unreached_%s"),
        },
    )


def _thanks(request: Request) -> HttpResponse:
    messages.success(request, _("Thank you. What you counted stands now."))
    return redirect("desk")
