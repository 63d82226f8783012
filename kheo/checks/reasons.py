"""Why something should be looked at, in words: what was noticed, and what it honestly can be."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kheo.checks.models import Flag, Noticed
from kheo.core.numbers import number


def reason(flag: Flag) -> list[str]:
    """Sentences for the page: what was noticed, then how that can come about without anybody having done wrong."""
    facts = flag.facts
    if not facts:
        return [str(flag.get_kind_display())]
    said: dict[Noticed, Callable[[dict[str, Any]], list[str]]] = {
        Noticed.PICTURE: _picture,
        Noticed.TRAVEL: _travel,
        Noticed.DELAY: _delay,
        Noticed.OUTSIDE: _outside,
        Noticed.QUANTITY: _quantity,
        Noticed.COST: _cost,
    }
    return said[Noticed(flag.kind)](facts)


def _picture(facts: dict[str, Any]) -> list[str]:
    return [
        _("Two photos look alike, also where one was turned, mirrored or cut."),
        _("It can be honest: the same spot photographed again from the same place, or a photo chosen by mistake."),
    ]


def _travel(facts: dict[str, Any]) -> list[str]:
    values = {"km": number(facts["km"]), "minutes": number(facts["minutes"])}
    return [
        _("Two photos of one person were taken %(km)s km apart within %(minutes)s minutes, if their phones are right.") % values,
        _("It can be honest: somebody else sent them a photo, or the phone's clock or position was wrong."),
    ]


def _delay(facts: dict[str, Any]) -> list[str]:
    values = {"taken": _day(facts["taken"]), "day": _day(facts["day"])}
    if "sent" in facts:
        return [
            _("The phone says this photo was taken on %(taken)s; it was sent on %(sent)s.") % {**values, "sent": _day(facts["sent"])},
            _("It can be honest: there was no network for long, or the work was written down later."),
        ]
    return [
        _("The phone says this photo was taken on %(taken)s; the report is of %(day)s.") % values,
        _("It can be honest: the phone's clock was wrong, or an older photo was chosen by mistake."),
    ]


def _outside(facts: dict[str, Any]) -> list[str]:
    return [
        _("The phone says this photo was taken %(metres)s m from the place in the report.") % {"metres": number(facts["metres"])},
        _("It can be honest: the phone's position was wrong, or the photo was taken from the other bank or road."),
    ]


def _quantity(facts: dict[str, Any]) -> list[str]:
    return [
        _("Such reports usually say %(least)s or more; this one says less.") % {"least": number(facts["least"])},
        _("It can be honest: small work is work too. A slip of the finger is as likely."),
    ]


def _cost(facts: dict[str, Any]) -> list[str]:
    values = {name: number(facts[name]) for name in ("each", "least", "most")}
    return [
        _("What was spent comes to %(each)s ₫ for each; elsewhere it was %(least)s to %(most)s ₫.") % values,
        _("It can be honest: prices differ, and much is given by hands. The range is of other places and no norm."),
    ]


def _day(text: str) -> str:
    return date_format(date.fromisoformat(text), "SHORT_DATE_FORMAT")
