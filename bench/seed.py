"""A city of 10,000 results: real units, one ward with areas and roads, written in bulk (the acts are measured elsewhere)."""

import random
from datetime import timedelta

from django.utils import timezone

from kheo import catalogue
from kheo.core import clock
from kheo.core.actor import Actor, Grant, Role
from kheo.evidence.models import Photo
from kheo.initiatives.models import Initiative, Target
from kheo.initiatives.models import State as Work
from kheo.needs.models import Category, Need
from kheo.needs.models import State as Asked
from kheo.openlog import testing
from kheo.people.models import Assignment, User
from kheo.places.actions import add_place
from kheo.places.importing import INSTALLER, import_units
from kheo.places.models import Place
from kheo.results import tallies
from kheo.results.models import Result, Standing

AREAS, WORKS, RESULTS, NEEDS, ENTRIES = 20, 200, 10_000, 2_000, 20_000


def fill() -> dict[str, str]:
    """Write the city; returns the addresses to measure."""
    dice = random.Random(7)
    import_units()
    ward = Place.objects.get(slug="ninh-kieu")
    areas = [add_place(INSTALLER, ward, "khu-vuc", f"Khu vực {n}", households=240) for n in range(1, AREAS + 1)]
    roads = [add_place(INSTALLER, area, "alley", str(40 + n)) for n, area in enumerate(areas)]
    organiser = User.objects.create_user("bench-organiser", "bench@example.org", name="Bench")
    Assignment.objects.create(user=organiser, role=Role.ORGANISER.value, place=ward, since=clock.today() - timedelta(days=400))
    now, kit = timezone.now(), catalogue.kit("rural-lighting")
    indicator = f"{kit.key}.lamps"
    works = Initiative.objects.bulk_create(
        Initiative(
            slug=f"thap-sang-{n}",
            kit=kit.key,
            kit_hash=kit.hash,
            title=f"Thắp sáng hẻm {n}",
            summary="Bà con góp đèn.",
            place=areas[n % AREAS],
            site=roads[n % AREAS],
            organiser=organiser,
            state=Work.REGISTERED,
            mandate="own-act",
            drafted_at=now - timedelta(days=380),
            submitted_at=now - timedelta(days=379),
            registered_at=now - timedelta(days=378),
        )
        for n in range(WORKS)
    )
    Target.objects.bulk_create(Target(initiative=work, indicator=indicator, quantity=600) for work in works)
    results = []
    for n in range(RESULTS):
        work, quantity = works[n % WORKS], dice.randint(1, 12)
        checked = None if dice.random() < 0.5 else max(quantity - dice.choice((0, 0, 0, 1)), 0)
        standing = Standing.WAITING if checked is None else Standing.RIGHT if checked == quantity else Standing.SHORT
        day = clock.today() - timedelta(days=dice.randint(1, 360))
        results.append(
            Result(
                initiative=work,
                indicator=indicator,
                quantity=quantity,
                day=day,
                place=work.place,
                site=work.site,
                reported_by=organiser,
                reported_at=now - timedelta(days=1),
                checked=checked,
                standing=standing,
            )
        )
    Result.objects.bulk_create(results, batch_size=1000)
    shots = Photo.objects.bulk_create(
        Photo(
            sha256=f"{n:064x}",
            original_sha256=f"{n:064x}",
            width=1600,
            height=1200,
            bytes=90_000,
            public=True,
            place=areas[0],
            stored_at=now,
        )
        for n in range(RESULTS)
    )
    shown = Result.photos.through
    shown.objects.bulk_create([shown(result_id=r.pk, photo_id=p.pk) for r, p in zip(results, shots, strict=True)], batch_size=1000)
    tallies.rebuild()
    Need.objects.bulk_create(
        Need(
            code=f"B{n:05d}",
            place=areas[n % AREAS],
            site=roads[n % AREAS],
            category=dice.choice(Category.values[:5]),
            text="Đoạn này tối quá, đi lại không thấy đường.",
            state=dice.choice((Asked.OPEN, Asked.ANSWERED, Asked.DONE)),
            raised_on=clock.today() - timedelta(days=n % 300),
            released_at=now,
            backers=n % 17,
            answer_by=clock.today(),
        )
        for n in range(NEEDS)
    )
    testing.append_many(ENTRIES)
    return {
        "bare one-row page (the ceiling)": "/bench/bare/",
        "home": "/",
        "place": f"/places/{areas[0].slug}/",
        "initiative": f"/initiatives/{works[0].slug}/",
        "needs list": "/needs/",
    }


def reporter() -> tuple[Actor, Initiative, str]:
    """Who reports in the bench of acts, on what, of which indicator."""
    work = Initiative.objects.select_related("organiser", "place", "site").get(slug="thap-sang-0")
    ward = Place.objects.get(slug="ninh-kieu")
    actor = Actor(
        f"user:{work.organiser_id}", work.organiser_id, "Bench", (Grant(Role.ORGANISER, str(ward.path)), Grant(Role.HEAD, str(ward.path)))
    )
    return actor, work, f"{work.kit}.lamps"
