"""What happened so far: the spine of a work's and a need's page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kheo.core.numbers import number, quantity
from kheo.initiatives.models import Initiative, MandateKind
from kheo.initiatives.models import State as Work
from kheo.meetings.judged import shares
from kheo.meetings.law import Share
from kheo.meetings.models import Decision, Duty
from kheo.needs.models import Answer, Need
from kheo.needs.models import State as Wish
from kheo.site.pages.figures import Row


@dataclass(frozen=True, slots=True)
class Step:
    """One step. ``state``: done, now, later or wrong. ``thing`` and ``verb`` find the receipt."""

    title: str
    note: str = ""
    state: str = "later"
    thing: models.Model | None = None
    verb: str = ""
    url: str = ""


def day(when: Any) -> str:
    """A day as the reader writes it; of a moment, the day it was where the city lies."""
    if isinstance(when, datetime):
        when = timezone.localtime(when)
    return formats.date_format(when, "SHORT_DATE_FORMAT") if when else ""


def vote(decision: Decision) -> str:
    """ "171/240 households = 71.2 %, 160 needed · Article 15"."""
    share, _asked = shares(decision.agree, decision.base, Share(decision.threshold_num or 1, decision.threshold_den))
    return _("%(agree)s/%(base)s households = %(share)s, %(needed)s needed · %(article)s") % {
        "agree": number(decision.agree),
        "base": number(decision.base),
        "share": share,
        "needed": number(decision.needed),
        "article": decision.citation,
    }


def of_initiative(
    work: Initiative, needs: Sequence[Need], rows: Sequence[Row], received: str, completion: models.Model | None
) -> list[Step]:
    """From the need to what comes after; the first that is not done is "now"."""
    steps = [_need_step(needs), _mandate_step(work), *_duty_steps(work), _register_step(work)]
    registered = work.state in (Work.REGISTERED, Work.COMPLETED)
    figures = [r.figures for r in rows]
    reported = sum(f.results for f in figures)
    checks = sum(f.checks for f in figures)
    if received:
        steps.append(Step(_("Neighbours gave"), received, "done" if registered else "later", url=f"/initiatives/{work.slug}/book/"))
    main = next((r for r in rows if r.figures.results), rows[0] if rows else None)
    done = _("Work done and reported")
    if main and main.figures.results:
        told = f"{quantity(main.figures.reported, main.indicator.unit)} · {main.indicator.name}"
        aim = main.figures.target
        steps.append(Step(done, told, "done" if not aim or main.figures.reported >= aim or work.completed_at else "now"))
    else:
        steps.append(Step(done, quantity(main.figures.target, main.indicator.unit) if main else ""))
    left = reported - checks
    if reported and not left:
        steps.append(Step(_("Checked on site"), _("everything that was reported"), "done"))
    else:
        waiting = ngettext("%(n)s report not yet checked", "%(n)s reports not yet checked", left) % {"n": number(left)} if left else ""
        steps.append(Step(_("Checked on site"), waiting, "now" if checks or reported else "later"))
    steps.append(Step(_("Completed"), day(work.completed_at), "done" if work.completed_at else "later", completion))
    if work.state == Work.CLOSED:
        return [*(s for s in steps if s.state == "done"), Step(_("Given up"), "", "wrong", work, "initiative.closed")]
    return one_now(steps)


def _need_step(needs: Sequence[Need]) -> Step:
    if not needs:
        return Step(_("Neighbours talked about it"), "", "done")
    backers = sum(n.backers for n in needs)
    note = ngettext("%(n)s person needs it too", "%(n)s people need it too", backers) % {"n": number(backers)} if backers else ""
    return Step(_("Neighbours raised it"), note, "done", needs[0], url=needs[0].get_absolute_url())


def _mandate_step(work: Initiative) -> Step:
    if work.mandate == MandateKind.DECISION and work.decision:
        return Step(_("We decided"), vote(work.decision), "done", work.decision, url=work.decision.get_absolute_url())
    reasons = {
        MandateKind.OWN_ACT: _("a unit's own work, with its own means"),
        MandateKind.SCHOOL: _("decided in the school"),
        MandateKind.GIFTS: _("free gifts that bind nobody"),
    }
    if work.mandate in reasons:
        return Step(_("No meeting needed"), work.mandate_note or reasons[MandateKind(work.mandate)], "done", work)
    return Step(_("The households decide"))


def _duty_steps(work: Initiative) -> list[Step]:
    """What must follow the decision: told when all of it was done in time, or something is late, which counts as not done."""
    if not work.decision:
        return []
    owed, at = list(Duty.objects.filter(decision=work.decision)), work.decision.get_absolute_url()
    if late := sum(duty.late for duty in owed):
        words = ngettext("%(n)s thing owed is late: counts as not done", "%(n)s things owed are late: count as not done", late)
        return [Step(_("Told to everybody as the law asks"), words % {"n": number(late)}, "wrong", url=at)]
    if owed and all(duty.kept for duty in owed):
        return [Step(_("Told to everybody as the law asks"), _("all of it in time"), "done", url=at)]
    return []


def _register_step(work: Initiative) -> Step:
    if work.registered_at:
        return Step(_("Registered by the ward"), day(work.registered_at), "done", work, "initiative.registered")
    if work.state == Work.SUBMITTED:
        return Step(_("The ward is looking at it"), day(work.submitted_at), "now", work, "initiative.submitted")
    if work.state == Work.RETURNED:
        return Step(_("To be completed"), "", "now", work, "initiative.returned")
    return Step(_("Registered by the ward"))


def of_need(need: Need, answers: Sequence[Answer], works: Sequence[Initiative]) -> list[Step]:
    """From raising to done."""
    steps = [Step(_("Raised"), day(need.raised_on), "done", need)]
    if need.state == Wish.HELD:
        return [*steps, Step(_("Waiting to be shown"), _("Somebody of the ward reads it first, so that nobody is named or hurt."), "now")]
    for answer in answers:
        if answer.declined:
            steps.append(Step(_("Answered: not now"), day(answer.at), "wrong", answer))
        else:
            note = _("by %(day)s") % {"day": day(answer.due_on)} if answer.due_on else day(answer.at)
            steps.append(Step(_("The ward answered"), note, "done", answer))
    if not answers and not works and need.state != Wish.DONE:
        steps.append(Step(_("The ward answers"), _("owed by %(day)s") % {"day": day(need.answer_by)}, "now"))
    for work in works:
        steps.append(Step(work.title, _("shared work"), "done", work, url=work.get_absolute_url()))
    if need.state == Wish.DECLINED:
        return steps
    if not works:
        steps.append(Step(_("Neighbours take it up, or the ward does it")))
    steps.append(Step(_("Done"), "", "done" if need.state == Wish.DONE else "later"))
    return one_now(steps)


def one_now(steps: list[Step]) -> list[Step]:
    """Exactly one step is "now": the first that is not done."""
    seen = False
    shown = []
    for step in steps:
        if step.state in ("now", "later"):
            shown.append(replace(step, state="later" if seen else "now"))
            seen = True
        else:
            shown.append(step)
    return shown
