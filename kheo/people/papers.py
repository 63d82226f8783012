"""The sheets of household cards: eight on A4, printed on one side, folded twice so that only the number is outside."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from kheo.core import pdf
from kheo.core.codes import spell
from kheo.people.models import CardBatch

TEMPLATE = Path(__file__).parent / "print" / "household_cards.typ"


def cards(batch: CardBatch, language: str = "") -> bytes:
    """The PDF of a batch that still carries its codes, in the city's language and a second one ("" for none)."""
    data, codes = sheet(batch, language)
    return pdf.render(TEMPLATE, data, {f"{number}.svg": pdf.qr(address) for number, address in codes.items()})


def sheet(batch: CardBatch, language: str = "") -> tuple[dict[str, Any], dict[int, str]]:
    """What the template reads, and the address that each number's QR holds."""
    languages = [settings.LANGUAGE_CODE, *([language] if language and language != settings.LANGUAGE_CODE else [])]
    addresses = {number: settings.KHEO_URL + reverse("people:household", args=[code]) for number, code in batch.codes}
    made = {
        "cards": [{"number": number, "code": spell(code).split()} for number, code in batch.codes],
        "site": settings.KHEO_URL.split("://", 1)[-1],
        "texts": [_texts(batch, language) for language in languages],
    }
    return made, addresses


def _texts(batch: CardBatch, language: str) -> dict[str, str]:
    with translation.override(language):
        return {
            "lang": language,
            "area": batch.place.full_name,
            "ward": batch.place.parent.full_name if batch.place.parent else "",
            "card": _("Household card"),
            "draw": _("Draw it from the bag yourself. Open it at home."),
            "number": _("Only this number is read out at meetings."),
            "scan": _("Scan it, or type the code at"),
            "choose": _("Choose a PIN that only your home knows."),
            "keep": _("Show the inside to nobody, not the head either. Lost? The ward prints another."),
        }
