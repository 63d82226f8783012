"""Numbering, and the guard against a database that goes back in time."""

import inspect
import threading
import time
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from kheo.openlog import database, epochs, guard, keys, merkle, note, sequencer, stored, testing, triggers
from kheo.openlog.models import Checkpoint, Entry, Tile


def write(n: int) -> None:
    Entry.objects.bulk_create([Entry(**row) for row in testing.sealed_many(n)])


@pytest.mark.django_db
def test_entries_get_numbers_tiles_and_a_signature() -> None:
    assert sequencer.sequence() == 0
    empty = note.open_checkpoint(Checkpoint.objects.get().note, keys.verifier())
    assert (empty.size, empty.root) == (0, merkle.EMPTY)
    write(1)
    assert sequencer.sequence() == 1
    write(600)
    assert sequencer.sequence(limit=300) == 300
    assert sequencer.drain() == 300
    assert sequencer.sequence() == 0
    rows = list(Entry.objects.order_by("pk").values_list("index", "leaf"))
    assert [index for index, _ in rows] == list(range(601))
    tree = merkle.Tree()
    tree.extend([merkle.leaf_hash(bytes(leaf)) for _, leaf in rows])
    for row in Checkpoint.objects.all():
        head = note.open_checkpoint(row.note, keys.verifier())
        assert (head.size, head.root) == (row.size, bytes(row.root))
        assert stored.tree_at(row.size).root() == head.root
    assert stored.head() == (601, tree.root())
    assert set(Tile.objects.values_list("level", "number")) == {(0, 0), (0, 1)}
    assert database.verify_database().size == 601


@pytest.mark.django_db
def test_rows_that_commit_late_with_a_lower_id_are_not_skipped() -> None:
    columns = testing.sealed_many(3)
    Entry.objects.create(pk=1000, **columns[0])
    assert sequencer.sequence() == 1
    Entry.objects.create(pk=900, **columns[1])
    Entry.objects.create(pk=901, **columns[2])
    assert sequencer.sequence() == 2
    assert list(Entry.objects.order_by("index").values_list("pk", flat=True)) == [1000, 900, 901]
    assert database.verify_database().size == 3


@pytest.mark.django_db
def test_the_database_itself_refuses_to_forget() -> None:
    testing.append_many(257)
    first = Entry.objects.get(index=0)

    def refused(change: str, *parameters: object) -> None:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change, parameters)

    refused("DELETE FROM openlog_entry WHERE id = %s", first.pk)
    refused('UPDATE openlog_entry SET "index" = 9999 WHERE id = %s', first.pk)
    refused('UPDATE openlog_entry SET "index" = NULL WHERE id = %s', first.pk)
    refused("UPDATE openlog_entry SET not_before = %s WHERE id = %s", "2030-01-01", first.pk)
    for column, value in (("verb", "x"), ("place", "x"), ("subject", "x"), ("leaf", b"x"), ("facts", b"x"), ("private_salt", b"x")):
        refused(f'UPDATE openlog_entry SET "{column}" = %s WHERE id = %s', value, first.pk)
    for table in ("openlog_tile", "openlog_checkpoint"):
        refused(f"DELETE FROM {table}")
        refused(f"UPDATE {table} SET root = %s", b"x")
    Entry.objects.filter(pk=first.pk).update(facts=None, facts_salt=None, private=None, private_salt=None)
    assert Entry.objects.get(pk=first.pk).private is None


@pytest.mark.django_db(transaction=True)
def test_many_sequencers_at_once_number_once() -> None:
    write(50)
    errors = []

    def work() -> None:
        try:
            for _ in range(5):
                sequencer.sequence(limit=7)
        except Exception as e:  # the main thread must hear of it
            errors.append(e)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert errors == []
    sequencer.drain()
    assert sorted(Entry.objects.values_list("index", flat=True)) == list(range(50))
    assert database.verify_database().size == 50


@pytest.mark.django_db(transaction=True)
def test_the_loop_numbers_by_itself_and_looks_more_than_once_a_second() -> None:
    assert inspect.signature(sequencer.run).parameters["every"].default < 1
    stop = threading.Event()
    loop = threading.Thread(target=sequencer.run, args=(stop,))
    loop.start()
    try:
        write(1)
        start = time.monotonic()
        while Entry.objects.filter(index__isnull=True).exists() and time.monotonic() - start < 20:
            time.sleep(0.05)
    finally:
        stop.set()
        loop.join()
    assert Entry.objects.get().index == 0


# The guard -----------------------------------------------------------------------------------------------------------------------------


