"""Pages of the registry's acts. After an act that didn't go through, the rule speaks: a refusal is a page of its own (403)."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import formats
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from kheo import catalogue
from kheo.catalogue import hooks
from kheo.core.actor import Actor, Role
from kheo.core.forms import ActForm
from kheo.core.requests import Request
from kheo.core.rules import No, Refused, require
from kheo.initiatives import actions, forms, rules
from kheo.initiatives.models import Initiative, Task
from kheo.meetings.models import Decision
from kheo.needs.models import Need
from kheo.places.models import Place, Rank

LEADING = (Role.HEAD, Role.OFFICER, Role.ORGANISER)


def _find(slug: str) -> Initiative:
    return get_object_or_404(Initiative.objects.select_related("place", "site", "organiser", "decision"), slug=slug)


def _acted(request: Request, form: ActForm, action: Callable[..., Any], thing: Any) -> bool:
    """True when the form was sent and its act went through (or had gone through already)."""
    return request.method == "POST" and form.is_valid() and form.perform(action, request.actor, thing, **form.values()) is not None


def draft(request: Request) -> HttpResponse:
    """GET, POST /initiatives/new/?place=&kit=&need=: choose the place, then the kit, then say what it is about."""
    slug, key = request.GET.get("place", ""), request.GET.get("kit", "")
    if not slug:
        return _choose_place(request, key)
    place = get_object_or_404(Place.objects.defer("geometry"), slug=slug)
    kits = catalogue.offered()
    if key not in kits:
        require(rules.may_draft(request.actor, place))
        need = _need(request)
        fitting = [k for k in kits.values() if need and need.category in k.answers]
        others = [k for k in kits.values() if k not in fitting]
        return render(request, "initiatives/kits.html", {"place": place, "need": need, "fitting": fitting, "others": others})
    require(rules.may_draft(request.actor, place))
    form = forms.DraftForm(request.POST or None, kit=kits[key], place=place, user_id=request.actor.user_id, need=_need(request))
    if request.method == "POST" and form.is_valid():
        values = form.values()
        if work := form.perform(actions.draft_initiative, request.actor, place, **values):
            for doubt in hooks.doubts(kits[key], values["targets"]):
                messages.warning(request, doubt())
            messages.success(request, _("Drafted. Say now who decided it, then send it to the ward."))
            return redirect(work)
    return render(request, "initiatives/draft.html", {"form": form, "kit": kits[key], "place": place, "back": place.get_absolute_url()})


def _need(request: Request) -> Need | None:
    code = request.GET.get("need", "")
    return Need.objects.public().select_related("site").filter(code=code).first() if code else None


def _choose_place(request: Request, key: str) -> HttpResponse:
    actor: Actor = request.actor
    if actor.nameless:
        raise Refused(rules.SIGN_IN.reason)
    led = Q(pk__in=())
    for grant in actor.grants:
        if grant.role in LEADING:
            led |= Q(path__startswith=grant.path)
    places = list(Place.objects.filter(led, rank__in=(Rank.WARD, Rank.AREA)).select_related("parent").defer("geometry", "parent__geometry"))
    if not places:
        raise Refused(_("The head of the area, the ward or an organisation starts shared work here. Raise a need and they will see it."))
    return render(request, "initiatives/places.html", {"places": places, "kit": key if key in catalogue.offered() else ""})


def edit(request: Request, slug: str) -> HttpResponse:
    """GET, POST /initiatives/<slug>/edit/, with the ward's advice beside each field."""
    work = _find(slug)
    form = forms.EditForm(request.POST or None, initiative=work)
    if request.method == "POST" and form.is_valid():
        values = form.values()
        if form.perform(actions.edit_initiative, request.actor, work, **values):
            for doubt in hooks.doubts(form.kit, values["targets"]):
                messages.warning(request, doubt())
            messages.success(request, _("Changed."))
            return redirect(work)
    require(rules.may_edit(request.actor, work))
    return render(request, "initiatives/edit.html", {"form": form, "work": work, "back": work.get_absolute_url()})


def mandate(request: Request, slug: str) -> HttpResponse:
    """GET, POST /initiatives/<slug>/mandate/"""
    work = _find(slug)
    form = forms.MandateForm(request.POST or None, initiative=work, decisions=_decisions(work))
    if _acted(request, form, actions.give_mandate, work):
        messages.success(request, _("Noted. It can be sent to the ward now."))
        return redirect(work)
    require(rules.may_give_mandate(request.actor, work))
    return render(request, "initiatives/mandate.html", {"form": form, "work": work, "back": work.get_absolute_url()})


def _decisions(work: Initiative) -> QuerySet[Decision]:
    """The passed decisions of the place (or in it) that can carry a work."""
    here = Decision.objects.filter(matter__meeting__place__path__startswith=work.place.path or "-")
    return here.filter(passed=True, rule__in=actions.MANDATING_RULES, matter__hidden_at=None).order_by("-decided_on", "-pk")


