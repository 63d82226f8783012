"""The papers of a meeting: invitation, attendance sheet, minutes, resolution (Template 03), slips. What stands on each, and its PDF.

Layout of an official Vietnamese document: Decree 30/2020/NĐ-CP, appendix I. The resolution follows Template 03 of the appendix of
Decree 59/2023/NĐ-CP (community's name, what it rests on, "QUYẾT NGHỊ", numbered articles, signatures of two household
representatives, the Front work committee and the head). Invitation and resolution bear no name of a household.
"""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kheo.core import pdf
from kheo.core.numbers import number, percent
from kheo.meetings.models import Decision, Matter, Meeting, Method
from kheo.openlog.door import name_of
from kheo.openlog.subjects import receipts_for
from kheo.places.models import Place

PRINT = Path(__file__).parent / "print"
LINES = 3  # blank lines for what is written by hand


def invitation(meeting: Meeting) -> bytes:
    """PDF: two half-sheet invitations on a page, the number of the household left blank."""
    data = invitation_data(meeting)
    return pdf.render(PRINT / "invitation.typ", data, {"qr.svg": pdf.qr(data["url"])})


def attendance(meeting: Meeting) -> bytes:
    """PDF: the sheet to sign, a row for each household number."""
    data = attendance_data(meeting)
    return pdf.render(PRINT / "attendance.typ", data, {"qr.svg": pdf.qr(data["url"])})


def minutes(meeting: Meeting) -> bytes:
    """PDF: the minutes, filled in as far as the meeting has come."""
    data = minutes_data(meeting)
    codes = {m["receipt"]["file"]: pdf.qr(m["receipt"]["url"]) for m in data["matters"] if m["receipt"]}
    return pdf.render(PRINT / "minutes.typ", data, {"qr.svg": pdf.qr(data["url"]), **codes})


def _agreed(matter: Matter) -> str:
    """The first article. Where a question's answer is not written down, only those who met know it: lines to write it by hand."""
    if matter.title.endswith("?"):
        words = {"title": matter.title, "lines": matter.outcome or "…… " * 40}
        return _("To the question “%(title)s” the households answer: %(lines)s") % words
    return f"{_('The households agree to: %(title)s.') % {'title': matter.title.rstrip('.')}} {matter.outcome}".rstrip()


def resolution(decision: Decision) -> bytes:
    """PDF: the resolution of the community."""
    data = resolution_data(decision)
    return pdf.render(PRINT / "resolution.typ", data, {"qr.svg": pdf.qr(data["url"])})


def slips(meeting: Meeting) -> bytes:
    """PDF: a slip for each household, four on a page, all alike: nothing on them tells which household's it is."""
    data = slips_data(meeting)
    return pdf.render(PRINT / "slips.typ", data, {"qr.svg": pdf.qr(data["url"])})


def invitation_data(meeting: Meeting) -> dict[str, Any]:
    """What stands on an invitation."""
    return {
        **_head(meeting, meeting.called_at),
        "title": _("INVITATION"),
        "to": _("To the household with number"),
        "invites": _("One person of each household is invited to a meeting of the households, who has one vote."),
        "when": pgettext("on paper", "When"),
        "starts": _moment(meeting.starts_at),
        "where": pgettext("on paper", "Where"),
        "place": meeting.where,
        "about": _("What we talk about"),
        "matters": [{"title": m.title, "kind": m.law.name} for m in _matters(meeting)],
        "bring": _("Please bring the card with your number, if you have one. Everybody may listen. Giving is always of your own will."),
        "scan": _("Everything about this meeting, and afterwards what was decided"),
        "caller": _head_of(meeting.place),
    }


def attendance_data(meeting: Meeting) -> dict[str, Any]:
    """What stands on the sheet. Names are written by hand and never typed in."""
    return {
        **_head(meeting, meeting.starts_at),
        "title": _("ATTENDANCE OF HOUSEHOLDS"),
        "about": _("Meeting on %(when)s, %(where)s") % {"when": _moment(meeting.starts_at), "where": meeting.where},
        "columns": [_("No."), _("Household representative"), _("Signature")],
        "rows": meeting.numbers or 40,
        "total": _("Represented: ……… of %(n)s households") % {"n": number(meeting.invited) if meeting.invited else "………"},
        "private": _("This sheet bears names: keep it closed. Its photo is only for the head and the ward."),
        "signers": [_("SECRETARY"), _head_of(meeting.place)],
        "scan": _("Page of this meeting"),
    }


