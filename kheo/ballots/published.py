"""What was published of a ballot, read from the public log itself: page, CSV and Pabulib file can't say otherwise than `kheo verify`."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from kheo.ballots import budgets, choices
from kheo.ballots.budgets import STEP
from kheo.ballots.models import Ballot, Method
from kheo.ballots.verbs import BallotVerb
from kheo.openlog import canonical
from kheo.openlog.door import name_of
from kheo.openlog.models import Entry


def votes(ballot: Ballot) -> dict[str, str]:
    """Code → choice, in the order of the codes, from the entries of the log ("" counts for nothing)."""
    found: dict[str, str] = {}
    for clear in _clear(ballot, BallotVerb.CHOICES):
        found.update(dict(clear["votes"]))
    return found


def salt(ballot: Ballot) -> str:
    """The salt as it was published, or ""."""
    return next((clear["salt"] for clear in _clear(ballot, BallotVerb.PUBLISHED)), "")


def _clear(ballot: Ballot, verb: str) -> Iterator[dict[str, Any]]:
    rows = Entry.objects.filter(subject=name_of(ballot), verb=verb).order_by("id").values_list("leaf", flat=True)
    return (canonical.decode(bytes(leaf))["clear"] for leaf in rows)


def says(ballot: Ballot, choice: str, words: Mapping[int, Any]) -> str:
    """A choice in words: "Agree", "Lamps; Bridge", "Lamps 5; Bridge 2"."""
    given = choices.points(ballot.method, choice, len(words), ballot.most)
    if not given:
        return _("not valid")
    return "; ".join(f"{words[o]} {p}" if ballot.method == Method.SCORES else str(words[o]) for o, p in given.items())


def csv_of(ballot: Ballot) -> str:
    """``code,choice`` lines under a header."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["code", "choice"])
    writer.writerows(votes(ballot).items())
    return out.getvalue()


def pabulib_of(ballot: Ballot) -> str:
    """The election in the Pabulib format (http://pabulib.org/format): approval votes, the code as the voter, money in thousands of đồng."""
    cast = {code: choice for code, choice in votes(ballot).items() if choice}
    options, result = list(ballot.options.all()), ballot.result or {}
    chosen = set(result.get("chosen", []))
    about: dict[str, Any] = {
        "description": f"Khéo ballot {ballot.pk}",
        "country": "",
        "unit": ballot.place.slug,
        "instance": ballot.closes_at.date().isoformat(),
        "num_projects": len(options),
        "num_votes": len(cast),
        "budget": (ballot.budget or sum(o.cost or 0 for o in options)) // STEP,
        "currency": "1000 VND",
        "vote_type": "approval",
        "rule": f"equalshares/{ballot.completion}" if ballot.method == Method.BUDGET else "unknown",
    }
    if ballot.method == Method.BUDGET:
        about["budget_increment"] = budgets.STEP  # `kheo tally` reads it: shares grow by a thousand đồng, not by one
    # Where no money was shared nothing was selected: a column of zeros would say that all were turned down.
    shared = ballot.method == Method.BUDGET
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    columns = ["project_id", "cost", "votes", "name", *(["selected"] if shared else [])]
    writer.writerows([["META"], ["key", "value"], *about.items(), ["PROJECTS"], columns])
    for o, total in zip(options, result.get("totals", []), strict=False):
        writer.writerow([o.position, (o.cost or 0) // STEP, total, o.title, *([int(o.position in chosen)] if shared else [])])
    writer.writerows([["VOTES"], ["voter_id", "vote"], *cast.items()])
    return out.getvalue()
