"""How much one entry can be, per unit: beyond it somebody slipped with the zeros, or wants a page to show a silly number."""

from kheo.ledger.models import Unit

MOST = {Unit.VND: 10**12, Unit.KG: 10**7, Unit.LABOUR_DAY: 10**5}
#: What somebody without an account can promise at once; who gives more is known to the organiser.
MOST_NAMELESS = {Unit.VND: 10**8, Unit.KG: 10**4, Unit.LABOUR_DAY: 10**2}
