"""Whether a secret vote is to decide a matter: the room above that keeps such votes says so, and this room knows none of it."""

from collections.abc import Callable

from kheo.meetings.models import Matter

Holds = Callable[[Matter], bool]
_boxes: list[Holds] = []


def register(holds: Holds) -> None:
    """Have every matter asked about. Registering twice is registering once."""
    if holds not in _boxes:
        _boxes.append(holds)


def hold(matter: Matter) -> bool:
    """True while somebody's slips are to decide it: whoever counts hands meanwhile would decide against them."""
    return any(holds(matter) for holds in _boxes)
