"""The demo's year: told in an order in which it can happen, at any hour of the day it is built."""

from datetime import timedelta

from django.utils import timezone

from kheo.site.demo.neighbours import Asked
from kheo.site.demo.story import Cast, Story, load


def test_no_need_is_answered_before_it_is_released() -> None:
    for number, (area, category, text, backers, days, fate) in enumerate(load("needs.toml")["needs"]):
        story = Story(today=timezone.localdate() - timedelta(days=1))  # so that the whole of its last day is told
        what, _, words = fate.partition(":")
        Asked(story, Cast(), number, area, category, text, backers, days, what, words).plan()
        told = [getattr(happens, "__name__", "join") for _at, _order, happens in sorted(story.events, key=lambda e: e[:2])]
        assert told[0] == "raise_it"
        if what != "held":
            assert told[1] == "release", text