def minutes_data(meeting: Meeting) -> dict[str, Any]:
    """What stands in the minutes; blanks where nothing is known yet."""
    team = [name for name in meeting.counters.splitlines() if name]
    present, households = meeting.present, meeting.invited
    here = _("%(present)s of %(all)s households (%(percent)s)") % {
        "present": number(present),
        "all": number(households),
        "percent": percent(present, households),
    } if present is not None else _("……… of %(all)s households") % {"all": number(households)}  # fmt: skip
    return {
        **_head(meeting, meeting.starts_at),
        "title": _("MINUTES"),
        "subtitle": _("of slips handed in by the households") if meeting.slips else _("of the meeting of households"),
        "facts": [
            [pgettext("on paper", "When"), _moment(meeting.starts_at)],
            [pgettext("on paper", "Where"), meeting.where],
            [_("Slips returned") if meeting.slips else _("Households represented"), here],
            *([[_("Second way after"), _moment(meeting.follows.starts_at)]] if meeting.follows else []),
            *(
                []
                if meeting.slips
                else [
                    [_("Secretary"), meeting.secretary or "………………………"],
                    [_("Counting team"), ", ".join(team) or "………………………"],
                    [_("Way of voting"), _method(meeting.method) or "………………………"],
                    [
                        _("Chosen by"),
                        _("%(n)s of %(present)s households") % {"n": number(meeting.officers_for), "present": number(present)}
                        if meeting.officers_for
                        else "………………………",
                    ],
                ]
            ),
        ],
        "matters": [_of_matter(meeting, m) for m in _matters(meeting)],
        "matter_word": _("Matter"),
        "lines": LINES,
        "closed": _("The minutes were read out to those attending. The meeting ended at ……… ."),
        "signers": [_("SECRETARY"), _("COUNTING TEAM"), _head_of(meeting.place)],
        "scan": _("Check these minutes"),
    }


def resolution_data(decision: Decision) -> dict[str, Any]:
    """What stands in the resolution. Its words rest on the values copied at the time, not on today's law."""
    matter = decision.matter
    meeting = matter.meeting
    receipt = _receipt(decision)
    base = {"agree": number(decision.agree), "base": number(decision.base), "percent": percent(decision.agree, decision.base)}
    who = f"{meeting.place.full_name}, {meeting.part}" if meeting.part else meeting.place.full_name
    return {
        **_head(meeting, decision.decided_on),
        "url": receipt["url"] if receipt else _address(meeting),
        "number": _("No.: ……/NQ-CĐDC"),
        "title": _("RESOLUTION"),
        "subtitle": matter.title,
        "community": _("THE COMMUNITY OF %(place)s") % {"place": who.upper()},
        "grounds": [
            _("Based on the Law on the Exercise of Democracy at the Grassroots of 10 November 2022;"),
            _("Based on Decree 59/2023/NĐ-CP of 14 August 2023 of the Government;"),
            _("Based on the minutes of the slips collected until %(day)s,") % {"day": _date(decision.decided_on)}
            if meeting.slips
            else _("Based on the minutes of the meeting of households on %(day)s,") % {"day": _date(decision.decided_on)},
        ],
        "resolves": _("RESOLVES:"),
        "article_word": pgettext("of a resolution", "Article"),
        "articles": [
            _agreed(matter),
            _("Agreed by %(agree)s of %(base)s household representatives, which is %(percent)s; %(needed)s were needed. %(law)s.")
            % {**base, "needed": number(decision.needed), "law": decision.citation},
            _("Giving is of everybody's own will. In, out and left are open to everybody, and the people supervise."),
            _("This resolution holds from the day it is signed. Households, head of the %(kind)s and Front work committee carry it out.")
            % {"kind": meeting.place.kind_name.lower()},
        ],
        "receivers": _("To:"),
        "receiver_list": [meeting.place.parent.full_name if meeting.place.parent else "", _("posted for the households;"), _("kept.")],
        "signers": [_("HOUSEHOLD REPRESENTATIVES (two)"), _("FRONT WORK COMMITTEE"), _head_of(meeting.place)],
        "scan": receipt["said"] if receipt else _("Page of this meeting"),
    }


