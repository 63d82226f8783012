"""Finding a place by its name, typed with or without marks."""

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from kheo.core.folding import fold
from kheo.places.levels import kinds
from kheo.places.models import Place

LIMIT = 20


def folded_names(name: str, kind: str) -> str:
    """What a place is found by: its name, and its full name in every language, folded; each behind a bar."""
    known = kinds().get(kind)
    names = [name, *(known.full_name(name, language) for language in known.full)] if known else [name]
    return " | ".join(dict.fromkeys(fold(n) for n in names))[:300]


def search(text: str, limit: int = LIMIT) -> list[Place]:
    """The places whose names contain every word of ``text``: those that begin with it first, then by rank and name.

    "duong" and "đường" find the same; "hem 47 ninh kieu" finds alley 47 of that ward. Words are at most 8; an empty text finds nothing.
    """
    whole = fold(text)[:100].replace("|", " ")
    words = whole.split()[:8]
    if not words:
        return []
    return list(_matching(whole, words)[:limit])


def _begins(whose: str, word: str) -> Q:
    """One of the words of a name begins with ``word``."""
    return Q(**{f"{whose}folded__startswith": word}) | Q(**{f"{whose}folded__contains": f" {word}"})


def _matching(whole: str, words: list[str]) -> "QuerySet[Place]":
    own, every = Q(), Q()
    for word in words:
        here = _begins("", word)
        own |= here
        every &= here | _begins("parent__", word) | _begins("parent__parent__", word)
    nearness = Case(
        When(folded=whole, then=Value(0)),
        When(folded__startswith=f"{whole} |", then=Value(0)),
        When(folded__startswith=whole, then=Value(1)),
        When(folded__contains=f"| {whole}", then=Value(2)),
        When(folded__contains=whole, then=Value(3)),
        default=Value(4),
        output_field=IntegerField(),
    )
    found = Place.objects.filter(own & every).defer("geometry").select_related("parent")
    return found.annotate(nearness=nearness).order_by("nearness", "rank", "sort", "id")
