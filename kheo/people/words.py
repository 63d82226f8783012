"""How roles are called on pages."""

from django.utils.translation import gettext_lazy as _

from kheo.core.actor import Role

ROLE_NAMES = {
    Role.OPERATOR: _("Operator"),
    Role.CITY_BOARD: _("City board"),
    Role.OFFICER: _("Ward officer"),
    Role.HEAD: _("Head of the area"),
    Role.ORGANISER: _("Organiser"),
    Role.CHECKER: _("Checker"),
    Role.STEWARD: _("Looks after this site"),
}
