"""What stands in the way of fewer households: the room above that hands things out to them says so, and this room knows none of it."""

from collections.abc import Callable

from kheo.core.rules import YES, Answer
from kheo.places.models import Place

May = Callable[[Place, int], Answer]
_asked: list[May] = []


def register(may: May) -> None:
    """Have every lowering of an area's number asked about. Registering twice is registering once."""
    if may not in _asked:
        _asked.append(may)


def may_lower(place: Place, households: int) -> Answer:
    """The first reason against it, or yes. Asked with the area locked."""
    return next((answer for may in _asked if not (answer := may(place, households))), YES)
