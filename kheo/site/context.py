"""What every page needs: the city's name, the language switch, the state of the public log."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from kheo.core import clock, demo
from kheo.openlog.models import Checkpoint
from kheo.openlog.subjects import receipts_for
from kheo.people.follows import follows_of
from kheo.places.models import Place

LANGUAGE_NAMES = {"vi": "Tiếng Việt", "en": "English", "id": "Bahasa Indonesia", "km": "ខ្មែរ"}
SECONDS = 5  # how long the foot of the page may lag behind the log


class Site:
    """Facts about the installation, each looked up only when a template asks for it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.demo = settings.KHEO_DEMO
        self.demo_here = demo.here()  # where its clock may be stepped
        self.languages = [(code, LANGUAGE_NAMES.get(code, code)) for code, _name in settings.LANGUAGES]

    @property
    def city(self) -> str:
        """The city's proper name."""
        name = cache.get("site.city")
        if name is None:
            name = Place.objects.filter(slug=settings.KHEO_CITY).values_list("name", flat=True).first()
            if name:
                cache.set("site.city", name, 60)
        return name or "Khéo"

    @property
    def language_name(self) -> str:
        """The language of this page in its own words."""
        return LANGUAGE_NAMES.get(get_language() or "vi", "")

    @property
    def today(self) -> date:
        """The day by the clock of this installation; the demo's may be ahead."""
        return clock.today()

    @property
    def here(self) -> str:
        """The address to come back to after the language was switched. An act form is shown anew, its errors are not."""
        return self.request.get_full_path()

    @property
    def follows(self) -> bool:
        """Whether this phone follows any place."""
        return bool(follows_of(self.request))

    def _head(self) -> tuple[int, Any] | tuple[None, None]:
        head = cache.get("site.log")
        if head is None:
            head = Checkpoint.objects.order_by("-size").values_list("size", "at").first() or (None, None)
            cache.set("site.log", head, SECONDS)
        return head

    @property
    def log_size(self) -> int | None:
        """How many entries the last signed checkpoint covers."""
        return self._head()[0]

    @property
    def log_time(self) -> str:
        """When it was signed: the hour today, else the day."""
        at = self._head()[1]
        if at is None:
            return ""
        local = timezone.localtime(at)
        return formats.date_format(local, "H:i" if local.date() == clock.today() else "SHORT_DATE_FORMAT")


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``site``, and ``receipt_of`` for receipts that a page has not looked up beforehand."""
    return {"site": SimpleLazyObject(lambda: Site(request)), "receipt_of": receipts_for}
