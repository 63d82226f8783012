"""The request as views see it."""

from django.http import HttpRequest

from kheo.core.actor import Actor


class Request(HttpRequest):
    """A request of which ``kheo.people.middleware`` has said who acts."""

    actor: Actor
