"""The demo's two reports in which something does not fit together, so that the city board has something to look at (counted.toml)."""

import math
from functools import partial
from typing import Any

from kheo.checks import flagging
from kheo.evidence import photos
from kheo.evidence.models import Photo
from kheo.people.actor import actor_of
from kheo.places.models import Place
from kheo.results import actions as results
from kheo.results.models import Result
from kheo.site.demo import camera
from kheo.site.demo.story import Cast, Story, load

DEGREE = 111_320  # metres of latitude


def plan_odd(story: Story, cast: Cast) -> None:
    """Put the odd reports into the story. Nobody is said to have done anything: a phone errs, a neighbour sends the wrong photo."""
    for row in load("counted.toml")["odd"]:
        story.on(row["day"], 18, partial(report, story, cast, row))


def report(story: Story, cast: Cast, row: dict[str, Any]) -> Result:
    """One of them, by whoever leads the work."""
    work = cast.works[row["work"]]
    photo = _shown_before(cast, row) if "again" in row else _from_afar(work.site, row)
    day = story.day(row["day"])
    return results.report_result(
        actor_of(work.organiser), work, indicator=row["indicator"], quantity=row["quantity"], day=day, note=row["note"], photos=[photo]
    )


def look_at_all() -> None:
    """What the worker does in some minutes: look at every photo of the year."""
    while flagging.unseen().exists():
        flagging.look()


def _shown_before(cast: Cast, row: dict[str, Any]) -> Photo:
    first = Result.objects.filter(initiative=cast.works[row["again"]]).earliest("pk").photos.earliest("pk")
    return photos.store(camera.again(photos.path_of(first.sha256)))


def _from_afar(site: Place | None, row: dict[str, Any]) -> Photo:
    assert site is not None and site.lon is not None and site.lat is not None  # noqa: S101 – the row names a work at a place
    east = site.lon + row["away"] / DEGREE / math.cos(math.radians(site.lat))
    return photos.store(camera.upload(row["photo"], row["quantity"], taken_at=(east, site.lat)))
