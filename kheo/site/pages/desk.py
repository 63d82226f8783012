"""The desk: what waits for this person today, by the roles they hold. Never who is better than whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kheo.agreements.models import RULE, Version
from kheo.agreements.models import State as AgreementState
from kheo.ballots.models import Ballot
from kheo.ballots.models import State as BallotState
from kheo.catalogue import indicators, kits
from kheo.checks import lasting
from kheo.checks.announced import coming
from kheo.checks.models import Book, Check, Dispute, Flag, Phase
from kheo.checks.models.dispute import DisputeQuerySet
from kheo.checks.rules import holds_draw, may_close_book, may_enter_roll, may_freeze_book
from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.core.numbers import number
from kheo.core.requests import Request
from kheo.grants.waiting import Waiting, What, waiting_for
from kheo.initiatives.models import Initiative, State, Task
from kheo.ledger.models import BankAccount
from kheo.meetings.models import Decision, Duty, DutyKind, Matter, Meeting
from kheo.meetings.models import State as MeetingState
from kheo.needs.models import Need
from kheo.needs.models import State as NeedState
from kheo.people.households import HouseholdCard
from kheo.places.models import Place
from kheo.results.models import Result
from kheo.site.pages import visiting
from kheo.site.pages.chains import day
from kheo.site.pages.words import ROLES, WORK_STATES

TODAY = 3  # a head sees at most three tasks
LIST = 30
AREAS = 200  # of a ward; the largest have some fifty
LOOK_AHEAD = timedelta(days=7)
FOLLOWED = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do: where to press, what it is, by when."""

    title: str
    note: str
    url: str
    icon: str
    due: date | None = None
    late: bool = False


def desk(request: Request) -> HttpResponse:
    """GET /desk/"""
    actor = request.actor
    if actor.nameless:
        return redirect_to_login(request.get_full_path(), "/sign-in/")
    leads = actor.holds(Role.HEAD, Role.ORGANISER)
    officer = actor.holds(Role.OFFICER)
    mine = _works(actor) if leads or officer else []
    checks = _checks(actor)
    known = indicators()
    todo = sorted(_for_head(actor, mine), key=lambda t: t.due or date.max) if leads else []
    places = list(Place.objects.filter(path__in=[g.path for g in actor.grants]).select_related("parent").defer("geometry"))
    return render(
        request,
        "pages/desk.html",
        {
            "roles": [{"word": ROLES[g.role], "place": p} for g in actor.grants for p in places if p.path == g.path],
            "today": todo[:TODAY],
            "more": todo[TODAY:],
            "area": next((p for g in actor.grants if g.role == Role.HEAD for p in places if p.path == g.path), None),
            "ward": next((p for g in actor.grants if g.role == Role.OFFICER for p in places if p.path == g.path), None),
            "city": next((p for g in actor.grants if g.role in (Role.OPERATOR, Role.CITY_BOARD) for p in places if p.path == g.path), None),
            **visiting.of(actor),
            "disputes": list(Dispute.objects.waiting_for(actor).select_related("result__initiative", "result__place")[:LIST]),
            "flags": list(Flag.objects.waiting_for(actor).select_related("result__initiative", "result__place")[:LIST]),
            "flag_count": Flag.objects.waiting_for(actor).count(),
            "rounds": _rounds(actor),
            "again": _again(actor),
            "followed": list(_followed(actor)[:LIST]),
            "lasting": _lasting(actor, places),
            "board": actor.holds(Role.CITY_BOARD),
            "operator": actor.holds(Role.OPERATOR),
            "grants": [_grant_todo(w) for w in waiting_for(actor)],
            "coming": coming(actor) if leads else [],
            "leads": leads,
            "officer": officer,
            "checker": actor.holds(Role.CHECKER) or bool(checks),
            "mine": [{"work": w, "state": WORK_STATES[State(w.state)]} for w in mine],
            "checks": [{"check": c, "kit": kits().get(c.result.initiative.kit), "counted": known.get(c.result.indicator)} for c in checks],
            **(_for_officer(actor) if officer else {}),
        },
    )


def _followed(actor: Actor) -> DisputeQuerySet:
    """What somebody counts again because a household saw otherwise, for two months after the answer."""
    found = Dispute.objects.followed_by(actor).filter(answered_at__gte=clock.now() - FOLLOWED)
    return found.select_related("result__initiative", "result__place", "wanted__unit")


def _again(actor: Actor) -> list[Todo]:
    """For whoever reported: what somebody from outside asked them to look at once more, in that person's words."""
    asked = Flag.objects.to_correct(actor).select_related("result__initiative")[:LIST]
    word = _("Please look at your report again")
    return [
        Todo(word, f"{f.result.initiative.title} · {f.words}", reverse("results:correct", args=[f.result_id]), "pencil-square")
        for f in asked
    ]


