"""Neighbours' share covered by others: only sums of several receipts are told, so that nobody can be picked out."""

from django.db.models import Count, Sum

from kheo.initiatives.models import Initiative
from kheo.ledger.models import Cover

AT_LEAST = 5  # receipts; fewer stand among what households gave


def sums_of_covers(initiative: Initiative) -> dict[str, int]:
    """Per unit what covers neighbours' share, of receipts not taken back; a unit with fewer than five of them is left out.

    The sum grows by five receipts at a time: were it to grow by each, who looks before and after would see which entry it was.
    """
    found = Cover.objects.filter(initiative=initiative, posting__reversed_by__isnull=True)
    several = found.order_by().values_list("unit").annotate(n=Count("id")).filter(n__gte=AT_LEAST)
    return {unit: found.filter(unit=unit).order_by("pk")[: n - n % AT_LEAST].aggregate(total=Sum("amount"))["total"] for unit, n in several}
