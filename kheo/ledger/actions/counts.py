"""Counting the money by two people: neither sees the other's number, and what differs from the book is said in public."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.once import once_key
from kheo.core.rules import Invalid, require
from kheo.initiatives.models import Initiative
from kheo.ledger import rules, units
from kheo.ledger.actions import booking
from kheo.ledger.models import CashCount, CashEntry, CountState
from kheo.ledger.sums import in_hand
from kheo.ledger.verbs import LedgerVerb
from kheo.openlog.door import act, lock, writes


def who_key(count: CashCount, actor: Actor) -> str:
    """What stands for a counter within one count: enough to tell the second from the first, and nothing more."""
    return once_key("cash count", count.pk, actor)


@writes
def count_cash(actor: Actor, initiative: Initiative, *, cash: int, bank: int = 0, act_id: UUID | None = None) -> CashCount:
    """Enter what one person counted, in đồng: ``cash`` in the box, ``bank`` as the bank's app shows it.

    The first opens a count (and may enter anew until somebody else has counted). When the second has the same numbers they are kept
    beside what the book says at that moment; when not, both are forgotten and it is counted again. Raises Invalid per field.
    """
    initiative = lock(initiative)
    require(rules.may_count_cash(actor, initiative))
    for field, number in (("cash", cash), ("bank", bank)):
        if type(number) is not int or not 0 <= number <= units.get(units.MONEY).most:
            raise Invalid(field, _("Please give a whole number, zero or more."))
    count = CashCount.objects.select_for_update().filter(initiative=initiative, state=CountState.OPEN).first()
    if count is None:
        count = CashCount.objects.create(initiative=initiative, opened_at=clock.now())
    who = who_key(count, actor)
    first = CashEntry.objects.filter(count=count).exclude(who=who).first()
    if first is None:
        CashEntry.objects.update_or_create(count=count, who=who, defaults={"cash": cash, "bank": bank})
        return _entered(actor, count, again=False)
    count.entries.all().delete()
    if (first.cash, first.bank) != (cash, bank):
        count.state = CountState.UNEQUAL
        count.save(update_fields=["state"])
        return _entered(actor, count, again=True)
    count.state, count.counted_on = CountState.COUNTED, clock.today()
    count.cash, count.bank, count.book = cash, bank, in_hand(initiative, units.MONEY)
    count.save()
    clear = {
        **booking.named(initiative),
        "day": count.counted_on.isoformat(),
        "cash": cash,
        "bank": bank,
        "book": count.book,
        "difference": count.difference,
    }
    return act(LedgerVerb.CASH_COUNTED, actor, count, place=initiative.place.slug, clear=clear, late=actor.nameless)


def _entered(actor: Actor, count: CashCount, *, again: bool) -> CashCount:
    initiative = count.initiative
    facts = {**booking.named(initiative), "again": again}
    return act(LedgerVerb.COUNT_ENTERED, actor, count, place=initiative.place.slug, facts=facts, late=actor.nameless)
