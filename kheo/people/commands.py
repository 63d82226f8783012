"""``kheo sign-in-link USER``."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kheo.people.models import User

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_commands(commands: "Commands") -> None:
    """A way in without mail and without a card, for whoever sits at the machine."""
    link = commands.add_parser("sign-in-link", help="print a link that signs one account in, once, within ten minutes")
    link.add_argument("user", metavar="USER", help="user name or e-mail address")
    link.set_defaults(run=_link)


def _link(args: argparse.Namespace) -> int:
    from django.db.models import Q

    from kheo.people.models import User

    user = User.objects.filter(Q(username=args.user) | Q(email__iexact=args.user), is_active=True).first()
    if user is None:
        print(f"There is no open account {args.user}.")
        return 1
    print(link_for(user))
    return 0


def link_for(user: "User") -> str:
    """The whole one-time link of an account (also printed by ``kheo init`` for the first operator)."""
    from django.conf import settings
    from django.urls import reverse

    from kheo.people import cards

    return settings.KHEO_URL + reverse("people:sign_in_link", args=[cards.make_link(user)])
