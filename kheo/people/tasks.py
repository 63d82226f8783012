"""Post that the worker takes out."""

from django.core.mail import send_mail
from django.tasks import task


@task()
def deliver(to: str, subject: str, body: str) -> None:
    """Send one e-mail; an empty address is the letter to nobody that hides who has an account."""
    if to:
        send_mail(subject, body, None, [to])
