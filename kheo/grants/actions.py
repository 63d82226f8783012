"""Every write of grants. Money itself comes into the book only through ``ledger.actions.receive``."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kheo.core import clock, values
from kheo.core.actor import Actor
from kheo.core.rules import Invalid, require
from kheo.grants import rules
from kheo.grants.models import Grant, Instalment, ReportBack, State
from kheo.grants.verbs import GrantVerb
from kheo.initiatives.models import Initiative
from kheo.ledger import actions as ledger
from kheo.ledger.actions import booking
from kheo.ledger.sums import sums_of
from kheo.openlog.door import act, lock, writes
from kheo.people.models import Organisation
from kheo.results import sums as results

INSTALMENTS = 6  # of one grant
LONGEST = timedelta(days=366 * 10)


@writes
def offer_grant(
    actor: Actor,
    initiative: Initiative,
    *,
    giver: Organisation,
    unit: str,
    instalments: Sequence[dict[str, Any]],
    conditions: str = "",
    committed_on: date | None = None,
    report_by: date | None = None,
    act_id: UUID | None = None,
) -> Grant:
    """Commit a grant of ``unit`` for a work: its amount is Σ of ``instalments`` (dicts with amount, due_on and perhaps condition).

    Raises Refused, Invalid(giver, unit, amount_<n>, due_on_<n>, condition_<n>, conditions, committed_on, report_by); n counts from 1.
    """
    initiative = lock(initiative)
    require(rules.may_offer_grant(actor, initiative))
    if not rules.acts_for(actor, giver):
        raise Invalid("giver", _("You don't act for this organisation."))
    committed_on = booking.clean_day(committed_on, "committed_on")
    parts = _parts(unit, instalments, committed_on)
    conditions = _lines(conditions)
    if report_by is not None:
        _near("report_by", report_by, committed_on)
    grant = Grant.objects.create(
        initiative=initiative,
        giver=giver,
        unit=unit,
        amount=sum(p["amount"] for p in parts),
        conditions=conditions,
        committed_on=committed_on,
        report_by=report_by,
        offered_at=clock.now(),
        offered_by_id=cast("int", actor.user_id),
        by_ward=not rules.belongs(actor, giver),
    )
    Instalment.objects.bulk_create(Instalment(grant=grant, number=n, **part) for n, part in enumerate(parts, 1))
    clear = {
        "amount": grant.amount,
        "instalments": [{"amount": p["amount"], "due_on": p["due_on"].isoformat()} for p in parts],
    }
    private = {"giver": giver.slug, "conditions": conditions, "instalment_conditions": [p["condition"] for p in parts]}
    return _log(GrantVerb.OFFERED, actor, grant, clear=clear, private=private)


@writes
def accept_grant(actor: Actor, grant: Grant, *, act_id: UUID | None = None) -> Grant:
    """Take a grant with its conditions; from now on it is public. Raises Refused."""
    grant = lock(grant)
    require(rules.may_answer_grant(actor, grant))
    grant.state, grant.accepted_at = State.ACCEPTED, clock.now()
    grant.save(update_fields=["state", "accepted_at"])
    return _log(GrantVerb.ACCEPTED, actor, grant, clear={"amount": grant.amount})


@writes
def decline_grant(actor: Actor, grant: Grant, *, act_id: UUID | None = None) -> Grant:
    """Don't take a grant; no reason is asked, and it never becomes public. Raises Refused."""
    grant = lock(grant)
    require(rules.may_answer_grant(actor, grant))
    grant.state = State.DECLINED
    grant.save(update_fields=["state"])
    return _log(GrantVerb.DECLINED, actor, grant, facts={})


@writes
def send_instalment(actor: Actor, instalment: Instalment, *, waived: str = "", act_id: UUID | None = None) -> Instalment:
    """The giver sends an instalment: its condition is met, or ``waived`` says why it was let go. Raises Refused, Invalid(waived)."""
    grant = lock(instalment.grant)
    instalment = lock(instalment)
    instalment.grant = grant
    require(rules.may_send_instalment(actor, instalment))
    waived = values.line("waived", waived, 300)
    if waived and not instalment.condition:
        raise Invalid("waived", _("This instalment has no condition that could be let go."))
    instalment.sent_on, instalment.sent_by_id, instalment.waived = clock.today(), actor.user_id, waived
    instalment.save(update_fields=["sent_on", "sent_by", "waived"])
    clear = {"amount": instalment.amount, "number": instalment.number, "waived": bool(waived)}
    _log(GrantVerb.SENT, actor, grant, clear=clear, private={"waived": waived})
    return instalment


