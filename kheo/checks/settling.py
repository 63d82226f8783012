"""Which reading counts, when two or three people read the same place without knowing of each other. Pure."""

from collections.abc import Sequence


def agree(one: int, other: int, tolerance: int) -> bool:
    """Whether two readings are the same within ``tolerance`` percent of the larger."""
    low, high = sorted((one, other))
    return low * 100 >= high * (100 - tolerance)


def settled(readings: Sequence[int], tolerance: int) -> int | None:
    """The reading that counts, or None while somebody else has to go: two that agree give the lower, three the median."""
    if len(readings) == 2 and agree(readings[0], readings[1], tolerance):
        return min(readings)
    return sorted(readings)[1] if len(readings) == 3 else None


def final(readings: Sequence[int], tolerance: int) -> int:
    """The same when nobody goes any more: else the lowest of what was read, and 0 where nobody has been."""
    found = settled(readings, tolerance)
    return found if found is not None else min(readings, default=0)