def _rounds(actor: Actor) -> list[Todo]:
    """For whoever holds draws: rounds whose dice may be rolled, or whose draw is announced; for the board, those to be closed."""
    if not actor.holds(Role.CITY_BOARD, Role.OFFICER):
        return []
    known = indicators()
    todo = []
    for book in Book.objects.public().sealed().select_related("scope").defer("scope__geometry").order_by("draw_at", "pk")[:LIST]:
        counted = known[book.indicator].name() if book.indicator in known else book.indicator
        note, draw = f"{counted} · {book.scope.full_name}", reverse("checks:draw", args=[book.pk])
        if may_enter_roll(actor, book):
            todo.append(Todo(_("Roll the dice and type them"), note, draw, "cube"))
        elif may_close_book(actor, book):
            todo.append(Todo(_("Every place is counted: close the round"), note, draw, "lock-open"))
        elif holds_draw(actor, book) and book.phase == Phase.FROZEN:
            todo.append(Todo(_("A draw is announced"), note, draw, "megaphone", timezone.localdate(book.draw_at)))
    return todo


def _lasting(actor: Actor, places: list[Place]) -> list[Todo]:
    """For the city board: works that have stood for some months, to be looked at again."""
    todo = []
    for place in places:
        if any(g.role == Role.CITY_BOARD and g.path == place.path for g in actor.grants) and may_freeze_book(actor, place):
            for due in lasting.due(place):
                words = ngettext("%(n)s work has stood for %(months)s months", "%(n)s works have stood for %(months)s months", due.works)
                words %= {"n": number(due.works), "months": due.months}
                todo.append(Todo(words, due.indicator.name(), due.announce(place), "clock"))
    return todo


def _grant_todo(waiting: Waiting) -> Todo:
    words = {
        What.ANSWER: (_("A grant was offered: please answer"), "building-library"),
        What.SEND: (_("An instalment of a grant is due"), "paper-airplane"),
        What.RECEIVE: (_("An instalment of a grant: has it come?"), "banknotes"),
        What.REPORT: (_("Report back to the giver of a grant"), "chat-bubble-left-right"),
    }
    title, icon = words[waiting.what]
    late = waiting.due is not None and waiting.due < clock.today()
    return Todo(title, waiting.grant.initiative.title, waiting.grant.get_absolute_url(), icon, waiting.due, late)


def _of_agreements(actor: Actor, *roles: Role) -> Iterable[Todo]:
    """Comments to read, a draft whose days are over, one to recognise (the ward), one to look at again."""
    here = Version.objects.filter(_paths(actor, *roles, field="agreement__place__path"), agreement__hidden_at=None)
    here = here.select_related("agreement__place")
    today = clock.today()
    for version in here.filter(clauses__comments__released=False, clauses__comments__hidden_at=None).distinct()[:LIST]:
        yield Todo(_("Read what neighbours say about an agreement"), version.agreement.title, version.get_absolute_url(), "eye", today)
    for version in here.filter(state=AgreementState.POSTED, posted_until__lt=today)[:LIST]:
        yield from _to_decide(version)
    if Role.OFFICER in roles:
        for version in here.filter(state=AgreementState.ADOPTED)[:LIST]:
            words, by = _("Recognise the agreement"), version.answer_by or today
            yield Todo(words, version.agreement.title, version.get_absolute_url(), "check-badge", by, version.late)
    for version in here.to_review()[:LIST]:
        due = version.review_on
        words = _("Look at the agreement again with the neighbours")
        yield Todo(words, version.agreement.title, version.get_absolute_url(), "arrow-path", due, bool(due and due < today))


def _to_decide(version: Version) -> Iterable[Todo]:
    """A draft whose days are over: a meeting to call, or what it decided to write down; nothing while a meeting on agreements is called."""
    under = Matter.objects.filter(rule=RULE, meeting__place=version.agreement.place_id, hidden_at=None)
    passed = Decision.objects.filter(matter__in=under, passed=True, decided_on__gt=version.posted_until, agreement_version=None)
    if taken := passed.order_by("-decided_on", "-pk").first():
        adopt = f"{reverse('agreements:adopt', args=[version.pk])}?decision={taken.pk}"
        yield Todo(
            _("Decided: write down that the households adopt the agreement"), version.agreement.title, adopt, "scale", taken.decided_on
        )
    elif not under.filter(
        decision=None, meeting__state__in=(MeetingState.CALLED, MeetingState.COUNTED), meeting__starts_at__date__gt=version.posted_until
    ).exists():
        words = _("The draft was posted long enough: let the households decide")
        yield Todo(words, version.agreement.title, version.get_absolute_url(), "scale")


