"""Publishing a price list: what materials and labour are worth, from a day on."""

from collections.abc import Sequence
from datetime import date
from typing import cast
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.actor import Actor
from kheo.core.folding import fold
from kheo.core.rules import Invalid, require
from kheo.core.values import line
from kheo.ledger import rules, units
from kheo.ledger.models import Price, PriceList
from kheo.ledger.verbs import LedgerVerb
from kheo.openlog.door import act, lock, writes
from kheo.places.models import Place

ROWS = 200


@writes
def publish_prices(
    actor: Actor,
    place: Place,
    *,
    valid_from: date,
    source: str,
    rows: Sequence[tuple[str, str, int]],
    act_id: UUID | None = None,
) -> PriceList:
    """Publish prices of a ward or city. ``rows``: (unit, what, đồng for one); ``what`` empty: whatever is counted in that unit.

    Nothing published is changed: a mistake is followed by a new list, which takes its turn on its day. Raises Invalid on "source", "rows".
    """
    place = lock(place)
    require(rules.may_publish_prices(actor, place))
    source = line("source", source, 200)
    if not source:
        raise Invalid("source", _("Please say where these prices were published."))
    if not rows or len(rows) > ROWS:
        raise Invalid("rows", _("Please fill at least one row."))
    prices: dict[tuple[str, str], Price] = {}
    for unit, what, vnd in rows:
        called = line("rows", what, 120)
        if unit not in units.all_units() or units.get(unit).kind == "money":
            raise Invalid("rows", _("Please choose materials or labour."))
        if type(vnd) is not int or not 0 < vnd <= units.get(units.MONEY).most:
            raise Invalid("rows", _("Please give a whole number above zero."))
        if (unit, fold(called)) in prices:
            raise Invalid("rows", _("The same thing stands there twice: %(what)s.") % {"what": called or units.get(unit).label()})
        prices[unit, fold(called)] = Price(unit=unit, what=fold(called), called=called, vnd=vnd)
    made = PriceList.objects.create(
        place=place, valid_from=valid_from, source=source, published_by_id=cast("int", actor.user_id), published_at=clock.now()
    )
    for price in prices.values():
        price.list = made
    Price.objects.bulk_create(prices.values())
    clear = {
        "valid_from": valid_from.isoformat(),
        "source": source,
        "prices": [{"unit": p.unit, "what": p.called, "vnd": p.vnd} for p in prices.values()],
    }
    return act(LedgerVerb.PRICES_PUBLISHED, actor, made, place=place.slug, clear=clear)
