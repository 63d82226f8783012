"""What comes in, goes out and is taken back; who gave, erased.

The initiative is locked in each, so that numbers have no gap and nothing is spent twice.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kheo.core import clock, numbers
from kheo.core.actor import Actor
from kheo.core.rules import Invalid, Refused, require
from kheo.core.values import line
from kheo.evidence import photos
from kheo.evidence.models import Photo
from kheo.initiatives.models import Initiative
from kheo.ledger import rules, units
from kheo.ledger.actions import booking
from kheo.ledger.models import Account, BankLine, Giver, Kind, LineState, PlanLine, Pledge, PledgeState, Posting, Round
from kheo.ledger.sums import in_hand
from kheo.ledger.verbs import LedgerVerb
from kheo.openlog.door import act, lock, writes

ROWS = 200  # of one round


@writes
def receive(
    actor: Actor,
    initiative: Initiative,
    *,
    unit: str,
    amount: int,
    source: str = Account.HOUSEHOLDS,
    what: str = "",
    pledge: Pledge | None = None,
    name: str = "",
    named_in_public: bool = False,
    cover: bool = False,
    booked_on: date | None = None,
    act_id: UUID | None = None,
) -> Posting:
    """Book a contribution in; the posting's number is the receipt number. Raises Invalid per field."""
    initiative = lock(initiative)
    require(rules.may_receive(actor, initiative))
    if pledge is not None:
        pledge = lock(pledge)
        if pledge.initiative_id != initiative.pk or pledge.state != PledgeState.OPEN:
            raise Invalid("pledge", _("This promise is not open any more."))
        if pledge.unit != unit:
            raise Invalid("unit", _("The promise was made in another unit."))
    day = booking.clean_day(booked_on)
    return booking.receive(actor, initiative, unit, amount, source, what, name, named_in_public, day, pledge=pledge, cover=cover)


@writes
def receive_round(
    actor: Actor,
    initiative: Initiative,
    *,
    rows: Sequence[dict[str, Any]],
    sheet: Photo,
    taken_on: date | None = None,
    act_id: UUID | None = None,
) -> Round:
    """Book many contributions taken on one walk: all or nothing, a receipt each.

    ``rows``: dicts with unit, amount, source and perhaps what, name, named_in_public. ``sheet``: photo of the sheet, kept private.
    Raises Invalid on "rows" (naming each wrong row by its number, from 1), "sheet", "taken_on".
    """
    initiative = lock(initiative)
    require(rules.may_receive_round(actor, initiative))
    taken_on = booking.clean_day(taken_on, "taken_on")
    if sheet is None:
        raise Invalid("sheet", _("Please take a photo of the sheet."))
    if sheet.public:
        raise Invalid("sheet", _("This photo is public already. A sheet bears names; please take its own photo."))
    if not rows:
        raise Invalid("rows", _("Please fill at least one row."))
    if len(rows) > ROWS:
        raise Invalid("rows", _("At most %(rows)s rows fit in one round.") % {"rows": ROWS})
    booking.check_rows(rows)
    photos.keep(sheet, initiative.place, initiative.organiser_id)  # only who keeps the book and the ward look it up; it is never public
    walk = Round.objects.create(initiative=initiative, sheet=sheet, taken_on=taken_on, taken_by_id=cast("int", actor.user_id))
    totals: dict[str, int] = {}
    for row in rows:
        booking.receive(
            actor,
            initiative,
            row["unit"],
            row["amount"],
            row.get("source", Account.HOUSEHOLDS),
            row.get("what", ""),
            row.get("name", ""),
            row.get("named_in_public", False),
            taken_on,
            walk=walk,
        )
        totals[row["unit"]] = totals.get(row["unit"], 0) + row["amount"]
    return act(
        LedgerVerb.ROUND_TAKEN,
        actor,
        walk,
        place=initiative.place.slug,
        clear={**booking.named(initiative), "round": walk.pk, "receipts": len(rows), "totals": totals},
        private=sheet.private_facts(),
    )


@writes
def spend(
    actor: Actor,
    initiative: Initiative,
    *,
    unit: str,
    amount: int,
    what: str,
    paper: Photo | None,
    booked_on: date | None = None,
    plan_line: PlanLine | None = None,
    act_id: UUID | None = None,
) -> Posting:
    """Book what was paid (with the supplier's paper) or used; never more than is in hand. Raises Invalid per field."""
    initiative = lock(initiative)
    require(rules.may_spend(actor, initiative))
    booking.check_amount(unit, amount)
    what = line("what", what, 160)
    if not what:
        raise Invalid("what", _("Please say what it was for."))
    if paper is None and unit == units.MONEY:
        raise Invalid("paper", _("Please take a photo of the supplier's paper."))
    if plan_line is not None and (plan_line.initiative_id != initiative.pk or plan_line.unit != unit):
        raise Invalid("plan_line", _("This line of the plan is in another unit, or of another work."))
    left = in_hand(initiative, unit)
    if amount > left:
        raise Invalid(
            "amount", _("Only %(left)s %(unit)s is in hand.") % {"left": numbers.number(left), "unit": units.get(unit).label(left)}
        )
    booked_on = booking.clean_day(booked_on)
    if paper is not None:  # where the home is kept secret, a supplier's paper may bear its address
        (photos.keep if initiative.kit_of().private_site else photos.publish)(paper, initiative.place)
    posting = booking.book(
        actor,
        initiative,
        Kind.SPENDING,
        {Account.HAND: -amount, Account.SPENT: amount},
        unit,
        booked_on,
        what=what,
        paper=paper,
        plan_line=plan_line,
    )
    return booking.log(LedgerVerb.SPENT, actor, posting, private={"what": what, **(paper.private_facts() if paper else {})})


@writes
def reverse(actor: Actor, posting: Posting, *, reason: str, act_id: UUID | None = None) -> Posting:
    """Take a booking back by booking the opposite, with the reason. Refused when what came in has been spent. Returns the new posting."""
    initiative = lock(posting.initiative)
    posting = lock(posting)
    posting.initiative = initiative
    require(rules.may_reverse(actor, posting))
    reason = line("reason", reason, 300)
    if not reason:
        raise Invalid("reason", _("Please say what was wrong."))
    legs = list(posting.legs.order_by("id"))
    for leg in legs:
        if leg.account == Account.HAND and leg.amount > in_hand(initiative, leg.unit):
            raise Refused(_("Part of this has been spent. Take that entry back first."))
    opposite = {Account(leg.account): -leg.amount for leg in legs}
    back = booking.book(
        actor,
        initiative,
        Kind.REVERSAL,
        opposite,
        legs[0].unit,
        clock.today(),
        reason=reason,
        reverses=posting,
        plan_line=posting.plan_line,
    )
    if posting.pledge_id:
        Pledge.objects.filter(pk=posting.pledge_id, state=PledgeState.RECEIVED).update(state=PledgeState.OPEN)
    BankLine.objects.filter(posting=posting).update(state=LineState.OPEN, posting=None)
    return booking.log(LedgerVerb.REVERSED, actor, back, clear={"reverses": posting.number}, private={"reason": reason})


@writes
def erase_giver(actor: Actor, giver: Giver, *, act_id: UUID | None = None) -> Initiative:
    """Erase who gave. Amounts, receipts and sums stay as they are; nothing else ever held the name."""
    initiative = lock(giver.initiative)
    giver = lock(giver)
    require(rules.may_erase_giver(actor, giver))
    giver.delete()
    return act(LedgerVerb.GIVER_ERASED, actor, initiative, place=initiative.place.slug, facts=booking.named(initiative))