@writes
def receive_instalment(actor: Actor, instalment: Instalment, *, booked_on: date | None = None, act_id: UUID | None = None) -> Instalment:
    """Book an instalment in, with a receipt like any other contribution. Raises Refused, Invalid(booked_on)."""
    grant = lock(instalment.grant)
    instalment = lock(instalment)
    instalment.grant = grant
    require(rules.may_receive_instalment(actor, instalment))
    instalment.posting = ledger.receive(
        actor,
        grant.initiative,
        unit=grant.unit,
        amount=instalment.amount,
        source=grant.source,
        name="" if grant.private else grant.giver.name[:120],
        named_in_public=not grant.private,
        booked_on=booked_on,
    )
    instalment.save(update_fields=["posting"])
    clear = {"amount": instalment.amount, "number": instalment.number, "receipt": instalment.posting.number}
    _log(GrantVerb.RECEIVED, actor, grant, clear=clear)
    return instalment


@writes
def report_back(actor: Actor, grant: Grant, *, note: str = "", act_id: UUID | None = None) -> ReportBack:
    """Tell the giver what came of it: results and sums as they stand now are copied. Raises Refused, Invalid(note)."""
    grant = lock(grant)
    require(rules.may_report_back(actor, grant))
    note = note.replace("\r\n", "\n").replace("\0", "").strip()
    if len(note) > 1000:
        raise Invalid("note", _("Please keep it under %(most)s characters.") % {"most": 1000})
    initiative = grant.initiative
    figures = {
        key: {"target": f.target, "reported": f.reported, "checked": f.checked}
        for key, f in results.of_initiatives([initiative.pk])[initiative.pk].items()
        if not f.suppressed
    }
    book = {unit: asdict(s) for unit, s in sums_of([initiative])[initiative.pk].items()}
    report = ReportBack.objects.create(grant=grant, at=clock.now(), by_id=cast("int", actor.user_id), figures=figures, book=book, note=note)
    clear = {"grant": grant.pk, "figures": figures, "book": book, **booking.named(initiative)}
    return act(GrantVerb.REPORTED_BACK, actor, report, place=initiative.place.slug, clear=clear, private={"note": note})


@writes
def close_grant(actor: Actor, grant: Grant, *, reason: str, act_id: UUID | None = None) -> Grant:
    """End a grant: what came stays, what didn't come by now will not. Raises Refused, Invalid(reason)."""
    grant = lock(grant)
    require(rules.may_close_grant(actor, grant))
    reason = values.line("reason", reason, 300)
    if not reason:
        raise Invalid("reason", _("Please say in a few words why it ends."))
    grant.state, grant.closed_at, grant.closed_reason = State.CLOSED, clock.now(), reason
    grant.save(update_fields=["state", "closed_at", "closed_reason"])
    clear = {"amount": grant.amount, "received": grant.received}
    return _log(GrantVerb.CLOSED, actor, grant, clear=clear, private={"reason": reason})


def _log(verb: GrantVerb, actor: Actor, grant: Grant, **content: Any) -> Grant:
    """Log an act on the grant; its giver is named once it is accepted, and never where the work is at homes."""
    clear = {**booking.named(grant.initiative), "grant": grant.pk, "unit": grant.unit, **content.pop("clear", {})}
    facts = {"giver": grant.giver.slug} if grant.accepted_at is not None and not grant.private else {}
    return act(verb, actor, grant, place=grant.initiative.place.slug, clear=clear, facts=content.pop("facts", facts), **content)


def _parts(unit: str, instalments: Sequence[dict[str, Any]], committed_on: date) -> list[dict[str, Any]]:
    if not instalments:
        raise Invalid("amount_1", _("Please say at least one instalment: how much, and when."))
    if len(instalments) > INSTALMENTS:
        raise Invalid(None, _("A grant has at most %(most)s instalments.") % {"most": INSTALMENTS})
    parts = []
    for n, given in enumerate(instalments, 1):
        try:
            booking.check_amount(unit, given["amount"])
        except Invalid as e:
            raise Invalid(f"amount_{n}" if e.field == "amount" else e.field, e.message) from e
        if given.get("due_on") is None:
            raise Invalid(f"due_on_{n}", _("By when does it come?"))
        _near(f"due_on_{n}", given["due_on"], committed_on)
        condition = values.line(f"condition_{n}", given.get("condition", ""), 300)
        parts.append({"amount": given["amount"], "due_on": given["due_on"], "condition": condition})
    try:
        booking.check_amount(unit, sum(p["amount"] for p in parts))
    except Invalid as e:
        raise Invalid("amount_1", e.message) from e
    return parts


def _near(field: str, day: date, committed_on: date) -> None:
    if day < committed_on:
        raise Invalid(field, _("This day lies before the day of the commitment."))
    if day - clock.today() > LONGEST:
        raise Invalid(field, _("This date is too far away."))


def _lines(text: str) -> str:
    lines = [values.line("conditions", line, 300) for line in text.replace("\0", "").splitlines()]
    text = "\n".join(line for line in lines if line)
    if len(text) > 1000:
        raise Invalid("conditions", _("Please keep it under %(most)s characters.") % {"most": 1000})
    return text
