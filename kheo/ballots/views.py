"""Call, print, open the box, enter slips, finish, cancel; vote by phone. The page of a ballot is kheo.site's."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kheo.ballots import actions, codes, drafts, papers, published, rules
from kheo.ballots.forms import CallForm, CancelForm, EntryForm, FinishForm, OpenForm, PlainForm, PrintForm, VoteForm
from kheo.ballots.models import Ballot, Method, Option, Seat, State
from kheo.core import pdf, qr
from kheo.core.actor import Actor
from kheo.core.requests import Request
from kheo.core.rules import Invalid, require
from kheo.evidence import photos
from kheo.meetings.models import Matter
from kheo.people import limits
from kheo.places.models import Place


def _ballot(pk: int) -> Ballot:
    return get_object_or_404(Ballot.objects.select_related("place", "matter__meeting__place"), pk=pk)


def call(request: Request) -> HttpResponse:
    """Call a secret vote (``?place=`` or ``?matter=``, then ``?method=``)."""
    matter = get_object_or_404(Matter.objects.select_related("meeting__place"), pk=_pk(request)) if "matter" in request.GET else None
    place = matter.meeting.place if matter else get_object_or_404(Place.objects.defer("geometry"), slug=request.GET.get("place", ""))
    answer = rules.may_call_for_matter(request.actor, matter) if matter else rules.may_call_ballot(request.actor, place)
    method = Method.YES_NO.value if matter else request.GET.get("method", "")
    back = (matter.meeting if matter else place).get_absolute_url()
    if method not in Method.values:
        require(answer)
        return render(request, "ballots/choose.html", {"place": place, "methods": Method.choices, "back": back})
    online = bool(matter and rules.law_allows(matter, "online"))
    form = CallForm(request.POST or None, place=place, method=method, matter=matter, online=online)
    if request.method == "POST" and form.is_valid() and (made := form.perform(actions.call_ballot, request.actor, place, **form.values())):
        messages.success(request, _("The vote is called. Now print the slips: before the voting begins."))
        return redirect(made)
    require(answer)
    context = {"form": form, "place": place, "matter": matter, "method": Method(method).label, "back": back}
    return render(request, "ballots/call.html", context, status=422 if form.errors else 200)


def _pk(request: Request) -> int:
    try:
        return int(request.GET["matter"])
    except ValueError:
        raise Http404 from None


@never_cache
def print_slips(request: Request, pk: int) -> HttpResponse:
    """Print the slips: the paper is the answer to the POST, once."""
    ballot = _ballot(pk)
    form = PrintForm(request.POST or None, initial={"count": ballot.households})
    if request.method == "POST" and form.is_valid():
        made = form.perform(actions.print_slips, request.actor, ballot, **form.values())
        if made and (made.made or made.online):
            return pdf.answer(papers.slips(made, form.cleaned_data["count"]), f"{_('voting slips')} {ballot.pk}")
        if made:
            messages.warning(request, _("These slips were given to you already; no copy is kept. If they are lost, print again."))
            return redirect(ballot)
    require(rules.may_print_slips(request.actor, ballot))
    return render(request, "ballots/print.html", {"form": form, "ballot": ballot, "back": ballot.get_absolute_url()})


def open_box(request: Request, pk: int) -> HttpResponse:
    """The voting is over: open the box."""
    ballot = _ballot(pk)
    form, answer = OpenForm(request.POST or None, request.FILES or None, ballot=ballot), rules.may_open_box(request.actor, ballot)

    def act(actor: Actor, ballot: Ballot, *, protocol: Any, act_id: UUID, handed_out: int = 0) -> Ballot:
        photo = photos.store(protocol, field="protocol") if answer else None  # the action refuses the others before it looks at it
        return actions.open_box(actor, ballot, handed_out=handed_out, protocol=photo, act_id=act_id)  # type: ignore[arg-type]

    if request.method == "POST" and form.is_valid() and form.perform(act, request.actor, ballot, **form.values()) is not None:
        messages.success(request, _("The box is open. Two people now enter the slips, without seeing each other's."))
        return redirect("ballots:enter", ballot.pk, Seat.FIRST)
    require(answer)
    context = {"form": form, "ballot": ballot, "taken": ballot.taken.count() if ballot.online else None, "back": ballot.get_absolute_url()}
    return render(request, "ballots/open.html", context)


@never_cache
def second(request: Request, pk: int) -> HttpResponse:
    """Let the second counter in: a code and a QR for another phone, shown in the answer to the POST."""
    ballot = _ballot(pk)
    require(rules.may_let_second_in(request.actor, ballot))
    context: dict[str, Any] = {"ballot": ballot, "form": PlainForm(), "back": ballot.get_absolute_url()}
    if request.method == "POST":
        code = actions.let_second_in(request.actor, ballot)
        link = settings.KHEO_URL + reverse("ballots:join", args=[ballot.pk, code])
        context |= {"code": codes.spell(code), "qr": qr.inline(link), "link": link}
    return render(request, "ballots/second.html", context)


@never_cache
def join(request: Request, pk: int, code: str) -> HttpResponse:
    """The second counter's phone arrives with the code: it may enter slips until the result is published."""
    ballot = _ballot(pk)
    with limits.guesses(request, "counter"):
        if not rules.is_second(ballot, codes.read(code)):
            raise Http404
    request.session[_key(pk)] = codes.read(code)
    return redirect("ballots:enter", ballot.pk, Seat.SECOND)


