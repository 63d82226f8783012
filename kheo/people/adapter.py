"""Our words and our post in place of allauth's: accounts are opened by the ward, and mail leaves through the worker."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from kheo.people.limits import address_of
from kheo.people.tasks import deliver


class Adapter(DefaultAccountAdapter):
    """How allauth's sign-in by code behaves here."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": _("This code isn't right. Please look again at the newest e-mail."),
        "rate_limited": _("That was very often. Please wait a few minutes."),
        "too_many_login_attempts": _("That was very often. Please wait a few minutes."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: a resident needs no account, and the ward opens those that are needed."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Hand the code to the worker. For an unknown address the same is done with an empty letter, so that both take as long."""
        code = context.get("code", "") if template_prefix == "account/email/login_code" else ""
        subject = render_to_string("people/email/code_subject.txt", {"code": code}).strip()
        body = render_to_string("people/email/code.txt", {"code": code})
        deliver.enqueue(to=email if code else "", subject=subject if code else "", body=body if code else "")

    def add_message(self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any) -> None:
        """Only mistakes are said; the page itself shows the rest."""
        if message_template is None:
            super().add_message(request, level, message_template, *args, **kwargs)

    def get_client_ip(self, request: HttpRequest) -> str:
        """As for our own limits."""
        return address_of(request)
