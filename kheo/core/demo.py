"""Whether this is the demo. What only the demo may do (sign in by one click, step the clock) asks here."""

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings


def here() -> bool:
    """Whether this is the demo, on an address of this machine or a private network: both must hold."""
    if not settings.KHEO_DEMO:
        return False
    host = urlsplit(settings.KHEO_URL).hostname or ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local"))
