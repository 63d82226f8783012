"""``/healthz``: 200 when the city works, 503 with the reason when it does not. For machines that watch; no personal data."""

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from kheo.core import clock
from kheo.openlog import guard, sequencer, witnesses

MOST_SECONDS = 60  # how long an entry may wait for its number before something is wrong


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Database, whether the log takes acts, how long the oldest entry waits for its number."""
    state: dict[str, object] = {"database": "ok", "log": "ok", "waiting_seconds": 0}
    try:
        oldest = sequencer.due().order_by("pk").values_list("at", "not_before").first()
        problem = guard.problem()
        if witnesses.forked():  # said, but no reason to take the city off the air: a witness may be wrong
            state["witnesses"] = "another history"
    except DatabaseError:
        state["database"] = "unreachable"
        return JsonResponse(state, status=503)
    if oldest is not None and not settings.KHEO_DEMO:  # the demo tells a year of history with its own clock
        state["waiting_seconds"] = max(int((clock.now() - max(filter(None, oldest))).total_seconds()), 0)
    if problem:
        state["log"] = "read-only"
    late = isinstance(state["waiting_seconds"], int) and state["waiting_seconds"] > MOST_SECONDS
    if late:
        state["log"] = "late"
    return JsonResponse(state, status=503 if problem or late else 200)
