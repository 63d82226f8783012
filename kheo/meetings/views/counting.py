"""Who is here, who writes and counts, and the two counts of the votes."""

from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from kheo.core import qr
from kheo.core.numbers import percent
from kheo.core.requests import Request
from kheo.core.rules import Invalid, require
from kheo.evidence import photos
from kheo.meetings import actions, codes, law, numbers, rules
from kheo.meetings.forms import CountForm, FirstTallyForm, JoinForm, OfficersForm, SecondCountForm, TallyForm
from kheo.meetings.models import Decision, Matter, Meeting, Tally
from kheo.people import limits


def count(request: Request, pk: int) -> HttpResponse:
    """Count the households that are represented. ``keep`` (a button, or each tap by htmx) only keeps what is ticked so far."""
    meeting = get_object_or_404(Meeting.objects.select_related("place"), pk=pk)
    keep = request.method == "POST" and ("keep" in request.POST or _by_htmx(request))
    answer = rules.may_count_households(request.actor, meeting)
    kept = list(meeting.attendance.values_list("number", flat=True))
    form = CountForm(request.POST or None, request.FILES or None, meeting=meeting, keep=keep, initial={"numbers": kept})

    def act(actor: Any, meeting: Meeting, *, sheet: Any, act_id: UUID, **values: Any) -> Meeting:
        # Stored before the transaction, and only for who may count; the action refuses the others before it looks at the sheet.
        photo = photos.store(sheet, field="sheet") if answer else None
        return actions.count_households(actor, meeting, sheet=photo, act_id=act_id, **values)  # type: ignore[arg-type]

    if keep:
        return _keep(request, meeting, form)
    if request.method == "POST" and form.is_valid() and (done := form.perform(act, request.actor, meeting, **form.values())):
        said = _("%(present)s of %(households)s households are here.")
        if done.slips:
            said = _("%(present)s of %(households)s slips came back.")
        messages.success(request, said % {"present": done.present, "households": done.households})
        return redirect(done)
    require(answer)
    ticked = sum(on for _n, on in form.grid) or len(kept)
    context = {"form": form, "meeting": meeting, "back": meeting.get_absolute_url(), **_standing(meeting, ticked)}
    return render(request, "meetings/count.html", context)


def _keep(request: Request, meeting: Meeting, form: CountForm) -> HttpResponse:
    if form.is_valid():
        try:
            actions.keep_numbers(request.actor, meeting, form.all_numbers())
        except Invalid as e:
            form.add_error("numbers", str(e.message))
    else:
        require(rules.may_count_households(request.actor, meeting))
    if form.is_valid() and not _by_htmx(request):
        messages.info(request, _("Kept. Nothing is counted until you say so."))
        return redirect("meetings:count", meeting.pk)
    standing = _standing(meeting, meeting.attendance.count())
    if _by_htmx(request):
        return render(request, "meetings/_came.html", {"meeting": meeting, **standing})
    return render(request, "meetings/count.html", {"form": form, "meeting": meeting, "back": meeting.get_absolute_url(), **standing})


def _standing(meeting: Meeting, came: int) -> dict[str, Any]:
    """What so many households are enough for."""
    asked = [e for e in numbers.enough(meeting, came) if e.quorum]
    return {"came": came, "quorum": max((e.quorum for e in asked), default=0), "enough": all(e.quorate for e in asked)}


def officers(request: Request, pk: int) -> HttpResponse:
    """Write down whom those attending chose, and how they vote."""
    meeting = get_object_or_404(Meeting.objects.select_related("place"), pk=pk)
    initial = {"secretary": meeting.secretary, "counters": meeting.counters} | ({"method": meeting.method} if meeting.method else {})
    form = OfficersForm(request.POST or None, initial=initial)
    if (
        request.method == "POST"
        and form.is_valid()
        and (done := form.perform(actions.choose_officers, request.actor, meeting, **form.values()))
    ):
        messages.success(request, _("Written down. Now the matters are put to the vote, one after the other."))
        return redirect(done)
    require(rules.may_choose_officers(request.actor, meeting))
    least = law.officers_needed(timezone.localdate(meeting.starts_at), meeting.present or 0)
    return render(request, "meetings/officers.html", {"form": form, "meeting": meeting, "least": least, "back": meeting.get_absolute_url()})


@never_cache
def second(request: Request, pk: int) -> HttpResponse:
    """Let a second counter in: a code and a QR for another phone, or for this one handed over."""
    meeting = get_object_or_404(Meeting.objects.select_related("place"), pk=pk)
    form = SecondCountForm(request.POST or None)
    context: dict[str, Any] = {"form": form, "meeting": meeting, "back": meeting.get_absolute_url()}
    if request.method == "POST" and form.is_valid():
        code = codes.new_code(meeting.pk, form.cleaned_data["act_id"])
        if form.perform(actions.open_second_count, request.actor, meeting, code=code) is not None:
            path = reverse("meetings:join", args=[code])
            shown = {"code": code, "path": path, "qr": qr.inline(settings.KHEO_URL + path), "fresh": uuid4()}
            shown["address"] = settings.KHEO_URL + reverse("meetings:join")
            return render(request, "meetings/second.html", {**context, **shown})
    require(rules.may_open_second_count(request.actor, meeting))
    return render(request, "meetings/second.html", {**context, "joined": bool(meeting.counter_hash)})


