"""Forms of this room: asking, counting, handing back, saying otherwise."""

from kheo.checks.forms.asked import AskForm, DeclineForm, RecordForm
from kheo.checks.forms.count import UnreachedForm
from kheo.checks.forms.disputes import AnswerDisputeForm, DisputeForm
from kheo.checks.forms.flags import DecideFlagForm
from kheo.checks.forms.mending import PutRightForm

__all__ = [
    "AnswerDisputeForm",
    "AskForm",
    "DecideFlagForm",
    "DeclineForm",
    "DisputeForm",
    "PutRightForm",
    "RecordForm",
    "UnreachedForm",
]
