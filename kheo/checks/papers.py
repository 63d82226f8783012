"""The protocol of a draw: what stands on the paper that three parties and two typists sign."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kheo.catalogue import indicator as indicator_of
from kheo.checks import draw
from kheo.checks.actions.rolls import rolled
from kheo.checks.models import Book
from kheo.core import pdf
from kheo.core.numbers import number
from kheo.results.sums import SMALLEST, is_private

PRINT = Path(__file__).parent / "print"
BLANKS = 3  # parties to be written by hand
BLANK = "… … … …"


def grouped(hexadecimal: str) -> str:
    """64 hex digits in groups of four, as somebody reads them out."""
    return " ".join(hexadecimal[i : i + 4] for i in range(0, len(hexadecimal), 4))


def _halves(hexadecimal: str) -> list[str]:
    """Two lines of 32 hex digits; one to write on where there are none yet."""
    return [grouped(hexadecimal[:32]), grouped(hexadecimal[32:])] if hexadecimal else [BLANK]


def _lines(seed: str) -> list[str]:
    """The seed, a line for each part; put together again without a space it is the seed."""
    parts = seed.split(",")
    return [f"{part}," for part in parts[:-1]] + [parts[-1] or BLANK]


def protocol(book: Book) -> bytes:
    """PDF: the protocol, filled in as far as the draw has come."""
    data = protocol_data(book)
    return pdf.render(PRINT / "protocol.typ", data, {"qr.svg": pdf.qr(data["url"])})


def protocol_data(book: Book) -> dict[str, Any]:
    """What stands on the protocol. Names are written by hand."""
    indicator, rolls = indicator_of(book.indicator), rolled(book)
    few = is_private(book.indicator) and min(book.count, book.claimed) < SMALLEST
    day = timezone.localdate(book.seeded_at or book.draw_at)
    words = {"place": book.scope.name, "day": f"{day.day:02}", "month": f"{day.month:02}", "year": day.year}
    period = f"{date_format(book.starts_on, 'SHORT_DATE_FORMAT')} – {date_format(book.ends_on, 'SHORT_DATE_FORMAT')}"
    said = "–" if few else _("%(n)s places, %(sum)s together") % {
        "n": number(book.count), "sum": f"{number(book.claimed)} {indicator.unit()}",
    }  # fmt: skip
    return {
        "state": _("SOCIALIST REPUBLIC OF VIET NAM"),
        "motto": _("Independence – Freedom – Happiness"),
        "above": book.scope.parent.full_name.upper() if book.scope.parent else "",
        "office": book.scope.full_name.upper(),
        "place_and_day": _("%(place)s, day %(day)s month %(month)s year %(year)s") % words,
        "title": _("PROTOCOL OF A DRAW"),
        "subtitle": indicator.name(),
        "facts": [
            [_("Reported in the time"), period],
            [_("In the book"), said],
            [_("To be visited"), number(book.planned)],
            [_("Announced moment"), date_format(timezone.localtime(book.draw_at), "DATETIME_FORMAT")],
        ],
        "book_words": _("1. The book was closed. Its seal:"),
        "book_root": _halves(book.root),
        "checkpoint_words": _("2. The fingerprint of the public log after the announced moment, shown in the room before the dice:"),
        "checkpoint": _halves(book.checkpoint_root),
        "rolls_words": "" if book.whole else _("3. Then each party rolled, in this order:"),
        "columns": [_("Who rolled"), _("Digits"), _("Signature")],
        "rolls": [] if book.whole else [[party, thrown] for party, thrown in rolls] or [["", ""]] * BLANKS,
        "whole": _("3. Every place is visited, so nothing was rolled.") if book.whole else "",
        "beacon_words": _("Outside draw, named when the round was announced: %(name)s") % {"name": book.beacon_name}
        if book.beacon_name
        else "",
        "beacon": book.beacon or BLANK,
        "seed_words": _("4. From these the order of visits follows. The seed:"),
        "seed": _lines(book.seed),
        "recount": _("When the round is closed, anybody computes the same order with the file of the book and this line:"),
        "command": f"kheo draw --book book-{book.pk}.txt --seed '{draw.VERSION},…'",
        "typists": [_("First to type it"), _("Second to type it"), pgettext("on paper", "Witness")],
        "scan": _("Page of this draw"),
        "url": f"{settings.KHEO_URL}{reverse('checks:draw', args=[book.pk])}",
    }
