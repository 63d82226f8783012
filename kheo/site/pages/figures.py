"""What pages show of indicators and works, looked up for a whole page at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import QuerySet, Window
from django.db.models.functions import RowNumber

from kheo.catalogue import Indicator, Kit, kits
from kheo.checks.headline import Headline
from kheo.evidence.models import Photo
from kheo.initiatives.models import Initiative
from kheo.results import sums
from kheo.results.models import Result
from kheo.results.sums import Figures


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator with its numbers; ``main`` when it stands for its kit; ``headline``: "at least …", where draws allow it."""

    indicator: Indicator
    figures: Figures
    kit: Kit
    main: bool
    headline: Headline | None = None

    @property
    def bound(self) -> int | None:
        """What the bar's solid part then means: at least so much."""
        return self.headline.at_least if self.headline else None


@dataclass(frozen=True, slots=True)
class Card:
    """An initiative as a card shows it."""

    initiative: Initiative
    kit: Kit | None
    row: Row | None
    before: Photo | None
    after: Photo | None


def rows(figures: Mapping[str, Figures], headlines: Mapping[str, Headline] | None = None) -> list[Row]:
    """The indicators that the catalogue still knows, in the kits' order."""
    sure = headlines or {}
    found = []
    for kit in kits().values():
        for key, indicator in kit.indicators.items():
            if key in figures:
                found.append(Row(indicator, figures[key], kit, indicator is kit.main, sure.get(key)))
    return found


def cards(initiatives: Iterable[Initiative]) -> list[Card]:
    """Cards for initiatives whose place and parent are loaded. Four queries, however many there are."""
    works = list(initiatives)
    figures = sums.of_initiatives(w.pk for w in works)
    before, after = pictures(works)
    shown = []
    for work in works:
        known = rows(figures[work.pk])
        kit = kits().get(work.kit)
        main = next((r for r in known if r.main), known[0] if known else None)
        shown.append(Card(work, kit, main, before.get(work.pk), after.get(work.pk)))
    return shown


def pictures(works: Iterable[Initiative]) -> tuple[dict[int, Photo], dict[int, Photo]]:
    """({initiative id: first photo before}, {initiative id: newest photo after}); kits with private sites have none.

    Three queries, whose answers are one row per initiative however many results it has.
    """
    open_kits = [w.pk for w in works if (kit := kits().get(w.kit)) and not kit.private_site]
    if not open_kits:
        return {}, {}
    found = Result.objects.filter(initiative__in=open_kits, withdrawn_at=None, hidden_at=None).order_by()
    before = _first_each(found, "before", "day", "id")
    after = _first_each(found, "photos", "-day", "-id", "photos")
    photos = Photo.objects.in_bulk({*before.values(), *after.values()})
    return {work: photos[p] for work, p in before.items()}, {work: photos[p] for work, p in after.items()}


def _first_each(results: QuerySet[Result], photo: str, *order: str) -> dict[int, int]:
    """{initiative id: id of the public photo that comes first in ``order``}."""
    shown = results.filter(**{f"{photo}__public": True, f"{photo}__hidden_at": None})
    ranked = shown.annotate(nth=Window(RowNumber(), partition_by="initiative", order_by=order)).filter(nth=1)
    return dict(ranked.values_list("initiative_id", photo))
