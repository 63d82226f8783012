"""The pages of who goes and counts. No answer of theirs says claim, rank, key, the work's title or what another read."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kheo.catalogue import kit as kit_of
from kheo.checks import actions, rules
from kheo.checks.actions.pool import unsworn
from kheo.checks.corridor import Start, drawing
from kheo.checks.forms import UnreachedForm
from kheo.checks.forms.visits import ReadForm, RereadForm, SwearForm, YesForm
from kheo.checks.models import Unit, Visit, VisitState, Volunteer
from kheo.core.actor import Actor
from kheo.core.requests import Request
from kheo.core.rules import No, require
from kheo.openlog.door import done
from kheo.places.geometry import distance
from kheo.places.models import Place, Rank
from kheo.results.sums import is_private

NEAR = 150  # metres: what lies so near to the start of a road helps to find it
SIDES = {
    "n": gettext_lazy("northern"),
    "ne": gettext_lazy("north-eastern"),
    "e": gettext_lazy("eastern"),
    "se": gettext_lazy("south-eastern"),
    "s": gettext_lazy("southern"),
    "sw": gettext_lazy("south-western"),
    "w": gettext_lazy("western"),
    "nw": gettext_lazy("north-western"),
}


@never_cache
def visit(request: Request, code: str) -> HttpResponse:
    """GET, POST /visits/<code>/ – for the one who was asked. POST: what they counted."""
    found = _mine(request, code)
    form = ReadForm(request.POST or None, request.FILES or None, visit=found)
    if request.method == "POST" and form.is_valid() and _read(request.actor, found, form) is not None:
        messages.success(request, _("Thank you. What you counted is in; it opens when the other has counted too."))
        return _home(request)
    if request.method == "POST":
        found = _mine(request, code)
    return _page(request, found, form)


def _read(actor: Actor, found: Visit, form: ReadForm) -> Visit | None:
    """The photo is stored before the transaction, and only for somebody who may act; a repeat stores none."""
    if first := done(actions.read, actor, found, cast(UUID, form.cleaned_data["act_id"])):
        return cast(Visit, first)
    if rules.may_read(actor, found) and not form.stored():
        return None
    return form.perform(actions.read, actor, found, **form.values())


@never_cache
@require_POST
def accept(request: Request, code: str) -> HttpResponse:
    """POST /visits/<code>/yes/"""
    return _answer(request, code, YesForm(request.POST), actions.accept_visit, "")


@never_cache
@require_POST
def decline(request: Request, code: str) -> HttpResponse:
    """POST /visits/<code>/no/"""
    return _answer(request, code, YesForm(request.POST), actions.decline_visit, _("All right. Somebody else will be asked."))


@never_cache
@require_POST
def unreached(request: Request, code: str) -> HttpResponse:
    """POST /visits/<code>/not-there/"""
    words = _("Thank you for going. Somebody else will try.")
    return _answer(request, code, UnreachedForm(request.POST), actions.say_unreached, words)


def _answer(request: Request, code: str, form: Any, action: Any, words: str) -> HttpResponse:
    found = _mine(request, code)
    if form.is_valid() and form.perform(action, request.actor, found, **form.values()) is not None:
        if not words:
            return redirect(found)
        messages.success(request, words)
        return _home(request)
    return _page(request, _mine(request, code), ReadForm(visit=found), " ".join(str(e) for e in form.non_field_errors()))


def _home(request: Request) -> HttpResponse:
    return redirect("desk" if request.actor.user_id is not None else "mine")


def _mine(request: Request, code: str) -> Visit:
    """The visit without the claim: what is not read can't be shown."""
    found = Visit.objects.select_related(
        "volunteer__user", "unit__book__scope", "unit__result__initiative__place", "unit__result__place__parent", "unit__result__site"
    ).defer("unit__claim", "unit__cap", "unit__key", "unit__rank", "unit__result__quantity", "unit__result__note")
    asked = get_object_or_404(found, code=code)
    require(rules.may_see_visit(request.actor, asked))
    return asked


