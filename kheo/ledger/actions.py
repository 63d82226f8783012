"""Every write of the book. All of them lock the initiative, so that numbers have no gap and nothing is spent twice."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kheo.core import clock, numbers
from kheo.core.actor import Actor
from kheo.core.codes import SMALL, draw
from kheo.core.rules import Invalid, Refused, require
from kheo.core.values import line
from kheo.evidence import photos
from kheo.evidence.models import Photo
from kheo.initiatives.models import Initiative
from kheo.ledger import booking, rules, units
from kheo.ledger.memos import LETTERS, MEMO
from kheo.ledger.models import Account, BankLine, Giver, Kind, LineState, PlanLine, Pledge, PledgeState, Posting, Round
from kheo.ledger.sums import in_hand
from kheo.ledger.verbs import LedgerVerb
from kheo.openlog.door import act, lock, writes

ROWS = 200  # of one round
YEAR = timedelta(days=366)
CODE = 12


def new_code() -> str:
    """A stub's code: 31^12 ≈ 8·10^17, 59 bits."""
    return draw(CODE, SMALL)


@writes
def pledge(
    actor: Actor,
    initiative: Initiative,
    *,
    unit: str,
    amount: int,
    source: str = Account.HOUSEHOLDS,
    what: str = "",
    name: str = "",
    named_in_public: bool = False,
    cover: bool = False,
    promised_for: date | None = None,
    email: str = "",
    act_id: UUID | None = None,
) -> Pledge:
    """Promise ``amount`` whole ``unit`` (a key of units.toml). Nameless unless a name is given. Raises Invalid per field.

    ``cover``: of neighbours' share, without any name. ``email``: for one letter after ``promised_for``, to the giver alone.
    """
    initiative = lock(initiative)
    require(rules.may_pledge(actor, initiative))
    booking.check_amount(unit, amount)
    measure = units.get(unit)
    if actor.nameless and amount > measure.most_nameless:
        most = {"most": numbers.number(measure.most_nameless), "unit": measure.label(measure.most_nameless)}
        raise Invalid("amount", _("Without an account at most %(most)s %(unit)s can be promised at once. Please look at the zeros.") % most)
    booking.check_source(source)
    what, name = line("what", what, 120), booking.clean_name(name, named_in_public)
    booking.check_cover(cover, source, name)
    if promised_for is not None and not clock.today() <= promised_for <= clock.today() + YEAR:
        raise Invalid("promised_for", _("Please choose a day from today on, within a year."))
    if email and promised_for is None:
        raise Invalid("promised_for", _("Please say by which day, so that we know when to write."))
    promise = Pledge.objects.create(
        initiative=initiative,
        unit=unit,
        amount=amount,
        source=source,
        what=what,
        cover=cover,
        code=new_code(),
        memo=MEMO + new_code()[:LETTERS].upper() if unit == units.MONEY else None,
        pledged_on=clock.today(),
        promised_for=promised_for,
    )
    # Who gives may not check the same work; a head who writes for a neighbour is not the giver.
    user = None if rules.keeps_book(actor, initiative) else actor.user_id
    if name or email or user is not None:
        Giver.objects.create(pledge=promise, user_id=user, name=name, named_in_public=named_in_public, email=email)
    return act(
        LedgerVerb.PLEDGED,
        booking.faceless(actor, initiative),
        promise,
        place=initiative.place.slug,
        facts={**booking.named(initiative), "unit": unit, "amount": amount, "source": source},
        private={"what": what},
        late=actor.nameless,
    )


@writes
def withdraw_pledge(actor: Actor, pledge: Pledge, *, act_id: UUID | None = None) -> Pledge:
    """Withdraw a promise; no reason is asked, and who promised is forgotten."""
    lock(pledge.initiative)
    pledge = lock(pledge)
    require(rules.may_withdraw_pledge(actor, pledge))
    pledge.state = PledgeState.WITHDRAWN
    pledge.save(update_fields=["state"])
    Giver.objects.filter(pledge=pledge, posting__isnull=True).delete()
    place, facts = pledge.initiative.place.slug, booking.named(pledge.initiative)
    return act(LedgerVerb.WITHDRAWN, booking.faceless(actor, pledge.initiative), pledge, place=place, facts=facts, late=actor.nameless)


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
