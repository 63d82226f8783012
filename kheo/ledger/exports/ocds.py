"""OCDS 1.1 (https://standard.open-contracting.org/1.1/en/schema/): what was spent in money, as a release package with one release.

=====================================  ======================================================================
Khéo                                   OCDS
=====================================  ======================================================================
the work                               one contracting process: ``ocid`` = prefix + its key
the organisation, else its place       ``buyer``, each ``payer``, and ``parties`` with both roles
money of the plan                      ``planning/budget/amount``
the work's own spending                ``awards`` and ``contracts`` with one of each
an expense in money                    ``contracts/implementation/transactions``, id = number of the entry
an expense taken back                  a transaction of its own with a negative value
the supplier's paper                   the transaction's ``source``
=====================================  ======================================================================

Contributions, materials and labour have no place in OCDS: they stand in the other files, apart. Payees are not named: the supplier's
name stands on the paper. A prefix of one's own is given by the Open Contracting Partnership (KHEO_OCDS_PREFIX).
"""

import json
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from kheo.core import clock
from kheo.initiatives.models import State
from kheo.ledger import units
from kheo.ledger.exports.rows import Book, Booking
from kheo.ledger.models import Account


def lines(book: Book) -> Iterator[str]:
    """The file in pieces: what stands before the transactions, each of them, what stands behind."""
    package = _package(book)
    payer = package["releases"][0]["buyer"]
    head, tail = _json(package).split('["HERE"]')  # in people's words every quotation mark has a backslash before it
    yield head + "["
    comma = ""
    for booking in book.bookings():
        if (value := _spent(booking)) is not None:
            yield comma + _json(_transaction(booking, value, payer))
            comma = ",\n"
    yield "]" + tail + "\n"


def _json(thing: Any) -> str:
    return json.dumps(thing, ensure_ascii=False)


def _package(book: Book) -> dict[str, Any]:
    work, now = book.initiative, clock.now().isoformat(timespec="seconds")
    ocid = f"{settings.KHEO_OCDS_PREFIX}-{book.key}"
    organisation = None if book.private else work.organisation
    key, name = (f"org-{organisation.pk}", organisation.name) if organisation else (f"place-{book.place.slug}", book.place.full_name)
    buyer = {"id": key, "name": name}
    planned = sum(line.amount or 0 for line in book.plan if line.unit == units.MONEY)
    title = {"title": book.name, "status": "active" if work.state == State.REGISTERED else "terminated"}
    contract = {
        "id": "1",
        "awardID": "1",
        **title,
        "description": _("What the work spent in money; materials and labour are not in this file."),
        "implementation": {"transactions": ["HERE"]},
    }
    release = {
        "ocid": ocid,
        "id": f"{book.key}-{book.last}",
        "date": now,
        "tag": ["implementation"],
        "initiationType": "tender",  # the only value of the codelist
        "language": "vi",
        "parties": [{**buyer, "roles": ["buyer", "payer"]}],
        "buyer": buyer,
        **({"planning": {"budget": {"amount": _money(planned)}}} if planned else {}),
        "awards": [{"id": "1", "title": book.name, "status": "active"}],
        "contracts": [contract],
    }
    uri = f"{book.address or settings.KHEO_URL + '/'}{'book.ocds.json' if book.address else ''}"
    return {"uri": uri, "version": "1.1", "publishedDate": now, "publisher": {"name": settings.KHEO_URL}, "releases": [release]}


def _spent(booking: Booking) -> int | None:
    """Đồng that this entry spent (negative where it takes an expense back); None where it is no expense in money."""
    return next((n for account, unit, n in booking.legs if account == Account.SPENT and unit == units.MONEY), None)


def _transaction(booking: Booking, value: int, payer: dict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"id": str(booking.number), "date": _moment(booking.day), "value": _money(value), "payer": payer}
    if booking.paper:
        found["source"] = booking.paper  # ``uri`` is for a record that machines read
    return found


def _money(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "VND"}


def _moment(day: date) -> str:
    return timezone.make_aware(datetime.combine(day, time.min)).isoformat(timespec="seconds")
