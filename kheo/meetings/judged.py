"""What a decision keeps of the rule it was judged by, and of what it was held against. Its page reads this copy, never the law of today.

``Decision.judged``: :meth:`LawRule.copied` and

    present      households represented          households   those of the area, or of the part of it that decided
    notice       {days, given, mark}: how many days before it the law asks for an invitation, and how many there were;
                 of slips: how many days the law leaves for answering, and how many there were
    second       true where slips went to every household after a meeting with too few
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kheo.core.numbers import number
from kheo.meetings import law
from kheo.meetings.models import Decision, Meeting


def copy_of(rule: law.LawRule, meeting: Meeting, *, present: int, households: int) -> dict[str, Any]:
    """What ``Decision.judged`` keeps."""
    day = timezone.localdate(meeting.starts_at)
    called = timezone.localdate(meeting.called_at)
    if meeting.slips and rule.second_way and meeting.ends_at:
        asked, mark, given = rule.second_way.days, rule.second_way.mark, (timezone.localdate(meeting.ends_at) - called).days
    else:
        asked, mark, given = law.notice_days(day), law.general_on("notice_days", day).mark, (day - called).days
    return {
        **rule.copied(),
        "present": present,
        "households": households,
        "notice": {"days": asked, "given": given, "mark": mark},
        "second": meeting.follows_id is not None,
    }


def shares(part: int, whole: int, share: law.Share) -> tuple[str, str]:
    """``part`` of ``whole`` and ``share``, both in percent and rounded half up, with as many decimals as it takes to tell them apart.

    "66.7 %" stands for two thirds; 6,666 of 10,000 are then written "66.66 %" beside "66.67 %", never as if they reached it. The counts
    decide, the percentages only illustrate.
    """
    if not whole:
        return "–", _percent(Decimal(share.num) / share.den, 1)
    reached = part * share.den >= whole * share.num
    for decimals in range(1, 9):
        one, other = (_round(Decimal(a) / b, decimals) for a, b in ((part, whole), (share.num, share.den)))
        if reached == (one >= other):
            break
    return _percent(one, decimals), _percent(other, decimals)


def votes(decision: Decision) -> str:
    """ "171 of 240 household representatives = 71.3 %, needs at least 66.7 % (160)", wherever a decision's sum is written out."""
    share, asked = shares(decision.agree, decision.base, law.Share(decision.threshold_num, decision.threshold_den))
    words = {"agree": number(decision.agree), "base": number(decision.base), "share": share, "asked": asked}
    words["needed"] = number(decision.needed)
    if decision.strict:
        return _("%(agree)s of %(base)s household representatives = %(share)s, needs more than %(asked)s (%(needed)s)") % words
    return _("%(agree)s of %(base)s household representatives = %(share)s, needs at least %(asked)s (%(needed)s)") % words


def _round(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals - 2), rounding=ROUND_HALF_UP)


def _percent(value: Decimal, decimals: int) -> str:
    return f"{number(value * 100, decimals)} %"
