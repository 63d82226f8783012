"""How many odd reports are noticed, and how many honest ones: the second table of docs/evidence.md, measured anew on a part of its reports.

``REPORTS=100 pytest -s`` on this file prints the whole table.
"""

import os
import random
from pathlib import Path
from typing import Any

import pytest

from kheo.checks import flagging
from kheo.checks.models import Flag
from kheo.checks.tests.reports import STORIES, Report
from kheo.evidence import likeness
from kheo.people.models import User
from kheo.results.models import Result

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TABLE = Path(__file__).parents[3] / "docs" / "evidence.md"
OF_EACH = int(os.environ.get("REPORTS", "4"))  # of the table's 100; the first ones are the same


def shares(city: Any) -> dict[str, float]:
    """By story: the percentage of reports of which the right thing was noticed, or anything at all where they are honest."""
    owners: dict[int, str] = {}
    for name, (_kind, story) in STORIES.items():
        for n in range(OF_EACH):
            person = User.objects.create(username=f"{name} {n}")
            owners[person.pk] = name
            story(Report(random.Random(f"{name} {n}"), city.area, person))
    while flagging.look() or likeness.unmarked().exists():
        pass
    seen: dict[str, set[int]] = {name: set() for name in STORIES}
    for kind, person in Flag.objects.values_list("kind", "result__reported_by"):
        wanted, _story = STORIES[owners[person]]
        if wanted in (None, kind):
            seen[owners[person]].add(person)
    assert Result.objects.count() >= OF_EACH * len(STORIES)
    return {name: 100 * len(people) / OF_EACH for name, people in seen.items()}


def written() -> dict[str, float]:
    """What the page says."""
    lines = TABLE.read_text(encoding="utf-8").partition("| one report |")[2].splitlines()[2:]
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return {cell[0]: float(cell[-1].removesuffix(" %")) for cell in cells}


def test_the_table_of_odd_reports_tells_what_is_measured(city: Any) -> None:
    found = shares(city)
    if OF_EACH >= 100:
        print("\n" + "\n".join(f"| {name} | {share:.0f} % |" for name, share in found.items()))
    told = written()
    assert set(told) == set(found)
    for name, share in found.items():
        if told[name] in (0, 100):
            assert share == told[name], name
        else:
            assert abs(share - told[name]) <= (0.5 if OF_EACH == 100 else 50), name
