"""One letter to a giver who asked for it, after the day they named themselves. To the giver alone, and never a second one.

The address is erased in the transaction that hands the letter to the worker: there is nothing left to write to again.
"""

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kheo.core import clock
from kheo.ledger.models import Giver, PledgeState
from kheo.people.tasks import deliver


def remind() -> int:
    """Hand every letter that is due to the worker; returns how many. Several workers at once send one each."""
    waiting = Giver.objects.exclude(email="").filter(pledge__state=PledgeState.OPEN, pledge__promised_for__lt=clock.today())
    return sum(_remind(pk) for pk in waiting.values_list("pk", flat=True))


def _remind(pk: int) -> bool:
    with transaction.atomic():
        giver = Giver.objects.select_for_update(of=("self",)).select_related("pledge__initiative").filter(pk=pk).exclude(email="").first()
        if giver is None or giver.pledge is None or giver.pledge.promised_for is None:
            return False
        address, pledge, day = giver.email, giver.pledge, giver.pledge.promised_for
        giver.email = ""
        giver.save(update_fields=["email"])
        if not giver.name and giver.user_id is None and giver.posting_id is None:
            giver.delete()  # it was there for the address only
        if pledge.state != PledgeState.OPEN:
            return False
        with translation.override(settings.LANGUAGE_CODE):
            body = _(
                "You meant to give by %(day)s. If you still like to, your page says how: %(page)s\n"
                "If you thought otherwise, withdraw there; nobody asks why. This is the only letter we send."
            ) % {"day": date_format(day, "DATE_FORMAT"), "page": f"{settings.KHEO_URL}{pledge.get_absolute_url()}"}
            deliver.enqueue(to=address, subject=_("About what you meant to give"), body=body)
    return True