def _of_ballot(ballot: Ballot) -> tuple[str, datetime]:
    """What a secret vote waits for, and until when."""
    if ballot.state == BallotState.CALLED:
        return _("Print the slips of the secret vote"), ballot.opens_at
    if ballot.state == BallotState.SEALED:
        return _("Open the box of the secret vote"), ballot.closes_at
    return _("Enter the slips of the secret vote"), ballot.closes_at


def _paths(actor: Actor, *roles: Role, field: str = "place__path") -> Q:
    """Rows that lie where the actor holds one of the roles."""
    return reduce(or_, [Q(**{f"{field}__startswith": g.path}) for g in actor.grants if g.role in roles], Q(pk__in=[]))


def _works(actor: Actor) -> list[Initiative]:
    """What this person organises, or what goes on in the area they head."""
    own = Q(organiser_id=actor.user_id) | _paths(actor, Role.HEAD) & ~Q(state=State.DRAFT)
    found = Initiative.objects.filter(own, hidden_at=None).exclude(state__in=(State.COMPLETED, State.CLOSED))
    return list(found.select_related("place__parent").order_by("-drafted_at")[:LIST])


def _for_head(actor: Actor, mine: list[Initiative]) -> Iterable[Todo]:
    today = clock.today()
    meetings = Meeting.objects.filter(_paths(actor, Role.HEAD), state__in=(MeetingState.CALLED, MeetingState.COUNTED), hidden_at=None)
    for m in meetings.filter(starts_at__lte=clock.now() + LOOK_AHEAD).select_related("place").order_by("starts_at")[:LIST]:
        moment = (m.ends_at if m.slips else None) or m.starts_at
        begun, on = moment <= clock.now(), timezone.localdate(moment)
        if begun and m.state == MeetingState.COUNTED:
            yield Todo(_("Record what the meeting decided"), m.place.full_name, m.get_absolute_url(), "scale", on)
        elif begun:
            words = _("Count the slips") if m.slips else _("Count the households of the meeting")
            yield Todo(words, m.place.full_name, m.get_absolute_url(), "user-group", on)
        elif m.slips:
            yield Todo(_("Slips are being handed in"), m.where, m.get_absolute_url(), "envelope", on)
        else:
            when = timezone.localtime(m.starts_at).strftime("%H:%M")
            yield Todo(
                _("Meeting at %(time)s, %(where)s") % {"time": when, "where": m.where}, day(on), m.get_absolute_url(), "megaphone", on
            )
    yield from _of_duties(_owed(actor, Role.HEAD).exclude(kind=DutyKind.ANSWER)[:LIST])
    for ballot in Ballot.objects.going().filter(_paths(actor, Role.HEAD), hidden_at=None, opens_at__lte=clock.now() + LOOK_AHEAD):
        words, on = _of_ballot(ballot)
        yield Todo(words, ballot.title, ballot.get_absolute_url(), "archive-box", timezone.localdate(on))
    yield from _of_agreements(actor, Role.HEAD)
    held = Need.objects.held_for(actor).count()
    if held:
        words = ngettext("%(n)s need to read before it is shown", "%(n)s needs to read before they are shown", held) % {"n": number(held)}
        yield Todo(words, _("so that nobody is named or hurt"), reverse("needs:queue"), "eye", today)
    for work in mine:
        if work.state == State.RETURNED and work.organiser_id == actor.user_id:
            yield Todo(_("Complete what the ward asked for"), work.title, work.get_absolute_url(), "pencil-square", today)
        elif work.state == State.DRAFT:
            yield Todo(_("Finish writing and send to the ward"), work.title, work.get_absolute_url(), "paper-airplane")
    tasks = Task.objects.filter(initiative__in=[w.pk for w in mine if w.state == State.REGISTERED], done_on=None, hidden_at=None)
    for task in tasks.filter(due_on__lte=today + LOOK_AHEAD).select_related("initiative").order_by("due_on")[:LIST]:
        yield Todo(
            task.title,
            task.initiative.title,
            task.initiative.get_absolute_url(),
            "check-circle",
            task.due_on,
            bool(task.due_on and task.due_on < today),
        )
    reported = set(Result.objects.filter(initiative__in=[w.pk for w in mine], withdrawn_at=None).values_list("initiative_id", flat=True))
    for work in mine:
        if work.state == State.REGISTERED and work.pk not in reported:
            yield Todo(_("Done some of it? Count and report it"), work.title, work.get_absolute_url(), "camera", work.ends_on)


