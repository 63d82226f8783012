"""The entries of a book as a page shows them: newest first, found by their number and never by counting rows.

Numbers have no gap (they are given under the work's lock), so the entries beside any number are one range of an index.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Max

from kheo.initiatives.models import Initiative
from kheo.ledger.models import Account, Posting

PAGE = 20
TOP = 2**31 - 1  # what the column of numbers can hold


@dataclass(frozen=True, slots=True)
class Page:
    """Some entries, newest first. ``older``: ask for those below this number; ``newer``: for those above; None at an end."""

    postings: list[Posting]
    older: int | None
    newer: int | None


def page(initiative: Initiative, *, before: int | None = None, after: int | None = None) -> Page:
    """The newest entries; those below ``before``; or those just above ``after``. Three queries, however long the book is."""
    found = Posting.objects.with_book().filter(initiative=initiative)
    last = Posting.objects.filter(initiative=initiative).aggregate(last=Max("number"))["last"] or 0
    if after is not None:
        postings = list(found.filter(number__gt=min(after, TOP)).order_by("number")[:PAGE])[::-1]
    else:
        postings = list(found.filter(number__lt=min(before or TOP, TOP)).order_by("-number")[:PAGE])
    for posting in postings:
        posting.initiative = initiative  # one row for all of them
    if not postings:
        return Page([], None, None)
    first, top = postings[-1].number, postings[0].number
    return Page(postings, first if first > 1 else None, top if top < last else None)


def sides(posting: Posting) -> list[tuple[str, int, str]]:
    """Both sides of an entry: (account in words, amount, unit), the giving side first."""
    legs = sorted(posting.legs.all(), key=lambda leg: leg.amount)
    return [(str(Account(leg.account).label), leg.amount, leg.unit) for leg in legs]


def same_paper(postings: Iterable[Posting]) -> dict[UUID, list[Posting]]:
    """Other entries of public works that rest on the very same photo of a paper, by these entries' ids. One query; none without papers.

    One bill may honestly cover two lines, so nothing is refused: whoever reads either entry is led to the other.
    """
    standing = [
        p for p in postings if p.paper is not None and p.paper.public and p.paper.shown and p.shown and not hasattr(p, "reversed_by")
    ]
    found: dict[UUID, list[Posting]] = defaultdict(list)
    if standing:
        papers = [p.paper.sha256 for p in standing if p.paper is not None]
        others = Posting.objects.filter(paper__sha256__in=papers, paper__public=True, hidden_at=None, reversed_by=None)
        known = others.filter(initiative__in=Initiative.objects.public()).select_related("paper", "initiative").order_by("at", "pk")
        for other in known.only("number", "paper__sha256", "initiative__slug", "initiative__title"):
            for posting in standing:
                if posting.paper and other.paper and posting.paper.sha256 == other.paper.sha256 and posting.pk != other.pk:
                    found[posting.pk].append(other)
    return found
