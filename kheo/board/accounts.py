"""What the file that protects says of money, materials and labour: sums, plan, sources, grants, counts, entries and their papers."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from kheo.board.written import amount, day, index, url
from kheo.core.numbers import number
from kheo.grants.models import Grant
from kheo.initiatives.models import Initiative
from kheo.ledger import sums as ledger
from kheo.ledger.models import Account, CashCount, Kind, Posting, latest_counts
from kheo.ledger.units import MONEY, is_labour
from kheo.ledger.verbs import LedgerVerb

#: Longer books are cut, with their totals and the address where all of it stands.
POSTINGS, COUNTS = 300, 6


def _after(s: ledger.Sums, unit: str) -> list[str]:
    """The cells after what came in: used and left; labour is done as it is given, nothing of it is left."""
    if is_labour(unit):
        return [f"{_('Used')}: {amount(s.spent, unit)}" if s.spent else "–", _("Labour done")]
    return [amount(s.spent, unit), amount(s.in_hand, unit)]


def sums(work: Initiative) -> list[list[str]]:
    """Per unit what came in, what was spent or used, what is left."""
    return [[amount(s.received, unit), *_after(s, unit)] for unit, s in ledger.sums_of([work])[work.pk].items()]


def sources(work: Initiative) -> list[list[str]]:
    """Where it came from, unless that could point at a giver."""
    if not ledger.tells_sources(work):
        return []
    return [[str(Account(a).label), amount(n, unit)] for unit, by in ledger.by_source(work).items() for a, n in by.items()]


def grant_line(grant: Grant) -> list[str]:
    """Who committed it, when, how much of it came, and where that stands."""
    came = _("%(came)s of %(all)s received") % {"came": amount(grant.received, grant.unit), "all": amount(grant.amount, grant.unit)}
    return [grant.public_giver, day(grant.committed_on), came, url(grant.get_absolute_url())]


def entry(posting: Posting, private: bool, numbers: dict[str, int | None]) -> list[str]:
    """A line of the book: number, day, words, amount, paper, entry of the log."""
    leg = posting.main
    back = getattr(posting, "reversed_by", None)
    words = [str(posting.get_kind_display())]
    if posting.source and not private:
        words.append(posting.source)
    if posting.what and posting.shown and not private:
        words.append(posting.what)
    if posting.reverses:
        words.append(_("takes back entry %(n)s") % {"n": posting.reverses.number})
    if back:
        words.append(_("taken back by entry %(n)s") % {"n": back.number})
    asked = posting.kind == Kind.SPENDING and leg.unit == MONEY  # of cement that was used nobody writes a bill
    paper = _("yes") if posting.paper_id else _("no") if asked else "–"
    return [
        str(posting.number), day(posting.booked_on), " · ".join(words), amount(leg.amount, leg.unit), paper, index(posting, numbers),
    ]  # fmt: skip


def cut(work: Initiative, shown: int) -> str:
    """What is said where the book is longer than what stands here; "" where it is not."""
    all_of_it = Posting.objects.filter(initiative=work).count() if shown >= POSTINGS else shown
    if all_of_it == shown:
        return ""
    return _(
        "The book has %(all)s entries; the newest %(shown)s stand here. The sums above are of all of them. The whole book: %(url)s"
    ) % {
        "all": number(all_of_it),
        "shown": number(shown),
        "url": url(reverse("ledger:book", args=[work.slug])),
    }


def plan(work: Initiative) -> list[list[str]]:
    """What was meant to be spent on what beside what was spent; what no line names stands at the end."""
    return [
        [
            f"{line.what} ({_('more than planned')})" if line.over else line.what,
            "–" if line.amount is None else amount(line.amount, line.unit),
            "–" if line.unbooked_labour else amount(line.spent, line.unit),
        ]
        for line in ledger.plan(work)
    ]


def counted(work: Initiative) -> list[CashCount]:
    """The newest counts of the money by two people."""
    return latest_counts(work, COUNTS)


def count_line(count: CashCount, numbers: dict[str, int | None]) -> list[str]:
    """Day, what two people counted, what the book said then, the difference in words, entry of the log."""
    there = (count.cash or 0) + (count.bank or 0)
    if count.difference:
        less = {"n": amount(abs(count.difference), MONEY)}
        differs = _("%(n)s less than the book") % less if count.missing else _("%(n)s more than the book") % less
    else:
        differs = _("as the book says")
    said = amount(count.book or 0, MONEY)
    return [day(count.counted_on), amount(there, MONEY), said, differs, index(count, numbers, LedgerVerb.CASH_COUNTED)]


def papers(postings: Iterable[Posting]) -> Iterable[tuple[Posting, str]]:
    """Entries with a public paper of the supplier, and the words under its picture."""
    for posting in postings:
        paper = posting.paper
        if paper is None or not paper.public or not paper.shown or not posting.shown:
            continue
        leg = posting.main
        yield posting, " · ".join([_("Entry %(n)s") % {"n": posting.number}, posting.what, amount(abs(leg.amount), leg.unit)])
