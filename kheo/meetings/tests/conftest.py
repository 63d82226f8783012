"""Meetings at the stage that a test needs, and short ways to act in them."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import translation

from kheo.core import clock
from kheo.core.actor import Role
from kheo.core.rules import Refused
from kheo.evidence import photos
from kheo.meetings import actions
from kheo.meetings.models import Meeting
from kheo.meetings.testing import begun


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def call(actor, city):
    """A meeting that began today, called by the head. ``began``: so long from now instead."""

    def make(*, area=None, rules=("contributions",), began=None):
        area = area or city.area
        head, matters = actor(Role.HEAD, area), [(f"Light for the alley {i}", rule, []) for i, rule in enumerate(rules)]
        meeting = actions.call_meeting(head, area, starts_at=clock.now() + timedelta(days=3), where="Nhà văn hóa", matters=matters)
        Meeting.objects.filter(pk=meeting.pk).update(starts_at=begun() if began is None else clock.now() + began)
        meeting.refresh_from_db()
        return meeting

    return make


@pytest.fixture
def counted(call, actor, city, photo_upload):
    def make(present=171, **kwargs):
        meeting = call(**kwargs)
        head = actor(Role.HEAD, meeting.place)
        return actions.count_households(head, meeting, present=present, sheet=photos.store(photo_upload()))

    return make


def post(client, name, args, data, query=""):
    return client.post(reverse(name, args=args) + query, data, headers={"accept-language": "en"})


def shown(page):
    """A page's text with what stands in its fields, without the random parts (tokens, ids, names) in which any digits may come together."""
    return re.sub(r"[0-9A-Za-z_-]{20,}|[0-9a-f]{8,}|\b(?:head|officer)-\d+|/\d+/", "", page.text)


def together(act, n=2):
    """Run ``act(i)`` in n threads at once; "done" or "refused" per thread."""
    barrier, outcomes = threading.Barrier(n), []

    def run(i):
        try:
            barrier.wait()
            act(i)
            outcomes.append("done")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(n)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return outcomes