def tally(request: Request, pk: int) -> HttpResponse:
    """The first seat: what the head's counter counted on one matter."""
    matter = get_object_or_404(Matter.objects.select_related("meeting__place"), pk=pk)
    form, answer = FirstTallyForm(request.POST or None, request.FILES or None), rules.may_enter_tally(request.actor, matter)

    def act(actor: Any, matter: Matter, *, sheet: Any, act_id: UUID, **votes: Any) -> Tally:
        photo = photos.store(sheet, field="sheet") if sheet and answer else None
        return actions.enter_tally(actor, matter, sheet=photo, act_id=act_id, **votes)

    if request.method == "POST" and form.is_valid() and (done := form.perform(act, request.actor, matter, **form.values())):
        _tell(request, done)
        return redirect(f"{matter.meeting.get_absolute_url()}#matter-{matter.position}")
    require(answer)
    context = {"form": form, "back": matter.meeting.get_absolute_url(), **_asked(matter)}
    return render(request, "meetings/tally.html", context)


@never_cache
def join(request: Request, code: str = "") -> HttpResponse:
    """The second seat: every matter that can be counted now, on a phone without an account. Without a code: the field for it."""
    typed = codes.clean(code or request.GET.get("code", ""))
    if not code:
        if typed:
            return redirect("meetings:join", typed)
        form = JoinForm({"code": request.GET["code"]} if "code" in request.GET else None)
        if form.is_bound and form.is_valid():
            form.add_error("code", _("This is no code of a meeting. It has eight letters and digits."))
        return render(request, "meetings/join.html", {"form": form})
    meeting = _meeting_of(request, typed)
    matters = list(meeting.matters.select_related("decision").prefetch_related("tallies").filter(hidden_at=None))
    items: list[dict[str, Any]] = []
    for matter in matters:
        matter.meeting = meeting
        if matter.law.votes:
            number, filled = matter.count_now()
            items.append(
                {"matter": matter, "count": number, "mine": 2 in filled, "may": bool(rules.may_enter_tally(request.actor, matter, typed))}
            )
    waiting = any(i["mine"] and not i["matter"].decided for i in items)
    return render(request, "meetings/seat.html", {"meeting": meeting, "items": items, "code": typed, "waiting": waiting})


@never_cache
def tally_second(request: Request, code: str, pk: int) -> HttpResponse:
    """The second seat's form for one matter."""
    typed = codes.clean(code)
    meeting = _meeting_of(request, typed)
    matter = get_object_or_404(Matter.objects.select_related("meeting__place"), pk=pk, meeting=meeting)
    form = TallyForm(request.POST or None)
    back = reverse("meetings:join", args=[typed])
    if (
        request.method == "POST"
        and form.is_valid()
        and (done := form.perform(actions.enter_tally, request.actor, matter, code=typed, **form.values()))
    ):
        _tell(request, done)
        return redirect(f"{back}#matter-{matter.position}")
    require(rules.may_enter_tally(request.actor, matter, typed))
    return render(request, "meetings/tally.html", {"form": form, "back": back, "second": True, **_asked(matter)})


def _by_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _meeting_of(request: HttpRequest, code: str) -> Meeting:
    """The meeting that this code opens. Guessing is limited; an old code is as unknown as one that never was."""
    with limits.guesses(request, "second-count"):
        found = Meeting.objects.select_related("place").filter(counter_hash=codes.code_hash(code)).first() if code else None
        if found is None:
            raise Http404
    return found


def _asked(matter: Matter) -> dict[str, Any]:
    """What the law asks of this matter, with today's numbers."""
    meeting, rule = matter.meeting, matter.law
    outcome = rule.evaluate(0, present=meeting.present or 0, households=meeting.households or 0)
    number, _filled = matter.count_now()
    return {"matter": matter, "meeting": meeting, "rule": rule, "needed": outcome.needed, "base": outcome.base, "count": number}


def _tell(request: Request, tally: Tally) -> None:
    """What came of a count: waiting, once more, or the decision. Numbers are said only when both counts are in and equal."""
    matter = Matter.objects.select_related("decision").get(pk=tally.matter_id)
    if matter.decided:
        _decided(request, matter.decision)
    elif matter.tallies.filter(count=tally.count).count() == 1:
        messages.info(request, _("Your count is in. Now the other counter enters theirs."))
    else:
        messages.warning(request, _("The two counts are not equal. Please both count again."))


def _decided(request: Request, decision: Decision) -> None:
    values = {
        "agree": decision.agree,
        "base": decision.base,
        "needed": decision.needed,
        "percent": percent(decision.agree, decision.base),
        "article": decision.citation,
    }
    if decision.passed:
        messages.success(request, _("We decided: %(agree)s of %(base)s agree (%(percent)s), %(needed)s needed. %(article)s.") % values)
    else:
        messages.warning(request, _("Not decided: %(agree)s of %(base)s agree (%(percent)s), %(needed)s needed. %(article)s.") % values)