def _key(pk: int) -> str:
    return f"counter-{pk}"


@never_cache
def enter(request: Request, pk: int, seat: int) -> HttpResponse:
    """Enter slips, one after the other."""
    ballot, counter = _ballot(pk), request.session.get(_key(pk), "")
    answer = rules.may_enter_slips(request.actor, ballot, seat, counter)
    if not answer and ballot.state in (State.COUNTING, State.PUBLISHED) and seat in ballot.entered:
        return redirect(ballot)
    require(answer)
    options: list[Option] = list(ballot.options.all())
    form = EntryForm(request.POST or None, ballot=ballot, options=options)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            drafts.enter_slip(
                request.actor, ballot, seat=seat, code=data["code"], choice=form.choice(), counter=counter, really=data["really"]
            )
            return redirect("ballots:enter", ballot.pk, seat)
        except Invalid as e:
            form.refuse(e)
    words = {o.position: o.words for o in options}
    mine = ballot.entries.filter(seat=seat).order_by("-pk")
    again = [codes.spell(c) if c else _("slips with a code that was never printed") for c in ballot.look_again]
    rows = [{"slip": s, "code": codes.spell(s.code), "says": published.says(ballot, s.choice, words)} for s in mine[:50]]
    context = {
        "form": form,
        "ballot": ballot,
        "seat": seat,
        "rows": rows,
        "count": mine.count(),
        "again": again,
        "asks": "code" in form.errors,
        "back": ballot.get_absolute_url(),
    }
    return render(request, "ballots/enter.html", context, status=422 if form.errors else 200)


@require_POST
def take_back(request: Request, pk: int, seat: int, slip: int) -> HttpResponse:
    """Remove a slip that was entered wrongly."""
    ballot = _ballot(pk)
    drafts.take_back(request.actor, ballot, seat=seat, slip=slip, counter=request.session.get(_key(pk), ""))
    return redirect("ballots:enter", ballot.pk, seat)


@never_cache
def finish(request: Request, pk: int, seat: int) -> HttpResponse:
    """One counter has entered every slip."""
    ballot = _ballot(pk)
    counter, form, before = request.session.get(_key(pk), ""), FinishForm(request.POST or None), ballot.round
    if request.method == "POST" and form.is_valid():
        done = form.perform(actions.finish_entry, request.actor, ballot, seat=seat, code=counter, **form.values())
        if done:
            done.refresh_from_db()
            if done.state == State.PUBLISHED:
                messages.success(request, _("Both counted the same. The result is published."))
            elif done.round != before:
                messages.warning(request, _("The two entries are not equal. Please look at these slips again."))
                return redirect("ballots:enter", ballot.pk, seat)
            else:
                messages.success(request, _("Thank you. As soon as the other counter has finished, the result is published."))
            return redirect(ballot)
    if not form.errors:
        require(rules.may_enter_slips(request.actor, ballot, seat, counter))
    context = {"form": form, "ballot": ballot, "seat": seat, "back": reverse("ballots:enter", args=[ballot.pk, seat])}
    return render(request, "ballots/finish.html", context, status=422 if form.errors else 200)


