"""A broken kit is said before the city starts, not when somebody opens its page."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from kheo.catalogue import hooks, shelf


@register()
def kits(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Every kit can be read, its hooks are known, and what is disabled exists."""
    found: list[CheckMessage] = []
    for problems in shelf.broken().values():
        found += [Error(p, hint="Run `kheo check-kit`.", id="kheo.catalogue.E001") for p in problems]
    found += [Error(p, hint="See docs/kits.md, Hooks.", id="kheo.catalogue.E002") for key in shelf.kits() for p in hooks.problems(key)]
    for key in getattr(settings, "KHEO_KITS_DISABLED", ()):
        if key not in shelf.kits() and key not in shelf.broken():
            found.append(Warning(f"KHEO_KITS_DISABLED names {key!r}; there is no such kit.", id="kheo.catalogue.W001"))
    return found
