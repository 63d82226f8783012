"""Role × act × own or other place: generated from the rules, held against the pages over HTTP, written down in docs/permissions.md."""

import html
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import translation

from kheo.core.actor import Actor, Role
from kheo.core.rules import No
from kheo.openlog.models import Entry
from kheo.people.actor import actor_of
from tests.acts import ACTS, Do, World, sent

pytestmark = pytest.mark.django_db
DOCUMENT = Path(__file__).parents[1] / "docs" / "permissions.md"


def people(world: World) -> list[tuple[str, Any]]:
    """(column, user or None) in the order of the table."""
    city = world.city
    own = {Role.OPERATOR: city.city, Role.CITY_BOARD: city.city, Role.HEAD: city.area, Role.STEWARD: city.road}
    other = {Role.HEAD: city.other_area, Role.STEWARD: city.other_road}
    rows: list[tuple[str, Any]] = [("no account", None), ("resident", world.person(name="resident"))]
    for role in Role:
        rows.append((f"{role} own", world.person(role, own.get(role, city.ward))))
        if role not in (Role.OPERATOR, Role.CITY_BOARD):  # held for the whole city: there is no other place
            rows.append((f"{role} other", world.person(role, other.get(role, city.other_ward))))
    return rows


@pytest.fixture
def world(city: Any, actor: Any, person: Any, photo_upload: Any) -> World:
    return World(city, actor, person, photo_upload)


def cell(do: Do, world: World, thing: Any, who: Any) -> bool:
    """Send the form as this person; True when the act was done. Fails where the page and the rule disagree, or no reason is given.

    What a refusal's page says is read on SQLite alone: past its rule, which is asked here too, it has nothing of the database.
    """
    actor = actor_of(who) if who else Actor("device:somebody")
    answer = do.rule(actor, thing)
    if isinstance(answer, No) and connection.vendor != "sqlite":
        return False
    client = Client(headers={"accept-language": "en"})
    if who:
        client.force_login(who, backend="django.contrib.auth.backends.ModelBackend")
    data = sent(do, world, thing)
    before = Entry.objects.count()
    response = client.post(do.url(thing), data)
    done = Entry.objects.count() > before
    words = html.unescape(response.content.decode(errors="replace"))  # a PDF has none
    assert response.status_code < 500, f"{do.name}: {response.status_code}"
    assert done == bool(answer), f"{do.name}: the rule says {answer}, the page answered {response.status_code}: {words[:3000]}"
    if isinstance(answer, No):
        with translation.override("en"):
            assert str(answer.reason) in words, f"{do.name}: refused with {response.status_code} but without its reason {answer.reason}"
    return done


@pytest.mark.parametrize("do", ACTS, ids=lambda do: do.name.replace(" ", "-"))
def test_every_form_obeys_its_rule_for_everybody(do: Do, world: World) -> None:
    row, columns = [], people(world)
    thing = do.thing(world)
    for _name, who in columns:
        with transaction.atomic():
            row.append("✓" if cell(do, world, thing, who) else "–")
            transaction.set_rollback(True)
    line = f"| {do.name} | " + " | ".join(row) + " |"
    assert "✓" in line, "nobody at all may do this"
    written = DOCUMENT.read_text(encoding="utf-8").splitlines() if DOCUMENT.exists() else []
    assert line in written, f"docs/permissions.md says otherwise; the rules say:\n{line}"


def test_the_table_has_a_line_for_each_act_and_a_column_for_each_person(world: World) -> None:
    columns = [name for name, _who in people(world)]
    written = DOCUMENT.read_text(encoding="utf-8").splitlines()
    assert "| act | " + " | ".join(columns) + " |" in written
    lines = [line.split("|")[1].strip() for line in written if line.startswith("| ") and not line.startswith("| act")]
    assert sorted(lines) == sorted(do.name for do in ACTS)