def cancel(request: Request, pk: int) -> HttpResponse:
    """Cancel it, with the reason."""
    ballot = _ballot(pk)
    form = CancelForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and form.perform(actions.cancel_ballot, request.actor, ballot, **form.values()) is not None
    ):
        messages.success(request, _("The vote is cancelled. Its page tells why."))
        return redirect(ballot)
    require(rules.may_cancel_ballot(request.actor, ballot))
    return render(request, "ballots/cancel.html", {"form": form, "ballot": ballot, "back": ballot.get_absolute_url()})


def decide(request: Request, pk: int) -> HttpResponse:
    """Take the result over as the decision of its matter."""
    ballot = _ballot(pk)
    form = PlainForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.perform(actions.decide, request.actor, ballot) is not None:
        messages.success(request, _("The result is recorded as the decision."))
        return redirect(ballot)
    if not form.errors:
        require(rules.may_decide(request.actor, ballot))
    return render(request, "ballots/decide.html", {"form": form, "ballot": ballot, "back": ballot.get_absolute_url()})


@never_cache
def take(request: Request, pk: int) -> HttpResponse:
    """A household with its card takes its code; shown in the answer to the POST, once."""
    ballot = _ballot(pk)
    form = PlainForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (taken := form.perform(actions.take_code, request.actor, ballot)):
        code = taken.code or (codes.unseal(taken.sealed, form.cleaned_data["act_id"]) if taken.sealed else "")  # the first answer was lost
        context = {"ballot": ballot, "code": codes.spell(code) if code else "", "back": ballot.get_absolute_url()}
        return render(request, "ballots/taken.html", context)
    require(rules.may_take_code(request.actor, ballot))
    return render(request, "ballots/take.html", {"form": form, "ballot": ballot, "back": ballot.get_absolute_url()})


@never_cache
def vote(request: Request, pk: int) -> HttpResponse:
    """Vote by phone with a code."""
    ballot = _ballot(pk)
    form = VoteForm(request.POST or None, ballot=ballot, options=list(ballot.options.all()))
    if request.method == "POST" and form.is_valid():
        done = None
        with suppress(Http404), limits.guesses(request, "ballot"):
            done = form.perform(actions.vote, request.actor, ballot, **form.values())
            if "code" in form.errors:  # counted as a guess; the form says what is wrong
                raise Http404
        if done:
            messages.success(request, _("Your vote is in the box. Keep your code: you will find it in the published list."))
            return redirect(ballot)
    require(rules.may_vote(request.actor, ballot))
    return render(request, "ballots/vote.html", {"form": form, "ballot": ballot, "back": ballot.get_absolute_url()})


@require_safe
def votes_csv(request: Request, pk: int) -> HttpResponse:
    """Codes and choices, as the log has them."""
    ballot = _shown(request, pk)
    answer = HttpResponse(published.csv_of(ballot), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="kheo-vote-{ballot.pk}.csv"'
    return answer


@require_safe
def votes_pb(request: Request, pk: int) -> HttpResponse:
    """The election in the Pabulib format, for `kheo tally` and other tools."""
    ballot = _shown(request, pk)
    if ballot.method not in (Method.BUDGET, Method.APPROVAL):
        raise Http404
    answer = HttpResponse(published.pabulib_of(ballot), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="kheo-vote-{ballot.pk}.pb"'
    return answer


def _shown(request: Request, pk: int) -> Ballot:
    ballot = _ballot(pk)
    if ballot.state != State.PUBLISHED or not ballot.shown:
        raise Http404
    return ballot