def _button(request: Request, slug: str, action: Callable[..., Any], rule: Callable[..., Any], template: str, done: Any) -> HttpResponse:
    """An act of one button on its own page."""
    work = _find(slug)
    form = forms.ButtonForm(request.POST or None)
    if _acted(request, form, action, work):
        messages.success(request, done)
        return redirect(work)
    require(rule(request.actor, work))
    context = {"form": form, "work": work, "targets": _targets(work), "back": work.get_absolute_url()}
    return render(request, template, context)


def _targets(work: Initiative) -> list[tuple[Any, int]]:
    """(indicator, quantity) of each target that the kit still knows."""
    indicators = work.kit_of().indicators
    return [(indicators[t.indicator], t.quantity) for t in work.targets.order_by("pk") if t.indicator in indicators]


def submit(request: Request, slug: str) -> HttpResponse:
    """GET, POST /initiatives/<slug>/submit/"""
    done = _("Sent to the ward.")
    return _button(request, slug, actions.submit_initiative, rules.may_submit, "initiatives/submit.html", done)


def register(request: Request, slug: str) -> HttpResponse:
    """GET, POST /initiatives/<slug>/register/"""
    done = _("Registered. The work can begin; its targets stand in the public log.")
    return _button(request, slug, actions.register_initiative, rules.may_register, "initiatives/register.html", done)


def send_back(request: Request, slug: str) -> HttpResponse:
    """GET, POST /initiatives/<slug>/return/: a box for advice per field, beside what was written."""
    work = _find(slug)
    form = forms.ReturnForm(request.POST or None)
    if _acted(request, form, actions.return_initiative, work):
        messages.success(request, _("Sent back. The organiser sees your advice beside each field."))
        return redirect("desk")
    require(rules.may_return(request.actor, work))
    context = {"form": form, "work": work, "rows": _written(work, form), "back": work.get_absolute_url()}
    return render(request, "initiatives/return.html", context)


def _written(work: Initiative, form: forms.ReturnForm) -> list[tuple[Any, str]]:
    """(advice box, what the organiser wrote there)."""
    days = " – ".join(formats.date_format(d, "SHORT_DATE_FORMAT") for d in (work.starts_on, work.ends_on) if d)
    written = {
        "title": work.title,
        "summary": work.summary,
        "site": work.site.full_name if work.site else "",
        "targets": ", ".join(f"{i.name()}: {q} {i.unit()}" for i, q in _targets(work)),
        "dates": days,
        "serves": work.serves,
        "mandate": " · ".join(filter(None, (str(work.get_mandate_display()), work.mandate_note))),
    }
    return [(field, written.get(field.name, "")) for field in form.visible_fields()]


def tasks(request: Request, slug: str) -> HttpResponse:
    """GET, POST /initiatives/<slug>/tasks/: the steps, with a button each, and a form for one more."""
    work = _find(slug)
    form = forms.TaskForm(request.POST or None)
    if _acted(request, form, actions.add_task, work):
        messages.success(request, _("Added."))
        return redirect("initiatives:tasks", slug)
    require(rules.may_add_task(request.actor, work))
    rows = [(t, uuid4() if rules.may_finish_task(request.actor, t) else None) for t in _steps(work)]
    return render(request, "initiatives/tasks.html", {"form": form, "work": work, "rows": rows, "back": work.get_absolute_url()})


def _steps(work: Initiative) -> list[Task]:
    steps = list(work.tasks.filter(hidden_at=None))
    for step in steps:
        step.initiative = work
    return steps


@require_POST
def finish(request: Request, slug: str, pk: int) -> HttpResponse:
    """POST /initiatives/<slug>/tasks/<pk>/finish/"""
    task = get_object_or_404(Task.objects.select_related("initiative__place"), pk=pk, initiative__slug=slug)
    form = forms.ButtonForm(request.POST)
    if form.is_valid() and form.perform(actions.finish_task, request.actor, task) is not None:
        messages.success(request, _("Done. Well worked."))
    else:
        answer = rules.may_finish_task(request.actor, task)
        if isinstance(answer, No):
            raise Refused(answer.reason)
        messages.error(request, _("It didn't go through. Please press once more."))
    return redirect("initiatives:tasks", slug)


def close(request: Request, slug: str) -> HttpResponse:
    """GET, POST /initiatives/<slug>/close/"""
    work = _find(slug)
    form = forms.CloseForm(request.POST or None)
    if _acted(request, form, actions.close_initiative, work):
        messages.success(request, _("Given up. The reason is kept."))
        return redirect(work)
    require(rules.may_close(request.actor, work))
    return render(request, "initiatives/close.html", {"form": form, "work": work, "back": work.get_absolute_url()})
