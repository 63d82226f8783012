"""A month before its review day an agreement is written to the head of the area and the ward's officers, once; the desk shows it too."""

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kheo.agreements.models import Version
from kheo.core import clock
from kheo.core.actor import Role
from kheo.people.models import Assignment, User
from kheo.people.tasks import deliver
from kheo.places.models import Place


def remind() -> int:
    """Hand every letter that is due to the worker; returns how many. Several workers at once send one each."""
    due = Version.objects.to_review().filter(reminded_on=None).order_by("pk").values_list("pk", flat=True)
    return sum(_remind(pk) for pk in due)


def _remind(pk: int) -> int:
    with transaction.atomic():
        held = Version.objects.select_for_update(of=("self",)).select_related("agreement__place__parent").filter(pk=pk, reminded_on=None)
        version = held.first()
        if version is None or version.review_on is None:
            return 0
        Version.objects.filter(pk=pk).update(reminded_on=clock.today())
        people = _who(version.place)
        for user in people:
            with translation.override(user.language or settings.LANGUAGE_CODE):
                body = _(
                    "The neighbours of %(area)s meant to look at this agreement again on %(day)s: %(title)s\n"
                    "Call them together, or write a new version: %(page)s"
                ) % {
                    "area": version.place.full_name,
                    "day": date_format(version.review_on, "DATE_FORMAT"),
                    "title": version.agreement.title,
                    "page": f"{settings.KHEO_URL}{version.get_absolute_url()}",
                }
                deliver.enqueue(to=user.email or "", subject=_("Look at the agreement again with the neighbours"), body=body)
    return len(people)


def _who(area: Place) -> list[User]:
    """The heads of the area and the officers of its ward who gave an address."""
    held = Assignment.objects.current().exclude(user__email=None).exclude(user__email="").filter(user__is_active=True)
    heads = held.filter(role=Role.HEAD, place=area)
    officers = held.filter(role=Role.OFFICER, place=area.parent_id or area.pk)
    return list({a.user_id: a.user for a in (heads | officers).select_related("user")}.values())
