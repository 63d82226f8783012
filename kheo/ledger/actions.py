"""Every write of the book. All of them lock the initiative, so that numbers have no gap and nothing is spent twice."""

import secrets
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID, uuid4

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from kheo.core import clock, numbers
from kheo.core.actor import Actor
from kheo.core.rules import Invalid, Refused, require
from kheo.evidence import photos
from kheo.evidence.models import Photo
from kheo.initiatives.models import Initiative
from kheo.ledger import balances, limits, rules
from kheo.ledger.models import Account, Giver, Kind, Leg, Pledge, PledgeState, Posting, Round, Unit
from kheo.ledger.sums import in_hand
from kheo.ledger.verbs import LedgerVerb
from kheo.openlog.door import act, lock, writes

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

ROWS = 200  # of one round
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # of a stub's code: none that look alike


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
    act_id: UUID | None = None,
) -> Pledge:
    """Promise ``amount`` whole ``unit`` (VND, kg, labour-day). Nameless unless a name is given. Raises Invalid per field."""
    initiative = lock(initiative)
    require(rules.may_pledge(actor, initiative))
    _amount(unit, amount)
    if actor.nameless and amount > limits.MOST_NAMELESS[Unit(unit)]:
        most = {"most": numbers.number(limits.MOST_NAMELESS[Unit(unit)]), "unit": Unit(unit).label}
        raise Invalid("amount", _("Without an account at most %(most)s %(unit)s can be promised at once. Please look at the zeros.") % most)
    _source(source)
    what, name = _text("what", what, 120), _name(name, named_in_public)
    promise = Pledge.objects.create(
        initiative=initiative,
        unit=unit,
        amount=amount,
        source=source,
        what=what,
        code="".join(secrets.choice(LETTERS) for _ in range(12)),
        pledged_on=clock.today(),
    )
    # Who gives may not check the same work; a head who writes for a neighbour is not the giver.
    user = None if rules.keeps_book(actor, initiative) else actor.user_id
    if name or user is not None:
        Giver.objects.create(pledge=promise, user_id=user, name=name, named_in_public=named_in_public)
    return act(
        LedgerVerb.PLEDGED,
        _faceless(actor, initiative),
        promise,
        place=initiative.place.slug,
        facts={**_named(initiative), "unit": unit, "amount": amount, "source": source},
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
    place, facts = pledge.initiative.place.slug, _named(pledge.initiative)
    return act(LedgerVerb.WITHDRAWN, _faceless(actor, pledge.initiative), pledge, place=place, facts=facts, late=actor.nameless)


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
    return _receive(actor, initiative, unit, amount, source, what, name, named_in_public, _day(booked_on), pledge=pledge)


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
    taken_on = _day(taken_on, "taken_on")
    if sheet is None:
        raise Invalid("sheet", _("Please take a photo of the sheet."))
    if sheet.public:
        raise Invalid("sheet", _("This photo is public already. A sheet bears names; please take its own photo."))
    if not rows:
        raise Invalid("rows", _("Please fill at least one row."))
    if len(rows) > ROWS:
        raise Invalid("rows", _("At most %(rows)s rows fit in one round.") % {"rows": ROWS})
    _check_rows(rows)
    photos.keep(sheet, initiative.place, initiative.organiser_id)  # only who keeps the book and the ward look it up; it is never public
    walk = Round.objects.create(initiative=initiative, sheet=sheet, taken_on=taken_on, taken_by_id=cast("int", actor.user_id))
    totals: dict[str, int] = {}
    for row in rows:
        _receive(
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
        clear={**_named(initiative), "round": walk.pk, "receipts": len(rows), "totals": totals},
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
    act_id: UUID | None = None,
) -> Posting:
    """Book what was paid or used, with the supplier's paper; never more than is in hand. Raises Invalid per field."""
    initiative = lock(initiative)
    require(rules.may_spend(actor, initiative))
    _amount(unit, amount)
    what = _text("what", what, 160)
    if not what:
        raise Invalid("what", _("Please say what it was for."))
    left = in_hand(initiative, unit)
    if amount > left:
        raise Invalid("amount", _("Only %(left)s %(unit)s is in hand.") % {"left": numbers.number(left), "unit": Unit(unit).label})
    booked_on = _day(booked_on)
    if paper is not None:  # where the home is kept secret, a supplier's paper may bear its address
        (photos.keep if initiative.kit_of().private_site else photos.publish)(paper, initiative.place)
    posting = _book(
        actor, initiative, Kind.SPENDING, {Account.HAND: -amount, Account.SPENT: amount}, unit, booked_on, what=what, paper=paper
    )
    return _log(LedgerVerb.SPENT, actor, posting, private={"what": what, **(paper.private_facts() if paper else {})})


@writes
def reverse(actor: Actor, posting: Posting, *, reason: str, act_id: UUID | None = None) -> Posting:
    """Take a booking back by booking the opposite, with the reason. Refused when what came in has been spent. Returns the new posting."""
    initiative = lock(posting.initiative)
    posting = lock(posting)
    posting.initiative = initiative
    require(rules.may_reverse(actor, posting))
    reason = _text("reason", reason, 300)
    if not reason:
        raise Invalid("reason", _("Please say what was wrong."))
    legs = list(posting.legs.order_by("id"))
    for leg in legs:
        if leg.account == Account.HAND and leg.amount > in_hand(initiative, leg.unit):
            raise Refused(_("Part of this has been spent. Take that entry back first."))
    opposite = {Account(leg.account): -leg.amount for leg in legs}
    back = _book(
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
    return _log(LedgerVerb.REVERSED, actor, back, clear={"reverses": posting.number}, private={"reason": reason})


@writes
def erase_giver(actor: Actor, giver: Giver, *, act_id: UUID | None = None) -> Initiative:
    """Erase who gave. Amounts, receipts and sums stay as they are; nothing else ever held the name."""
    initiative = lock(giver.initiative)
    giver = lock(giver)
    require(rules.may_erase_giver(actor, giver))
    giver.delete()
    return act(LedgerVerb.GIVER_ERASED, actor, initiative, place=initiative.place.slug, facts=_named(initiative))


def _receive(
    actor: Actor,
    initiative: Initiative,
    unit: str,
    amount: int,
    source: str,
    what: str,
    name: str,
    public: bool,
    day: date,
    *,
    pledge: Pledge | None = None,
    walk: Round | None = None,
) -> Posting:
    _amount(unit, amount)
    _source(source)
    what, name = _text("what", what, 120), _name(name, public)
    posting = _book(
        actor, initiative, Kind.RECEIPT, {Account(source): -amount, Account.HAND: amount}, unit, day, what=what, pledge=pledge, round=walk
    )
    if pledge is not None:
        Pledge.objects.filter(pk=pledge.pk).update(state=PledgeState.RECEIVED)
        Giver.objects.filter(pledge=pledge).update(posting=posting)
    if name:
        Giver.objects.update_or_create(
            posting=posting, defaults={"name": name, "named_in_public": public, **({"pledge": pledge} if pledge else {})}
        )
    return _log(LedgerVerb.RECEIVED, actor, posting, private={"what": what})


def _book(actor: Actor, initiative: Initiative, kind: Kind, legs: dict[Account, int], unit: str, day: date, **columns: Any) -> Posting:
    """Write the legs, then their posting (the database checks the sum when the posting comes). The initiative is locked."""
    key = uuid4()
    last = Posting.objects.filter(initiative=initiative).aggregate(last=Max("number"))["last"] or 0
    Leg.objects.bulk_create(Leg(posting_id=key, initiative=initiative, account=a, unit=unit, amount=n) for a, n in legs.items())
    balances.add(initiative, unit, legs, columns.get("plan_line"))
    return Posting.objects.create(
        id=key,
        initiative=initiative,
        kind=kind,
        number=last + 1,
        booked_on=day,
        booked_by_id=cast("int", actor.user_id),
        at=clock.now(),
        **columns,
    )


def _log(
    verb: LedgerVerb, actor: Actor, posting: Posting, *, clear: dict[str, Any] | None = None, private: dict[str, Any] | None = None
) -> Posting:
    legs = [{"account": leg.account, "unit": leg.unit, "amount": leg.amount} for leg in posting.legs.order_by("id")]
    return act(
        verb,
        actor,
        posting,
        place=posting.initiative.place.slug,
        clear={
            **_named(posting.initiative),
            "number": posting.number,
            "day": posting.booked_on.isoformat(),
            "legs": legs,
            **(clear or {}),
        },
        private=private,
    )


def _faceless(actor: Actor, initiative: Initiative) -> Actor:
    """The actor as the log's private content may know them: of a giver nothing, not even an account; that stands in what can be erased."""
    return actor if rules.keeps_book(actor, initiative) else Actor("nameless")


def _named(initiative: Initiative) -> dict[str, Any]:
    """The work's public name, but not where it would point at one household: what stands in the log stays."""
    return {} if initiative.kit_of().private_site else {"initiative": initiative.slug}


def _amount(unit: str, amount: int) -> None:
    if unit not in Unit.values:
        raise Invalid("unit", _("Please choose money, materials or labour."))
    if type(amount) is not int or amount <= 0:
        raise Invalid("amount", _("Please give a whole number above zero."))
    if amount > limits.MOST[Unit(unit)]:
        raise Invalid("amount", _("That is more than one entry can be. Please look at the zeros."))


def _source(source: str) -> None:
    if source not in Account.sources():
        raise Invalid("source", _("Please choose where it comes from."))


def _name(name: str, public: bool) -> str:
    name = _text("name", name, 120)
    if public and not name:
        raise Invalid("name", _("Please write the name that may be shown, or leave the giver without a name."))
    return name


def _text(field: str, text: str, most: int) -> str:
    text = " ".join(text.split())
    if len(text) > most:
        raise Invalid(field, _("Please keep it under %(most)s characters.") % {"most": most})
    return text


def _day(day: date | None, field: str = "booked_on") -> date:
    if day is not None and day > clock.today():
        raise Invalid(field, _("This day is still to come."))
    return day or clock.today()


def _check_rows(rows: Sequence[dict[str, Any]]) -> None:
    wrong: list[_StrOrPromise] = []
    for number, row in enumerate(rows, 1):
        try:
            _amount(row.get("unit", ""), row.get("amount", 0))
            _source(row.get("source", Account.HOUSEHOLDS))
            _text("what", row.get("what", ""), 120)
            _name(row.get("name", ""), row.get("named_in_public", False))
        except Invalid as e:
            wrong.append(_("Row %(number)s: %(reason)s") % {"number": row.get("number", number), "reason": e.message})
    if wrong:
        raise Invalid("rows", " ".join(str(w) for w in wrong))
