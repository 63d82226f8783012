"""A book of a million sides beside one of ten thousand: its page, and what its files take of memory."""

import subprocess
import sys
from dataclasses import dataclass

from django.db import connection, transaction

from kheo.core import clock
from kheo.initiatives.models import Initiative
from kheo.ledger import balances, triggers

LARGE, SMALL = 1_000_000, 10_000  # sides; an entry has two
KINDS = ("csv", "beancount", "ocds.json", "xlsx")


def fill() -> dict[str, str]:
    """Write both books past the actions (the running totals are then made anew); returns the addresses to measure."""
    works = Initiative.objects.order_by("pk")
    large, small = works[1], works[2]
    triggers.lift(connection)
    with transaction.atomic():  # the legs come first and point at what is not there yet
        _write(large, LARGE // 2, 0)
        _write(small, SMALL // 2, LARGE // 2)
    triggers.install(connection)
    balances.rebuild()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    middle = f"?before={LARGE // 4}"
    return {
        f"book of {SMALL:,} sides": f"/initiatives/{small.slug}/book/",
        f"book of {LARGE:,} sides": f"/initiatives/{large.slug}/book/",
        f"book of {LARGE:,} sides, in the middle": f"/initiatives/{large.slug}/book/{middle}",
    }


def _write(work: Initiative, entries: int, first: int) -> None:
    """Every fourth entry spends less than the three before brought in."""
    rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s) "
    key, spends, amount = "printf('%%032x', i + %s)", "i %% 4 = 0", "1000 * (1 + i %% 7)"
    legs = "INSERT INTO ledger_leg (posting_id, initiative_id, account, unit, amount) "
    with connection.cursor() as cursor:
        for one, other, sign in (("'hand'", "'hand'", 1), ("'source:households'", "'spent'", -1)):
            account = f"CASE WHEN {spends} THEN {other} ELSE {one} END"
            signed = f"CASE WHEN {spends} THEN {-sign} * 500 ELSE {sign} * {amount} END"
            cursor.execute(f"{legs} {rows} SELECT {key}, %s, {account}, 'VND', {signed} FROM n", [entries, first, work.pk])
        cursor.execute(
            "INSERT INTO ledger_posting (id, initiative_id, kind, number, what, reason, hidden_reason, booked_on, booked_by_id, at) "
            f"{rows} SELECT {key}, %s, CASE WHEN {spends} THEN 'spending' ELSE 'receipt' END, i, 'xi măng', '', '', "
            "date(%s, '-' || (i %% 300) || ' days'), %s, %s FROM n",
            [entries, first, work.pk, clock.today().isoformat(), work.organiser_id, clock.now()],
        )


@dataclass(frozen=True)
class Peak:
    """What one file took: MB of memory at most, seconds, MB of file."""

    memory: float
    seconds: float
    size: float


_CHILD = """
import pathlib, re, resource, sys, time, django
django.setup()
from kheo.initiatives.models import Initiative
from kheo.ledger import exports
work, kind = Initiative.objects.select_related("place").get(slug=sys.argv[1]), sys.argv[2]
began = time.perf_counter()
size = sum(len(piece) for piece in exports.answer(work, kind))
most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
if (status := pathlib.Path("/proc/self/status")).exists():  # of this program alone: Linux gives a child its parent's most as well
    most = int(re.search(r"VmHWM:\\s*([0-9]+)", status.read_text())[1])
print(most / 1024, time.perf_counter() - began, size / 1e6)
"""


def peaks() -> dict[str, tuple[Peak, Peak]]:
    """{kind of file: (of the small book, of the large one)}, each in a process of its own."""
    works = Initiative.objects.order_by("pk")
    return {kind: (_peak(works[2].slug, kind), _peak(works[1].slug, kind)) for kind in KINDS}


def _peak(slug: str, kind: str) -> Peak:
    done = subprocess.run([sys.executable, "-c", _CHILD, slug, kind], capture_output=True, text=True, check=True)
    return Peak(*map(float, done.stdout.split()))
