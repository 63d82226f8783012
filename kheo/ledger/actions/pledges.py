"""Promising and withdrawing. The initiative is locked in each."""

from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kheo.core import clock, numbers
from kheo.core.actor import Actor
from kheo.core.codes import SMALL, draw
from kheo.core.rules import Invalid, require
from kheo.core.values import line
from kheo.initiatives.models import Initiative
from kheo.ledger import rules, units
from kheo.ledger.actions import booking
from kheo.ledger.memos import LETTERS, MEMO
from kheo.ledger.models import Account, Giver, Pledge, PledgeState
from kheo.ledger.verbs import LedgerVerb
from kheo.openlog.door import act, lock, writes

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
