"""The kits that are there, read once per process."""

from functools import cache, partial

from django.conf import settings

from kheo.catalogue import folders, reading
from kheo.catalogue.shapes import Indicator, Kit
from kheo.core.numbers import name_unit


class Unknown(KeyError):
    """No kit or indicator has this key."""


@cache
def _shelf() -> tuple[dict[str, Kit], dict[str, Indicator], dict[str, list[str]]]:
    good: dict[str, Kit] = {}
    broken: dict[str, list[str]] = {}
    for folder in folders.folders():
        try:
            found = reading.read(folder)
        except reading.KitError as e:
            broken[folders.key_of(folder)] = e.problems
        else:
            good[found.key] = found
            for indicator in found.indicators.values():
                _say(indicator)
    ordered = {k.key: k for k in sorted(good.values(), key=lambda k: (k.order, k.key))}
    return ordered, {key: i for k in ordered.values() for key, i in k.indicators.items()}, broken


def _word(one: str, many: str, n: int | None) -> str:
    return one if n == 1 else many


def _say(indicator: Indicator) -> None:
    """Let numbers say "1 bridge" in the languages that have a word for one alone."""
    for language, one in indicator.unit_one.words.items():
        many = indicator.unit(language)
        if one != many:
            name_unit(many, partial(_word, one, many))


def forget() -> None:
    """Read the folders anew next time (tests, scaffolding)."""
    _shelf.cache_clear()


def kits() -> dict[str, Kit]:
    """Every kit by key, in the order they are offered; disabled ones too: what was done with them stays readable."""
    return _shelf()[0]


def offered() -> dict[str, Kit]:
    """The kits a new initiative may start from: without those in ``KHEO_KITS_DISABLED``."""
    return {key: k for key, k in kits().items() if is_offered(key)}


def is_offered(key: str) -> bool:
    """True when a new initiative may start from this kit."""
    return key in kits() and key not in getattr(settings, "KHEO_KITS_DISABLED", ())


def kit(key: str) -> Kit:
    """The kit with this key. Raises :class:`Unknown`."""
    try:
        return kits()[key]
    except KeyError:
        raise Unknown(f"No kit is called {key!r}.") from None


def indicators() -> dict[str, Indicator]:
    """Every indicator by "<kit>.<indicator>", in the kits' order: for what may lie longer than its kit, with ``.get``."""
    return _shelf()[1]


def indicator(key: str) -> Indicator:
    """The indicator "<kit>.<indicator>". Raises :class:`Unknown`."""
    try:
        return indicators()[key]
    except KeyError:
        raise Unknown(f"No indicator is called {key!r}.") from None


def broken() -> dict[str, list[str]]:
    """What is wrong with the kits that can't be read, by key."""
    return _shelf()[2]