def slips_data(meeting: Meeting) -> dict[str, Any]:
    """What stands on each slip."""
    return {
        **_head(meeting, meeting.starts_at),
        "title": _("SLIP OF A HOUSEHOLD"),
        "lead": _("One slip for each household. Tick one box in each line. Do not write a name."),
        "matters": [m.title for m in _matters(meeting)],
        "choices": [pgettext("vote", "Agree"), pgettext("vote", "No"), pgettext("vote", "Other")],
        "back": _("Hand in until %(when)s: %(where)s") % {"when": _moment(meeting.ends_at or meeting.starts_at), "where": meeting.where},
        "count": meeting.invited or 4,
        "stamp": _("Stamp of the %(kind)s") % {"kind": meeting.place.kind_name.lower()},
    }


def _head(meeting: Meeting, day: date | datetime) -> dict[str, Any]:
    place = meeting.place
    if isinstance(day, datetime):
        day = timezone.localdate(day)
    words = {
        "place": place.parent.name if place.parent else place.name,
        "day": f"{day.day:02}",
        "month": f"{day.month:02}",
        "year": day.year,
    }
    return {
        "state": _("SOCIALIST REPUBLIC OF VIET NAM"),
        "motto": _("Independence – Freedom – Happiness"),
        "above": place.parent.full_name.upper() if place.parent else "",
        "office": place.full_name.upper(),
        "part": meeting.part,
        "place_and_day": _("%(place)s, day %(day)s month %(month)s year %(year)s") % words,
        "url": _address(meeting),
    }


def _head_of(place: Place) -> str:
    """Who signs for the area, by what the area is called: "TRƯỞNG ẤP", "TRƯỞNG KHÓM"."""
    if place.kind == "to":  # its head has a title of their own: "TỔ TRƯỞNG TỔ DÂN PHỐ"
        return _("HEAD OF THE NEIGHBOURHOOD GROUP")
    return _("HEAD OF THE %(kind)s") % {"kind": place.kind_name.upper()}


def _address(meeting: Meeting) -> str:
    return f"{settings.KHEO_URL}{reverse('meeting', args=[meeting.pk])}"


def _matters(meeting: Meeting) -> list[Matter]:
    matters = list(meeting.matters.filter(hidden_at=None).select_related("decision"))
    for matter in matters:
        matter.meeting = meeting
    return matters


def _of_matter(meeting: Meeting, matter: Matter) -> dict[str, Any]:
    decision: Decision | None = matter.decision if matter.decided else None
    rule = matter.law
    if decision is None:
        said = _("Agree ………   No ………   Other ………") if rule.votes else ""
        result = ""
    elif not decision.voted:
        said, result = "", _("Nothing was put to the vote.")
    elif not decision.quorate:
        said, result = "", _("Too few households: not decided.")
    else:
        said = _("Agree %(agree)s   No %(against)s   Other %(other)s") % {
            "agree": number(decision.agree), "against": number(decision.against), "other": number(decision.other),
        }  # fmt: skip
        words = {
            "agree": number(decision.agree), "base": number(decision.base), "needed": number(decision.needed),
            "percent": percent(decision.agree, decision.base), "law": decision.citation,
        }  # fmt: skip
        if decision.passed:
            result = _("Decided: %(agree)s of %(base)s households (%(percent)s), %(needed)s needed. %(law)s.") % words
        else:
            result = _("Not agreed: %(agree)s of %(base)s households (%(percent)s), %(needed)s needed. %(law)s.") % words
    opinions = [
        {"text": o.text, "households": _("%(n)s households") % {"n": number(o.households)}}
        for o in matter.opinions.filter(hidden_at=None).order_by("pk")
    ]
    outcome = f"{_('What did we decide?')} {matter.outcome}" if matter.outcome else ""
    words_of = {"title": matter.title, "kind": rule.name, "said": said, "result": result, "outcome": outcome}
    return {**words_of, "opinions": opinions, "blank": decision is None, "receipt": _receipt(decision)}


def _receipt(decision: Decision | None) -> dict[str, str] | None:
    """Where the decision stands in the public log: address, number for the eye, and the file of its code; None before it has a number."""
    index = receipts_for([decision])[name_of(decision)] if decision else None
    if index is None:
        return None
    said = _("Public log, no. %(n)s") % {"n": number(index)}
    return {"url": f"{settings.KHEO_URL}/log/{index}/", "said": said, "file": f"log{index}.svg"}


def _method(method: str) -> str:
    words = {Method.HANDS: _("Show of hands"), Method.SECRET: _("Secret vote"), Method.SLIPS: _("Slips to every household")}
    return words[Method(method)] if method else ""


def _moment(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{local:%H:%M}, {_date(local.date())}"


def _date(day: date) -> str:
    return _("%(day)s/%(month)s/%(year)s") % {"day": day.day, "month": day.month, "year": day.year}