def rewind(to: int) -> None:
    """Make the database what it was when ``to`` entries were signed."""
    triggers.lift(connection)
    Entry.objects.filter(index__gte=to).delete()
    Checkpoint.objects.filter(size__gt=to).delete()
    Tile.objects.filter(level=0, number__gte=to // 256).delete()
    triggers.install(connection)
    guard.forget()


def grow_behind_the_guard(n: int) -> None:
    """What a server without this data folder would have done."""
    kept = guard.path().read_bytes()
    guard.path().unlink()
    size, root = stored.head()
    guard.write(guard.State(keys.signer().name, guard.Head(size, root)))
    testing.append_many(n)
    guard.path().write_bytes(kept)
    guard.forget()


def is_read_only() -> bool:
    with pytest.raises(guard.LogReadOnly):
        sequencer.sequence()
    with pytest.raises(guard.LogReadOnly):
        guard.require_writable()
    return True


@pytest.mark.django_db
def test_a_database_from_yesterday_makes_the_log_read_only() -> None:
    testing.append_many(5)
    testing.append_many(5)
    rewind(5)
    assert is_read_only()


@pytest.mark.django_db
def test_a_database_from_yesterday_that_has_grown_since_makes_the_log_read_only() -> None:
    testing.append_many(300)
    testing.append_many(10)
    rewind(300)
    grow_behind_the_guard(10)  # as long as what was published
    assert is_read_only()
    rewind(300)
    grow_behind_the_guard(40)  # longer
    assert is_read_only()
    write(1)
    assert is_read_only()


@pytest.mark.django_db
def test_a_running_process_hears_that_the_log_became_read_only() -> None:
    testing.append_many(2)
    guard.require_writable()
    guard.halt("found by another process")
    with pytest.raises(guard.LogReadOnly):
        guard.require_writable()
    sequencer.sequence()  # proves the database again: it is the right one
    guard.require_writable()


@pytest.mark.django_db
@pytest.mark.parametrize("damage", ["missing", "torn", "other key"])
def test_without_a_sound_state_nothing_is_signed(damage: str) -> None:
    testing.append_many(3)
    if damage == "missing":
        guard.path().unlink()
    elif damage == "torn":
        guard.path().write_text('{"origin": "kh')
    else:
        keys.path().unlink()
        keys.ensure_keys()
    guard.forget()
    write(1)
    assert is_read_only()
    assert stored.head()[0] == 3


@pytest.mark.django_db
def test_a_changed_leaf_makes_the_log_read_only() -> None:
    testing.append_many(3)
    triggers.lift(connection)
    Entry.objects.filter(index=1).update(leaf=b"{}")
    triggers.install(connection)
    guard.forget()
    assert is_read_only()


@pytest.mark.django_db
def test_an_operator_opens_a_new_epoch_that_names_the_old_log() -> None:
    testing.append_many(5)
    testing.append_many(5)
    old, (size, root) = keys.verifier(), stored.head()
    rewind(5)
    assert is_read_only()
    name = epochs.open_epoch("the disk broke;\nrestored from the backup of 3 May")
    assert name != old.name
    guard.require_writable()
    entry = Entry.objects.get(verb="log.epoch-opened")
    assert entry.index == 5
    from kheo.openlog import canonical

    assert canonical.decode(bytes(entry.leaf))["clear"] == {
        "old": old.name,
        "old_vkey": str(old),
        "size": size,
        "root": root.hex(),
        "kept": 5,
        "reason": "the disk broke; restored from the backup of 3 May",
    }
    testing.append_many(2)
    report = database.verify_database()
    assert (report.size, report.origin) == (8, name)
    kept = keys.path().with_name(f"log.{old.id.hex()}.key")
    assert note.SignerKey.parse(kept.read_text()).verifier == old
    assert kept.stat().st_mode & 0o777 == keys.path().stat().st_mode & 0o777 == 0o600


# Killed ---------------------------------------------------------------------------------------------------------------------------------

WRITE = "from kheo.openlog.models import *\nEntry.objects.bulk_create([Entry(**r) for r in testing.sealed_many({n})])\n"
DIE_BEFORE_COMMIT = """
import os, signal
real = guard.write
def write_and_die(state):
    real(state)
    os.kill(os.getpid(), signal.SIGKILL)
guard.write = write_and_die
sequencer.sequence()
"""
DIE_AFTER_COMMIT = "sequencer.sequence()\nimport os, signal; os.kill(os.getpid(), signal.SIGKILL)\n"
LOOK = "import json; s = guard.read(); print(json.dumps([stored.head()[0], stored.head()[1].hex(), s.intent.size, s.intent.root.hex()]))\n"


@pytest.mark.slow
@pytest.mark.django_db
def test_killed_between_intent_and_commit_the_same_root_is_signed_again(installation) -> None:  # type: ignore[no-untyped-def]
    import json

    assert installation(WRITE.format(n=300) + "sequencer.sequence()").returncode == 0
    assert installation(WRITE.format(n=5) + DIE_BEFORE_COMMIT).returncode == -9
    size, _, promised, promised_root = json.loads(installation(LOOK).stdout)
    assert (size, promised) == (300, 305)
    # More acts come before the sequencer is back: exactly the promised rows are numbered first.
    done = installation(WRITE.format(n=4) + "guard.require_writable()\nsequencer.sequence()\n" + LOOK)
    assert json.loads(done.stdout)[:2] == [305, promised_root], done.stderr
    done = installation("sequencer.drain()\nprint(database.verify_database().size)")
    assert done.stdout == "309\n", done.stderr


@pytest.mark.slow
@pytest.mark.django_db
def test_killed_after_the_commit_nothing_is_lost(installation) -> None:  # type: ignore[no-untyped-def]
    assert installation(WRITE.format(n=7) + DIE_AFTER_COMMIT).returncode == -9
    done = installation(WRITE.format(n=2) + "sequencer.drain()\nprint(database.verify_database().size)")
    assert done.stdout == "9\n", done.stderr


@pytest.mark.slow
@pytest.mark.django_db
def test_when_the_promised_rows_are_gone_the_log_is_read_only(installation) -> None:  # type: ignore[no-untyped-def]
    assert installation(WRITE.format(n=3) + "sequencer.sequence()").returncode == 0
    assert installation(WRITE.format(n=2) + DIE_BEFORE_COMMIT).returncode == -9
    gone = "from django.db import connection\nfrom kheo.openlog import triggers\nfrom kheo.openlog.models import Entry\n"
    gone += "triggers.lift(connection); Entry.objects.filter(index=None).delete(); triggers.install(connection)\n"
    assert installation(gone).returncode == 0
    done = installation(WRITE.format(n=2) + "print(guard.problem() is not None)\nsequencer.sequence()")
    assert done.stdout == "True\n"
    assert "LogReadOnly" in done.stderr
    # Rows with the same ids but another content don't help either (SQLite gives the ids again).
    assert installation("epochs.open_epoch('rows were lost')\nprint(database.verify_database().size)").stdout == "6\n"


# Late -----------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_late_rows_wait_for_their_hour_and_come_in_no_order_of_theirs() -> None:
    now = timezone.now()
    columns = testing.sealed_many(60)
    for n, row in enumerate(columns[:40]):
        row["not_before"] = now - timedelta(hours=2 if n < 20 else 1)
    columns[40]["not_before"] = now + timedelta(minutes=30)
    Entry.objects.bulk_create([Entry(**row) for row in columns])
    assert sequencer.lag() == 59
    assert sequencer.sequence(limit=25) == 25
    sequencer.drain()
    numbered = list(Entry.objects.exclude(index=None).order_by("index").values_list("key", flat=True))
    keys_ = [row["key"] for row in columns]
    assert numbered == keys_[41:] + sorted(keys_[:20]) + sorted(keys_[20:40])
    assert Entry.objects.get(index=None).key == keys_[40]
    assert database.verify_database().size == 59


@pytest.mark.slow
@pytest.mark.django_db
def test_killed_with_late_rows_among_the_promised_the_same_root_is_signed_again(installation) -> None:  # type: ignore[no-untyped-def]
    import json

    late = "from datetime import timedelta\nfrom django.utils import timezone\nfrom kheo.openlog.models import *\n"
    late += "rows = testing.sealed_many(9)\n"
    late += "for n, r in enumerate(rows): r['not_before'] = timezone.now() + timedelta(hours=-1 if n < 6 else 1)\n"
    late += "Entry.objects.bulk_create([Entry(**r) for r in rows])\n"
    assert installation(WRITE.format(n=3) + "sequencer.sequence()").returncode == 0
    assert installation(WRITE.format(n=2) + late + DIE_BEFORE_COMMIT).returncode == -9
    size, _, promised, promised_root = json.loads(installation(LOOK).stdout)
    assert (size, promised) == (3, 11)
    done = installation(WRITE.format(n=4) + "guard.require_writable()\nsequencer.sequence()\n" + LOOK)
    assert json.loads(done.stdout)[:2] == [11, promised_root], done.stderr
    assert installation("sequencer.drain()\nprint(database.verify_database().size)").stdout == "15\n"
