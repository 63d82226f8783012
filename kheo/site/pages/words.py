"""Words for what the rooms store as keys: states, categories, roles. Everyday speech on residents' pages."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from kheo.core.actor import Role
from kheo.initiatives.models import State as Work
from kheo.ledger.models import Account
from kheo.needs.models import Category
from kheo.needs.models import State as Wish

CATEGORIES = {category: (category.label, category.icon) for category in Category}  # as in the form, so that a need keeps its picture
NEED_STATES = {
    Wish.HELD: (_("waiting to be shown"), "wait"),
    Wish.OPEN: (_("waiting for an answer"), "wait"),
    Wish.ANSWERED: (_("answered"), ""),
    Wish.PLANNED: (_("taken up"), ""),
    Wish.DONE: (_("done"), ""),
    Wish.DECLINED: (_("not now"), "plain"),
}
WORK_STATES = {
    Work.DRAFT: (_("being written"), "plain"),
    Work.SUBMITTED: (_("the ward is looking at it"), "wait"),
    Work.RETURNED: (_("to be completed"), "wait"),
    Work.REGISTERED: (_("at work"), ""),
    Work.COMPLETED: (_("completed"), ""),
    Work.CLOSED: (_("given up"), "plain"),
}
ROLES = {
    Role.OPERATOR: _("operator"),
    Role.CITY_BOARD: _("city board"),
    Role.OFFICER: _("ward officer"),
    Role.HEAD: _("head of the area"),
    Role.ORGANISER: _("organiser"),
    Role.CHECKER: _("checker"),
    Role.STEWARD: _("steward"),
}
SOURCES = {
    Account.HOUSEHOLDS: _("households"),
    Account.BUSINESSES: _("businesses"),
    Account.ORGANISATIONS: _("organisations"),
    Account.BUDGET: _("the budget"),
}


def need_words() -> dict[str, Any]:
    """What ``_need.html`` wants in the context."""
    return {"categories": CATEGORIES, "states": NEED_STATES}
