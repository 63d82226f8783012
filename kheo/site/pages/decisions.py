"""One decision: the sum in words, by which article, and what must follow it by when. Read from what was copied when it was taken."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kheo.agreements.models import Version
from kheo.core.actor import Actor, Role
from kheo.core.numbers import number
from kheo.core.requests import Request
from kheo.meetings.duties import may_fulfil_duty
from kheo.meetings.judged import shares, votes
from kheo.meetings.law import ATTENDING, Share, spoken
from kheo.meetings.models import Decision, Duty
from kheo.openlog.subjects import receipts_for
from kheo.site.pages import acts

#: How sure we are of a rule: the short word, and whether a lawyer should be asked.
MARKS = {
    "C": (gettext_lazy("confirmed from a published source"), False),
    "S": (gettext_lazy("from a second-hand source: check with a lawyer"), True),
    "M": (gettext_lazy("not confirmed: check with a lawyer"), True),
}
METHODS = {
    "hands": gettext_lazy("by a show of hands"),
    "secret": gettext_lazy("in secret"),
    "slips": gettext_lazy("by slips to every household"),
    "online": gettext_lazy("online"),
}


@dataclass(frozen=True, slots=True)
class Owed:
    """A duty as a page shows it; ``url`` where this reader may say that it was done."""

    duty: Duty
    url: str


@dataclass(frozen=True, slots=True)
class Point:
    """One thing the law asks of a decision: what it was, whether it was met (None: nothing to meet), how sure we are of the rule."""

    title: str
    words: str
    met: bool | None
    mark: str = ""


def decision(request: Request, pk: int) -> HttpResponse:
    """GET /decisions/<id>/"""
    found = Decision.objects.select_related("matter__meeting__place__parent").prefetch_related("initiatives", "matter__needs")
    thing = get_object_or_404(found, pk=pk)
    matter = thing.matter
    meeting = matter.meeting
    if not (matter.shown and meeting.shown) and not request.actor.has(Role.OFFICER, at=meeting.place):
        raise Http404
    owed, asked = duties(request.actor, [thing])[thing.pk], points(thing)
    return render(
        request,
        "pages/decision.html",
        {
            "decision": thing,
            "matter": matter,
            "meeting": meeting,
            "kind": spoken(thing.judged.get("name", {})),
            "votes": votes(thing) if thing.voted else "",
            "points": asked,
            "source": thing.judged.get("source", ""),
            "doubt": any(mark in MARKS and MARKS[mark][1] for mark in (thing.judged.get("mark", "M"), *(p.mark for p in asked))),
            "duties": owed,
            "late": any(o.duty.late for o in owed),
            "works": [w for w in thing.initiatives.all() if w.registered_at and w.shown],
            "needs": [n for n in matter.needs.all() if n.public_text],
            "agreements": list(Version.objects.of_decision(thing).select_related("agreement")),
            "acts": acts.of_matter(request.actor, matter),
            "receipts": receipts_for([thing, *(o.duty for o in owed)]),
        },
    )


def duties(actor: Actor, decisions: Iterable[Decision]) -> dict[int, list[Owed]]:
    """What must follow each decision, by its primary key, the soonest first; with this reader's buttons."""
    by: dict[int, list[Owed]] = {d.pk: [] for d in decisions}
    rows = Duty.objects.filter(decision__in=by).select_related("proof", "decision__matter__meeting__place")
    for duty in rows:
        by[duty.decision_id].append(Owed(duty, reverse("meetings:duty", args=[duty.pk]) if may_fulfil_duty(actor, duty) else ""))
    return by


def points(thing: Decision) -> list[Point]:
    """Everything the rule of that day asked for, one by one."""
    copy = thing.judged
    found = [_quorum(thing)] if copy.get("quorum") else []
    if thing.voted and thing.quorate:
        found.append(Point(_("Enough votes?"), votes(thing), thing.passed, copy.get("mark", "")))
    if thing.voted:
        base = _("Of those who came.") if copy.get("base") == ATTENDING else _("Of all households, also of those who did not come.")
        found.append(Point(_("Share of what?"), base, None))
    if thing.voted and thing.method:
        allowed = thing.method in copy.get("methods", [])
        words = _("Voted %(method)s. The law allows it.") if allowed else _("Voted %(method)s. The law does not name this way.")
        found.append(Point(_("A lawful way to vote?"), words % {"method": METHODS.get(thing.method, thing.method)}, allowed))
    if notice := copy.get("notice"):
        found.append(_notice(notice, slips=bool(copy.get("second"))))
    return found


def _quorum(thing: Decision) -> Point:
    copy = thing.judged
    present, all_of, share = copy.get("present") or 0, copy.get("households") or 0, Share(*copy["quorum"])
    here, asked = shares(present, all_of, share)
    words = _("%(present)s of %(all)s households = %(here)s, needs at least %(asked)s (%(least)s)") % {
        "present": number(present),
        "all": number(all_of),
        "here": here,
        "asked": asked,
        "least": number(share.least(all_of, strict=False)),
    }
    return Point(_("Enough households?"), words, thing.quorate, copy.get("quorum_mark", ""))


def _notice(notice: dict[str, Any], *, slips: bool) -> Point:
    given, asked = max(notice["given"], 0), notice["days"]
    least = ngettext("at least %(asked)s day", "at least %(asked)s days", asked) % {"asked": number(asked)}
    if slips:
        title, words = _("Time enough to answer?"), ngettext("%(given)s day to answer", "%(given)s days to answer", given)
    else:
        title, words = _("Invited in time?"), ngettext("Invited %(given)s day before", "Invited %(given)s days before", given)
    return Point(title, f"{words % {'given': number(given)}}, {least}", notice["given"] >= asked, notice["mark"])
