"""How much one entry can be, per unit: beyond it somebody slipped with the zeros."""

from kheo.ledger.models import Unit

MOST = {Unit.VND: 10**12, Unit.KG: 10**7, Unit.LABOUR_DAY: 10**5}
