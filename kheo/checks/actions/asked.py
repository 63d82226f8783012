"""Asking somebody to check, and what they answer: a reading, "couldn't reach it", or "can't, replace me"."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kheo.catalogue import indicator as indicator_of
from kheo.checks import rules
from kheo.checks.eligible import drawn_for_home
from kheo.checks.models import Check, State
from kheo.checks.verbs import CheckVerb as Verb
from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.rules import Invalid, require
from kheo.evidence import photos as evidence
from kheo.evidence.models import Photo
from kheo.initiatives.models import Initiative
from kheo.openlog.door import act, lock, writes
from kheo.people.models import User
from kheo.results import tallies
from kheo.results.models import Result, Standing
from kheo.results.sums import is_private

#: How long a checker has unless the officer says otherwise, and the longest an officer may give.
DAYS, MOST_DAYS = 7, 60


@writes
def ask_check(actor: Actor, result: Result, *, checker: User, due_on: date | None = None, act_id: UUID | None = None) -> Check:
    """Ask somebody who has no part in the work to count a result on site by ``due_on`` (a week from now when left out). To a home goes who
    was drawn (``eligible.drawn_for_home``).

    Raises Refused, Invalid("checker") with the reason why this person can't, Invalid("due_on") outside the next 60 days.
    """
    lock(Initiative(pk=result.initiative_id))
    result = lock(result)
    require(rules.may_ask_check(actor, result))
    if not (answer := rules.may_check(checker, result)):
        raise Invalid("checker", answer.reason)
    if is_private(result.indicator) and checker != drawn_for_home(result):
        raise Invalid("checker", _("Who goes to a home is drawn by lot. Please ask the one on the list."))
    due_on = due_on or clock.today() + timedelta(days=DAYS)
    if not clock.today() <= due_on <= clock.today() + timedelta(days=MOST_DAYS):
        raise Invalid("due_on", _("Please choose a day within the next two months."))
    check = Check.objects.create(result=result, checker=checker, asked_at=clock.now(), due_on=due_on)
    return act(
        Verb.ASKED,
        actor,
        check,
        place=result.place.slug,
        clear={"check": check.pk, "result": result.pk},
        facts={"due_on": str(due_on)},
        private={"checker": f"user:{checker.pk}"},
    )


@writes
def record_check(actor: Actor, check: Check, *, measured: int, photo: Photo | None, note: str = "", act_id: UUID | None = None) -> Check:
    """The one who was asked has counted ``measured`` (whole, 0 or more). Of the claim, min(measured, claim) is checked from now on.
    ``photo`` may be None for kits of private sites only.

    "Wrong" is a reading below the claim beyond the indicator's tolerance. Raises Refused, Invalid("measured") or Invalid("photo").
    """
    check, result = _held(check)
    require(rules.may_record_check(actor, check))
    counted = indicator_of(result.indicator)
    if isinstance(measured, bool) or not isinstance(measured, int):
        raise Invalid("measured", _("Please give a whole number."))
    if measured < 0:
        raise Invalid("measured", _("Less than nothing can't be counted. If there was nothing, write 0."))
    if measured > counted.maximum:
        raise Invalid("measured", _("This number can't be right. Please look at it again."))
    private = is_private(result.indicator)
    if photo is None and not private:
        raise Invalid("photo", _("Please take a photo of what you counted."))
    before = tallies.counts_of(result)
    result.checked = min(measured, result.quantity)
    result.standing = Standing.RIGHT if counted.agrees(result.quantity, measured) else Standing.SHORT
    result.save(update_fields=["checked", "standing"])
    check.state, check.measured, check.done_at = State.DONE, measured, clock.now()
    check.photo, check.note = photo, note.strip()[:500]
    check.save(update_fields=["state", "measured", "done_at", "photo", "note"])
    if photo is not None:
        (evidence.keep if private else evidence.publish)(photo, result.place)
    tallies.add((result, tallies.counts_of(result) - before))
    numbers = {"indicator": result.indicator, "measured": measured, "checked": result.checked}
    told: dict[str, Any] = {"check": check.pk, "result": result.pk}
    kept: dict[str, Any] = {"note": check.note, "photo": photo.original_sha256 if photo is not None else None}
    # Of private sites the reading is committed but not served: one house in one ward is a household.
    clear, sealed = (told, kept | numbers) if private else (told | numbers, kept)
    return act(Verb.RECORDED, actor, check, place=result.place.slug, clear=clear, private=sealed)


@writes
def decline_check(actor: Actor, check: Check, *, act_id: UUID | None = None) -> Check:
    """ "Can't, replace me": no reason is asked."""
    check, result = _held(check)
    require(rules.may_decline_check(actor, check))
    return _answer(Verb.DECLINED, actor, check, result, State.DECLINED, "")


@writes
def report_unreached(actor: Actor, check: Check, *, note: str = "", act_id: UUID | None = None) -> Check:
    """ "Couldn't reach it": the result is neither right nor wrong, and somebody else may be asked."""
    check, result = _held(check)
    require(rules.may_report_unreached(actor, check))
    before = tallies.counts_of(result)
    result.standing = Standing.UNREACHED
    result.save(update_fields=["standing"])
    tallies.add((result, tallies.counts_of(result) - before))
    return _answer(Verb.UNREACHED, actor, check, result, State.UNREACHED, note)


def _answer(verb: Verb, actor: Actor, check: Check, result: Result, state: State, note: str) -> Check:
    check.state, check.done_at, check.note = state, clock.now(), note.strip()[:500]
    check.save(update_fields=["state", "done_at", "note"])
    return act(
        verb,
        actor,
        check,
        place=result.place.slug,
        clear={"check": check.pk, "result": result.pk},
        private={"note": check.note},
    )


def _held(check: Check) -> tuple[Check, Result]:
    """The check and its result, locked in the order of all acts on a work's results: initiative, result, check.

    A correction may move the check to a newer result while we wait for the initiative.
    """
    lock(Initiative(pk=check.result.initiative_id))
    check = Check.objects.get(pk=check.pk)
    result = lock(check.result)
    check = lock(check)
    check.result = result
    return check, result
