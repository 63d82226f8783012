"""Act forms of this room."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from kheo.catalogue import indicator as indicator_of
from kheo.catalogue import kit as kit_of
from kheo.core.requests import Request
from kheo.core.rules import require
from kheo.initiatives.models import Initiative
from kheo.openlog.door import done
from kheo.results import actions, corrected, rules
from kheo.results.forms import CorrectForm, ReportForm
from kheo.results.models import Result


@never_cache
def report(request: Request, slug: str) -> HttpResponse:
    """GET, POST /initiatives/<slug>/report/"""
    initiative = get_object_or_404(Initiative.objects.select_related("place", "site", "organiser"), slug=slug)
    answer = rules.may_report_result(request.actor, initiative)
    form = ReportForm(request.POST or None, request.FILES or None, initiative=initiative)
    if request.method != "POST" or not form.is_valid():
        require(answer)
    elif not answer or done(actions.report_result, request.actor, initiative, form.cleaned_data["act_id"]):
        # A repeat of an act that has gone through is answered as the first time, its photos aren't stored again; the rest is refused.
        return _reported(request, form.again(actions.report_result, request.actor, initiative))
    elif form.stored() and (result := form.perform(actions.report_result, request.actor, initiative, **form.values())):
        return _reported(request, result)
    kit = kit_of(initiative.kit)
    return render(
        request, "results/report.html", {"form": form, "initiative": initiative, "kit": kit, "back": initiative.get_absolute_url()}
    )


def _reported(request: Request, result: Result) -> HttpResponse:
    messages.success(request, _("Sent. You can correct it until somebody has checked it."))
    return redirect(result.initiative)


@never_cache
def correct(request: Request, pk: int) -> HttpResponse:
    """GET, POST /results/<pk>/correct/"""
    result = get_object_or_404(Result.objects.select_related("initiative__place", "site", "place"), pk=pk)
    answer = rules.may_correct_result(request.actor, result)
    form = CorrectForm(request.POST or None, request.FILES or None, result=result)
    if request.method != "POST" or not form.is_valid():
        require(answer)
    elif not answer or done(actions.correct_result, request.actor, result, form.cleaned_data["act_id"]):
        return _corrected(request, form.again(actions.correct_result, request.actor, result))
    elif form.stored() and (new := form.perform(actions.correct_result, request.actor, result, **form.values())):
        return _corrected(request, new)
    return render(
        request,
        "results/correct.html",
        {
            "form": form,
            "result": result,
            "indicator": indicator_of(result.indicator),
            "says": corrected.says(result),
            "back": result.initiative.get_absolute_url(),
        },
    )


def _corrected(request: Request, result: Result) -> HttpResponse:
    messages.success(request, _("Corrected. Thank you: an honest number is worth more than a big one."))
    return redirect(result.initiative)