def _page(request: Request, asked: Visit, form: ReadForm, refused: str = "") -> HttpResponse:
    result, unit = asked.unit.result, asked.unit
    going, private = asked.state == VisitState.ACCEPTED, is_private(result.indicator)
    answer = rules.may_read(request.actor, asked) if going else rules.may_accept_visit(request.actor, asked)
    ward = result.place if result.place.rank <= Rank.WARD or result.place.parent is None else result.place.parent
    context: dict[str, Any] = {
        "visit": asked,
        "kit": kit_of(result.initiative.kit),
        "ward": ward,
        "closed": str(answer.reason) if isinstance(answer, No) else "",
        "refused": refused,
        "going": going,
        "may_decline": bool(rules.may_decline_visit(request.actor, asked)),
        "private": private,
        "back": reverse("desk" if request.actor.user_id is not None else "mine"),
        "yes": YesForm(auto_id="yes_%s"),
        "no": YesForm(auto_id="no_%s"),
    }
    if going and not context["closed"]:
        context |= {"form": form, "not_there": UnreachedForm(auto_id="not_there_%s"), "case": asked.code[:6]}
        if not private:
            context |= {"place": result.place, "road": result.site, "at": unit.at, "session": unit.at.get("session", result.session)}
            context["map"] = drawn = drawing(unit.at, result.site.geometry if result.site else None)
            if drawn and drawn.start and result.site:
                context["start"] = {"side": SIDES[drawn.start.side], "near": _near(drawn.start, result.site)}
    elif form.is_bound and not refused:  # the form isn't shown, so that its sentence is
        said = " ".join(str(e) for e in form.non_field_errors())
        context["refused"] = said if said != context["closed"] else ""
    return render(request, "checks/visit.html", context)


def _near(start: Start, road: Place) -> str:
    """What lies at the start of a road and helps to tell its ends apart: "chợ Ván"; "" when there is nothing near."""
    points = Place.objects.filter(parent=road.parent_id, rank=Rank.SITE, lon__isnull=False, length_m=None)  # roads are long
    found = [(distance(start.lon, start.lat, p.lon or 0, p.lat or 0), p.pk, p.full_name) for p in points.defer("geometry")]
    metres, _pk, name = min(found, default=(NEAR + 1, 0, ""))
    return name if metres <= NEAR else ""


# ── the pool ──


@never_cache
def join(request: Request, slug: str) -> HttpResponse:
    """GET, POST /places/<slug>/count/ – offer to count, living in this area."""
    home = get_object_or_404(Place.objects.areas().select_related("parent").defer("geometry", "parent__geometry"), slug=slug)
    form = YesForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.perform(actions.join_pool, request.actor, home) is not None:
        messages.success(request, _("Thank you! When it is your turn, it stands here; you can always say no."))
        return _home(request)
    answer = rules.may_join_pool(request.actor, home)
    if request.method != "POST":
        require(answer)
    return render(request, "checks/join.html", {"form": form, "home": home, "back": home.get_absolute_url()})


@never_cache
def leave(request: Request, pk: int) -> HttpResponse:
    """GET, POST /counting/<pk>/leave/"""
    volunteer = get_object_or_404(Volunteer.objects.select_related("home"), pk=pk)
    form = YesForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.perform(actions.leave_pool, request.actor, volunteer) is not None:
        messages.success(request, _("You are off the list. Thank you for having been on it."))
        return _home(request)
    if request.method != "POST":
        require(rules.may_leave_pool(request.actor, volunteer))
    back = reverse("desk" if request.actor.user_id is not None else "mine")
    return render(request, "checks/leave.html", {"form": form, "back": back})


@never_cache
def swear(request: Request, slug: str) -> HttpResponse:
    """GET, POST /places/<slug>/silence/ – for the ward's officer."""
    place = get_object_or_404(Place.objects.filter(rank__lte=Rank.WARD).defer("geometry"), slug=slug)
    form = SwearForm(request.POST or None, listed=unsworn(place))
    if request.method == "POST" and form.is_valid() and form.perform(actions.swear_in, request.actor, place, **form.values()) is not None:
        messages.success(request, _("Written down. They may be sent to homes from now on."))
        return redirect(place)
    require(rules.may_swear_in(request.actor, place))
    form.fields["volunteer"].queryset = listed = unsworn(place)  # type: ignore[attr-defined]
    context = {"form": form, "place": place, "listed": listed, "back": place.get_absolute_url()}
    return render(request, "checks/swear.html", context)


@never_cache
def reread(request: Request, pk: int) -> HttpResponse:
    """GET, POST /units/<pk>/reread/ – for the city board."""
    unit = get_object_or_404(Unit.objects.select_related("book__scope", "result__initiative", "result__place"), pk=pk)
    require(rules.may_reread(request.actor, unit))
    form = RereadForm(request.POST or None, unit=unit)
    if request.method == "POST" and form.is_valid() and form.perform(actions.reread, request.actor, unit, **form.values()) is not None:
        messages.success(request, _("Corrected. Everything that rests on it was computed again."))
        return redirect(unit.book)
    return render(request, "checks/reread.html", {"form": form, "unit": unit, "back": unit.book.get_absolute_url()})
