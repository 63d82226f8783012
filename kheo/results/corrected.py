"""What a correction means for the rooms above: they register here as they start, and this room knows none of them."""

from typing import Protocol

from kheo.core.actor import Actor
from kheo.results.models import Result


class Follower(Protocol):
    def hold(self, result: Result) -> None:
        """First of all, inside the act: lock what the correction will change, so that everybody locks in the same order."""

    def follow(self, actor: Actor, old: Result, new: Result) -> None:
        """Inside the act, once the new result stands."""

    def says(self, result: Result) -> str:
        """A sentence for whoever is about to correct it, or ""."""


_followers: list[Follower] = []


def register(follower: Follower) -> None:
    """Have every correction followed. Registering twice is registering once."""
    if follower not in _followers:
        _followers.append(follower)


def hold(result: Result) -> None:
    for follower in _followers:
        follower.hold(result)


def follow(actor: Actor, old: Result, new: Result) -> None:
    for follower in _followers:
        follower.follow(actor, old, new)


def says(result: Result) -> list[str]:
    """What the form says before the number is changed."""
    return [sentence for follower in _followers if (sentence := follower.says(result))]
