"""One letter to a giver who asked for it, after the day they named themselves. To the giver alone, and never a second one.

The address is erased in the transaction that hands the letter to the worker: there is nothing left to write to again.
"""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kheo.core import clock
from kheo.ledger.models import Giver, Pledge, PledgeState
from kheo.people.tasks import deliver

PAGES = 5  # of promises that one letter names


def remind() -> int:
    """Hand every letter that is due to the worker; returns how many. Several workers at once send one each.

    One letter for each address: whoever writes somebody else's under a hundred promises fills nobody's letter box.
    """
    waiting = Giver.objects.exclude(email="").filter(pledge__state=PledgeState.OPEN, pledge__promised_for__lt=clock.today())
    found: dict[str, list[int]] = {}
    for pk, address in waiting.order_by("pk").values_list("pk", "email"):
        found.setdefault(address.lower(), []).append(pk)
    return sum(_remind(pks) for pks in found.values())


def _remind(pks: list[int]) -> bool:
    with transaction.atomic():
        given = Giver.objects.select_for_update(of=("self",)).select_related("pledge__initiative").filter(pk__in=pks).exclude(email="")
        due = [(giver.email, *about) for giver in given.order_by("pk") if (about := _forget_address(giver)) is not None]
        if not due:
            return False
        address, _first, day = due[0]
        pages = [f"{settings.KHEO_URL}{pledge.get_absolute_url()}" for _address, pledge, _day in due[:PAGES]]
        with translation.override(settings.LANGUAGE_CODE):
            body = _(
                "You meant to give by %(day)s. If you still like to, your page says how: %(page)s\n"
                "If you thought otherwise, withdraw there; nobody asks why. This is the only letter we send."
            ) % {"day": date_format(day, "DATE_FORMAT"), "page": "\n".join(pages)}
            deliver.enqueue(to=address, subject=_("About what you meant to give"), body=body)
    return True


def _forget_address(giver: Giver) -> tuple[Pledge, date] | None:
    """Erase the address, and say which promise the letter is about and its day; None when it is not open any more."""
    pledge = giver.pledge
    Giver.objects.filter(pk=giver.pk).update(email="")
    if not giver.name and giver.user_id is None and giver.posting_id is None:
        Giver.objects.filter(pk=giver.pk).delete()  # it was there for the address only
    if pledge is None or pledge.promised_for is None or pledge.state != PledgeState.OPEN:
        return None
    return pledge, pledge.promised_for