def _for_officer(actor: Actor) -> dict[str, Any]:
    """Waiting for me, late, to be checked, list."""
    today = clock.today()
    needs = Need.objects.waiting_for(actor).select_related("place")[:LIST]
    waiting = [
        Todo(
            n.text[:90] if n.text else n.code,
            f"{_('to be read before it is shown') if n.state == NeedState.HELD else _('to be answered')} · {n.place.full_name}",
            n.get_absolute_url(),
            "eye" if n.state == NeedState.HELD else "chat-bubble-left-right",
            n.answer_by,
            n.answer_by < today,
        )
        for n in needs
    ]
    submitted = Initiative.objects.waiting_for(actor).select_related("place").order_by("submitted_at")[:LIST]
    waiting += [
        Todo(
            w.title,
            _("to be registered or sent back · %(place)s") % {"place": w.place.full_name},
            w.get_absolute_url(),
            "inbox-arrow-down",
            timezone.localdate(w.submitted_at) if w.submitted_at else None,
        )
        for w in submitted
    ]
    waiting += _of_agreements(actor, Role.OFFICER)
    owed = _owed(actor, Role.OFFICER).filter(Q(due_on__lt=today) | Q(kind__in=(DutyKind.ANSWER, DutyKind.SEND)))
    waiting += _of_duties(owed[:LIST])
    accounts = BankAccount.objects.filter(_paths(actor, Role.OFFICER, field="initiative__place__path"), approved_at=None, ended_at=None)
    waiting += [
        Todo(
            _("Confirm the bank account"),
            a.initiative.title,
            reverse("ledger:confirm-account", args=[a.initiative.slug]),
            "banknotes",
            timezone.localdate(a.set_at),
        )
        for a in accounts.select_related("initiative").order_by("set_at")[:LIST]
    ]
    unchecked = Result.objects.unchecked().filter(_paths(actor, Role.OFFICER), hidden_at=None).exclude(readings__state="asked")
    unchecked = unchecked.select_related("initiative", "place")
    known = indicators()
    listed = Initiative.objects.public().filter(_paths(actor, Role.OFFICER)).select_related("place").order_by("-registered_at")
    return {
        "waiting": sorted((t for t in waiting if not t.late), key=lambda t: t.due or date.max),
        "late": [t for t in waiting if t.late],
        "unchecked": [{"result": r, "name": known[r.indicator].name if r.indicator in known else ""} for r in unchecked[:LIST]],
        "listed": list(listed[:LIST]),
        "listed_count": listed.count(),
        **_cards(actor),
    }


def _cards(actor: Actor) -> dict[str, Any]:
    """The areas whose household cards this officer keeps, those without a card first, and how many these are."""
    found = Place.objects.areas().filter(_paths(actor, Role.OFFICER, field="path")).exclude(_paths(actor, Role.HEAD, field="path"))
    areas = list(found.defer("geometry").order_by("sort")[:AREAS])
    printed = HouseholdCard.objects.valid().filter(place__in=areas).values_list("place").annotate(Count("pk")).order_by()
    made = dict(printed)
    rows = sorted(({"area": area, "made": made.get(area.pk, 0)} for area in areas), key=lambda row: bool(row["made"]))
    return {"cards": rows, "without_cards": sum(not row["made"] for row in rows)}


def _owed(actor: Actor, role: Role) -> Any:
    """What must follow decisions where the actor holds the role and nobody has done yet, the soonest first."""
    found = Duty.objects.waiting().shown().filter(_paths(actor, role, field="decision__matter__meeting__place__path"))
    return found.select_related("decision__matter__meeting__place")


def _of_duties(owed: Iterable[Duty]) -> list[Todo]:
    """One line a decision: what is owed first, and how much more; a single one leads straight to saying that it was done."""
    by: dict[int, list[Duty]] = {}
    for duty in owed:
        by.setdefault(duty.decision_id, []).append(duty)
    lines = []
    for first, *more in by.values():
        matter = first.decision.matter
        title = first.wording
        if more:
            title = ngettext("%(what)s, and %(n)s more", "%(what)s, and %(n)s more", len(more)) % {"what": title, "n": number(len(more))}
        url = first.decision.get_absolute_url() if more or first.kind == DutyKind.ANSWER else reverse("meetings:duty", args=[first.pk])
        note = f"{matter.title} · {matter.meeting.place.full_name}"
        lines.append(Todo(title, note, url, "clipboard-document-check", first.due_on, first.late))
    return lines


def _checks(actor: Actor) -> list[Check]:
    """What this person was asked to count. The claim is not read here at all, and the work's title, which may name it, not shown."""
    found = Check.objects.waiting_for(actor.user_id or 0).select_related("result__initiative__place", "result__site")
    return list(found.defer("result__quantity", "result__note").order_by("due_on")[:LIST])
