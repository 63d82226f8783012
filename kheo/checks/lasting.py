"""What has stood for the months after which its kit asks whether it still works, and nobody has asked yet."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from kheo.catalogue import Indicator, kits
from kheo.checks.gathering import months_before
from kheo.checks.models import Kind, Phase, Unit
from kheo.core import clock
from kheo.places.models import Place
from kheo.results.models import Result

LATE = 6  # months: what was due earlier is not proposed any more


@dataclass(frozen=True, slots=True)
class Due:
    """So many works whose results of ``indicator`` have stood for ``months``; finished from ``starts_on`` to ``ends_on``."""

    indicator: Indicator
    months: int
    works: int
    starts_on: date
    ends_on: date

    def announce(self, scope: Place) -> str:
        """The address of the form that announces their round, filled in."""
        asked = {"scope": scope.slug, "indicator": self.indicator.key, "ask": f"{Kind.LASTING}-{self.months}"}
        return f"{reverse('checks:freeze-book')}?{urlencode(asked | {'starts_on': self.starts_on, 'ends_on': self.ends_on})}"


def due(scope: Place) -> list[Due]:
    """What is due in ``scope``, in the kits' order. Two queries. Left out: homes (the ward asks there), sessions (over).

    Where nothing was reported of what a kit asks after months ("lamps burning"), what it counts first is looked at ("lamps installed").
    """
    open_kits = [kit for kit in kits().values() if kit.durability and not kit.private_site]
    today, longest = clock.today(), max((d.months for kit in open_kits for d in kit.durability), default=0)
    wanted = {key for kit in open_kits for key in (kit.main.key, *(d.indicator for d in kit.durability))}
    results = Result.objects.standing().filter(
        indicator__in=wanted,
        place__path__startswith=scope.path or "/",
        day__gte=months_before(today, longest + LATE),
        hidden_at=None,
        session="",
    )
    found = list(results.order_by().values_list("pk", "initiative_id", "indicator", "day", "checked"))
    asked = Unit.objects.filter(book__kind=Kind.LASTING).exclude(book__phase=Phase.ABANDONED)
    done = set(asked.order_by().values_list("result_id", "book__months"))
    proposals = []
    for kit in open_kits:
        for question in kit.durability:
            last, first = months_before(today, question.months), months_before(today, question.months + LATE)
            for key in dict.fromkeys((question.indicator, kit.main.key)):
                here = [r for r in found if r[2] == key and first <= r[3] <= last and r[4] != 0 and (r[0], question.months) not in done]
                if here:
                    days = [r[3] for r in here]
                    works = len({r[1] for r in here})
                    proposals.append(Due(kit.indicators[key], question.months, works, min(days), max(days)))
                    break
    return proposals
