"""The law as Khéo knows it: every rule with its article, dates, mark and source, as a table that a lawyer can check."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kheo.core import clock
from kheo.core.numbers import number
from kheo.core.requests import Request
from kheo.meetings import law
from kheo.meetings.law.shapes import WORKING
from kheo.site.pages.decisions import MARKS, METHODS


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a law file: what it asks for, in whole phrases with their marks."""

    entry: Any
    asks: list[tuple[str, str]]  # (phrase, mark)
    now: bool

    @property
    def sure(self) -> tuple[Any, bool]:
        return MARKS[self.entry.mark]


def lawbook(request: Request) -> HttpResponse:
    """GET /law/"""
    today = clock.today()
    return render(
        request,
        "pages/law.html",
        {
            "groups": [
                (_("What households decide"), [_line(r, _of_rule(r), today) for r in law.rules()]),
                (_("For every meeting"), [_line(g, [(_of_general(g), g.mark)], today) for g in law.general()]),
                (_("What must follow"), [_line(d, [(_of_duty(d), d.mark)], today) for d in law.duties()]),
                (_("What else the law says"), [_line(t, [(t.words, t.mark)], today) for t in law.terms()]),
            ],
        },
    )


def _line(entry: law.Dated, asks: list[tuple[str, str]], today: date) -> Line:
    return Line(entry, asks, entry.in_force(today))


def _of_rule(rule: law.LawRule) -> list[tuple[str, str]]:
    asks: list[tuple[str, str]] = []
    if rule.threshold:
        words = {"share": rule.threshold}
        of_all = rule.base == law.ALL
        if rule.strict:
            text = _("more than %(share)s of all households agree") if of_all else _("more than %(share)s of those who came agree")
        else:
            text = _("at least %(share)s of all households agree") if of_all else _("at least %(share)s of those who came agree")
        asks.append((text % words, rule.mark))
    else:
        asks.append((_("nothing is voted on"), rule.mark))
    if rule.quorum:
        asks.append((_("at least %(share)s of all households take part") % {"share": rule.quorum}, rule.quorum_mark))
    if rule.methods:
        asks.append((_("voted %(ways)s") % {"ways": _any_of([str(METHODS[m]) for m in rule.methods])}, rule.methods_mark))
    if rule.second_way:
        days = _days(rule.second_way.days)
        asks.append((_("where too few come: slips to every household, with %(days)s to answer") % {"days": days}, rule.second_way.mark))
    if rule.draft_days:
        asks.append((_("the draft is posted for %(days)s before") % {"days": _days(rule.draft_days)}, rule.mark))
    if rule.answer_days:
        asks.append((_("the ward or commune answers within %(days)s") % {"days": _working(rule.answer_days)}, rule.mark))
    if rule.scopes == ("area",):
        asks.append((_("only by all households of the area"), "M"))
    return asks


def _of_general(entry: law.General) -> str:
    if isinstance(entry.value, law.Share):
        return f"{entry.value}"
    if isinstance(entry.value, tuple):
        return _("%(least)s to %(most)s") % {"least": entry.value[0], "most": entry.value[1]}
    return number(entry.value)


def _of_duty(duty: law.DutyRule) -> str:
    within = _working(duty.within) if duty.unit == WORKING else _days(duty.within)
    text = _("within %(days)s") % {"days": within}
    return f"{text}, {_('for %(days)s') % {'days': _days(duty.days)}}" if duty.days else text


def _any_of(words: list[str]) -> str:
    return words[0] if len(words) == 1 else _("%(some)s or %(last)s") % {"some": ", ".join(words[:-1]), "last": words[-1]}


def _days(n: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", n) % {"n": number(n)}


def _working(n: int) -> str:
    return ngettext("%(n)s working day", "%(n)s working days", n) % {"n": number(n)}
