"""Settings that would harm a real city, said before it starts (``kheo serve`` refuses to start on an error)."""

import ipaddress
import os
import stat
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

SHORTEST_SECRET = 32


def is_public(url: str) -> bool:
    """True when the address is one that others can reach: anything but loopback."""
    host = urlsplit(url).hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True


@register()
def addresses(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """What must not meet the public: debug pages, the demo's one-click sign-in, cookies in the clear."""
    found: list[CheckMessage] = []
    if not is_public(settings.KHEO_URL):
        return found
    if settings.DEBUG:
        found.append(Error(f"Debug pages would be public at {settings.KHEO_URL}.", hint="Unset KHEO_DEBUG.", id="kheo.E001"))
    if urlsplit(settings.KHEO_URL).scheme != "https":
        found.append(
            Error(
                f"{settings.KHEO_URL} is public but not https: sign-ins could be read on the way.",
                hint="Put a reverse proxy with a certificate in front and set KHEO_URL=https://…",
                id="kheo.E002",
            )
        )
    if settings.KHEO_DEMO:
        found.append(
            Error(
                f"The demo's one-click sign-in would be public at {settings.KHEO_URL}.",
                hint="Unset KHEO_DEMO, or serve the demo on a loopback address.",
                id="kheo.E003",
            )
        )
    if "smtp" not in str(settings.MAILERS["default"]["BACKEND"]):
        found.append(
            Warning(
                "Mail is not configured: codes to sign in are only written into the data folder.",
                hint="Set KHEO_EMAIL_HOST.",
                id="kheo.W001",
            )
        )
    return found


@register()
def secrets(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """The secret is long, the keys are ours alone, the data folder takes what we write."""
    found: list[CheckMessage] = []
    if len(settings.SECRET_KEY) < SHORTEST_SECRET:
        found.append(
            Error(
                f"KHEO_SECRET_KEY has {len(settings.SECRET_KEY)} characters; {SHORTEST_SECRET} are the least.",
                hint="Unset it: Khéo makes one in the data folder.",
                id="kheo.E004",
            )
        )
    data = Path(settings.KHEO_DATA)
    if not os.access(data, os.W_OK | os.X_OK):
        found.append(Error(f"The data folder {data} can't be written.", hint="Set KHEO_DATA to a folder of this account.", id="kheo.E005"))
        return found
    for path in sorted((data / "keys").glob("*")) if (data / "keys").is_dir() else ():
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            found.append(Error(f"{path} can be read by others on this machine.", hint=f"chmod 600 {path}", id="kheo.E006"))
    return found
