"""How an entry gets into the book: legs, posting, running total and log entry, for every act that books. The initiative is locked.

Here too: what every act checks of an amount, a source, a name and a day.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.rules import Invalid
from kheo.core.values import line
from kheo.initiatives.models import Initiative
from kheo.ledger import balances, rules, units
from kheo.ledger.models import Account, Cover, Giver, Kind, Leg, Pledge, PledgeState, Posting, Round
from kheo.ledger.verbs import LedgerVerb
from kheo.openlog.door import act

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise


def receive(
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
    cover: bool = False,
) -> Posting:
    """Book one contribution in, and log it. ``cover``: of neighbours' share, for which no name is possible. Raises Invalid per field."""
    cover = cover or (pledge is not None and pledge.cover)
    check_amount(unit, amount)
    check_source(source)
    what, name = line("what", what, 120), clean_name(name, public)
    check_cover(cover, source, name)
    posting = book(
        actor, initiative, Kind.RECEIPT, {Account(source): -amount, Account.HAND: amount}, unit, day, what=what, pledge=pledge, round=walk
    )
    if pledge is not None:
        Pledge.objects.filter(pk=pledge.pk).update(state=PledgeState.RECEIVED)
        Giver.objects.filter(pledge=pledge).update(posting=posting, email="")  # no letter is needed any more
    if name:
        Giver.objects.update_or_create(
            posting=posting, defaults={"name": name, "named_in_public": public, **({"pledge": pledge} if pledge else {})}
        )
    if cover:  # beside the book, not in the posting or the log: an entry must not show that it is one
        Cover.objects.create(posting=posting, initiative=initiative, unit=unit, amount=amount)
    return log(LedgerVerb.RECEIVED, actor, posting, private={"what": what})


def book(actor: Actor, initiative: Initiative, kind: Kind, legs: dict[Account, int], unit: str, day: date, **columns: Any) -> Posting:
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


def log(
    verb: LedgerVerb, actor: Actor, posting: Posting, *, clear: dict[str, Any] | None = None, private: dict[str, Any] | None = None
) -> Posting:
    """Log a booking; its legs stand in clear."""
    legs = [{"account": leg.account, "unit": leg.unit, "amount": leg.amount} for leg in posting.legs.order_by("id")]
    return act(
        verb,
        actor,
        posting,
        place=posting.initiative.place.slug,
        clear={
            **named(posting.initiative),
            "number": posting.number,
            "day": posting.booked_on.isoformat(),
            "legs": legs,
            **(clear or {}),
        },
        private=private,
    )


def faceless(actor: Actor, initiative: Initiative) -> Actor:
    """The actor as the log's private content may know them: of a giver nothing, not even an account; that stands in what can be erased."""
    return actor if rules.keeps_book(actor, initiative) else Actor("nameless")


def named(initiative: Initiative) -> dict[str, Any]:
    """The work's public name, but not where it would point at one household: what stands in the log stays."""
    return {} if initiative.kit_of().private_site else {"initiative": initiative.slug}


def check_amount(unit: str, amount: int) -> None:
    """Raise Invalid on "unit" or "amount"."""
    if unit not in units.all_units():
        raise Invalid("unit", _("Please choose money, materials or labour."))
    if type(amount) is not int or amount <= 0:
        raise Invalid("amount", _("Please give a whole number above zero."))
    if amount > units.get(unit).most:
        raise Invalid("amount", _("That is more than one entry can be. Please look at the zeros."))


def check_source(source: str) -> None:
    """Raise Invalid on "source"."""
    if source not in Account.sources():
        raise Invalid("source", _("Please choose where it comes from."))


def check_cover(cover: bool, source: str, name: str) -> None:
    """Raise Invalid on "source" or "name": neighbours' share is covered by households, and without a name."""
    if cover and source != Account.HOUSEHOLDS:
        raise Invalid("source", _("Only households cover their neighbours' share."))
    if cover and name:
        raise Invalid("name", _("Who covers neighbours' share stays without a name. Please leave it empty."))


def clean_name(name: str, public: bool) -> str:
    """The giver's name in one line. Raises Invalid on "name"."""
    name = line("name", name, 120)
    if public and not name:
        raise Invalid("name", _("Please write the name that may be shown, or leave the giver without a name."))
    return name


def clean_day(day: date | None, field: str = "booked_on") -> date:
    """The day, today when none is given. Raises Invalid on ``field`` for a day to come."""
    if day is not None and day > clock.today():
        raise Invalid(field, _("This day is still to come."))
    return day or clock.today()


def check_rows(rows: Sequence[dict[str, Any]]) -> None:
    """Raise Invalid on "rows", naming every wrong row by its number."""
    wrong: list[_StrOrPromise] = []
    for number, row in enumerate(rows, 1):
        try:
            check_amount(row.get("unit", ""), row.get("amount", 0))
            check_source(row.get("source", Account.HOUSEHOLDS))
            line("what", row.get("what", ""), 120)
            clean_name(row.get("name", ""), row.get("named_in_public", False))
        except Invalid as e:
            wrong.append(_("Row %(number)s: %(reason)s") % {"number": row.get("number", number), "reason": e.message})
    if wrong:
        raise Invalid("rows", " ".join(str(w) for w in wrong))
