"""The write door: once per act id, logged or not at all."""

import threading
import uuid
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from kheo.core.actor import Actor
from kheo.core.rules import No, Refused, require
from kheo.openlog import canonical, door, entries, guard
from kheo.openlog.door import act, next_hour, writes
from kheo.openlog.models import Act, Entry
from kheo.openlog.verbs import Redaction, Verb, all_verbs

SOMEBODY = Actor("user:7", user_id=7)
SOMEBODY_ELSE = Actor("user:8", user_id=8)


class Kind(Verb):
    DONE = "probe.done", _("A need was raised."), Redaction.ALL


def row() -> Act:
    return Act.objects.create(key=uuid.uuid4().hex, thing="probe", at=datetime(2026, 1, 1, tzinfo=UTC))


@writes
def do(actor: Actor, *, text: str = "", clear: object = None, act_id: uuid.UUID | None = None) -> Act:
    return act(Kind.DONE, actor, row(), place="khu-vuc-3", clear={"x": clear} if clear else {}, facts={"n": 1}, private={"text": text})


@writes
def do_without_logging(actor: Actor, *, act_id: uuid.UUID | None = None) -> Act:
    return row()


def probes() -> int:
    return Act.objects.filter(thing="probe").count()


@pytest.mark.django_db
def test_an_act_is_sealed_and_says_nothing_of_the_person() -> None:
    do(SOMEBODY, text="ông Sáu, nhà số 5")
    do(SOMEBODY, text="ông Sáu, nhà số 5")
    first, second = Entry.objects.all()
    leaf = entries.check(canonical.decode(bytes(first.leaf)))
    assert set(leaf) == {"v", "verb", "id", "time", "place", "facts", "private"}
    assert entries.commit(bytes(first.facts_salt or b""), bytes(first.facts or b"")) == leaf["facts"]
    assert b"user:7" in bytes(first.private or b"")
    assert b"user" not in bytes(first.leaf) + bytes(first.facts or b"")
    # The same content by the same person: nothing in the two entries is equal but verb, hour and place.
    other = canonical.decode(bytes(second.leaf))
    assert {k for k in leaf if leaf[k] == other[k]} == {"v", "verb", "time", "place"}


@pytest.mark.django_db
def test_sent_twice_acts_once() -> None:
    act_id = uuid.uuid4()
    assert do(SOMEBODY, act_id=act_id) == do(SOMEBODY, act_id=act_id)
    assert (probes(), Entry.objects.count()) == (1, 1)
    do(SOMEBODY_ELSE, act_id=act_id)  # act ids are each actor's own
    do(SOMEBODY, act_id=uuid.uuid4())
    assert (probes(), Entry.objects.count()) == (3, 3)


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_the_same_moment_acts_once() -> None:
    act_id, together, found = uuid.uuid4(), threading.Barrier(4), []

    def send() -> None:
        try:
            together.wait()
            found.append(do(SOMEBODY, act_id=act_id).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(found) == 4
    assert len(set(found)) == 1
    assert (probes(), Entry.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_the_loser_of_two_at_once_gets_the_winners_row_also_when_the_rule_now_refuses() -> None:
    act_id, together, found = uuid.uuid4(), threading.Barrier(2), []

    @writes
    def once(actor: Actor, *, act_id: uuid.UUID | None = None) -> Act:
        lock_row = Act.objects.select_for_update().get(key="lock")
        if lock_row.thing == "taken":
            require(No("It was done already."))
        Act.objects.filter(key="lock").update(thing="taken")
        return act(Kind.DONE, actor, lock_row, place="")

    Act.objects.create(key="lock", thing="free", at=datetime(2026, 1, 1, tzinfo=UTC))

    def send() -> None:
        try:
            together.wait()
            found.append(once(SOMEBODY, act_id=act_id).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(2)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert found == ["lock", "lock"]
    with pytest.raises(Refused):
        once(SOMEBODY, act_id=uuid.uuid4())
    assert Entry.objects.count() == 1


@pytest.mark.django_db
def test_a_write_that_does_not_log_is_undone() -> None:
    with pytest.raises(RuntimeError, match="without logging"):
        do_without_logging(SOMEBODY)
    assert probes() == 0
    with pytest.raises(RuntimeError, match="only through a function marked @writes"), transaction.atomic():
        act(Kind.DONE, SOMEBODY, row(), place="")


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["clear", "text"])
def test_an_oversize_entry_is_refused_with_nothing_written(what: str) -> None:
    with pytest.raises(entries.TooLarge):
        do(SOMEBODY, act_id=uuid.uuid4(), **{what: "x" * 65_600})  # type: ignore[arg-type]
    assert (Act.objects.count(), Entry.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_fractions_never_enter_the_log() -> None:
    with pytest.raises(canonical.NotCanonical):
        do(SOMEBODY, clear=1.5)
    assert (Act.objects.count(), Entry.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_read_only_log_takes_no_act(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "problem", lambda: "restored from yesterday")
    with pytest.raises(guard.LogReadOnly):
        do(SOMEBODY, act_id=uuid.uuid4())
    assert (Act.objects.count(), Entry.objects.count()) == (0, 0)


def test_verbs_are_unique_and_have_a_sentence() -> None:
    verbs = all_verbs()
    assert "log.redacted" in verbs
    assert "probe.done" not in verbs
    for text, verb in verbs.items():
        assert entries._SHAPES["verb"].fullmatch(text)
        assert str(verb.sentence).strip().endswith((".", "!")), text


@pytest.mark.django_db
def test_one_act_id_on_another_act_is_its_own_act() -> None:
    @writes
    def other(actor: Actor, *, act_id: uuid.UUID | None = None) -> Act:
        return act(Kind.DONE, actor, Act.objects.create(key="other", thing="", at=datetime(2026, 1, 1, tzinfo=UTC)), place="")

    act_id = uuid.uuid4()
    do(SOMEBODY, act_id=act_id)
    assert other(SOMEBODY, act_id=act_id).key == other(SOMEBODY, act_id=act_id).key == "other"
    assert Entry.objects.count() == 2


@pytest.mark.parametrize(("minute", "hour"), [(0, 15), (58, 15), (59, 16)])
def test_late_acts_wait_for_the_next_full_hour(minute: int, hour: int) -> None:
    assert next_hour(datetime(2026, 3, 4, 14, minute, 30, tzinfo=UTC)) == datetime(2026, 3, 4, hour, tzinfo=UTC)


@pytest.mark.django_db
def test_a_form_sent_again_is_the_same_act_wherever_its_code_lies_since(monkeypatch: pytest.MonkeyPatch) -> None:
    def give(actor: Actor, *, act_id: uuid.UUID | None = None) -> Act:
        return act(Kind.DONE, actor, row(), place="khu-vuc-3")

    give.__qualname__, act_id = "give", uuid.uuid4()
    give.__module__ = "kheo.probe.actions"
    first = writes(give)(SOMEBODY, act_id=act_id)
    give.__module__ = "kheo.probe.actions.gifts"
    with pytest.raises(TypeError, match="stands in two files"):
        writes(give)
    monkeypatch.setattr(door, "_files", {})  # as after the upgrade
    assert writes(give)(SOMEBODY, act_id=act_id) == first
