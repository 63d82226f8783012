"""Erasure: what may go goes, what audits rest on stays, and a restored backup erases again."""

import pytest
from django.utils.translation import gettext_lazy as _

from kheo.core.actor import Actor, Grant, Role
from kheo.core.rules import Invalid, Refused
from kheo.openlog import canonical, database, redaction, sequencer, testing, verify
from kheo.openlog.models import Entry
from kheo.openlog.verbs import LogVerb, Redaction, Verb

OPERATOR = Actor("user:1", user_id=1, grants=(Grant(Role.OPERATOR, "/1/"),))
HEAD = Actor("user:2", user_id=2, grants=(Grant(Role.HEAD, "/1/"),))


class Probe(Verb):
    ALL = "probe.all", _("A need was raised."), Redaction.ALL
    PRIVATE = "probe.private", _("A need was raised."), Redaction.PRIVATE
    NEVER = "probe.never", _("A need was raised."), Redaction.NEVER


@pytest.fixture(autouse=True)
def _verbs(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {str(v): v for v in (*Probe, *LogVerb)}
    monkeypatch.setattr(redaction, "all_verbs", lambda: known)


def entry(verb: Probe) -> Entry:
    row = Entry.objects.create(**{**testing.sealed_many(1)[0], "verb": str(verb)})
    sequencer.drain()
    row.refresh_from_db()
    return row


@pytest.mark.django_db
def test_private_content_goes_and_the_log_says_so() -> None:
    row = entry(Probe.PRIVATE)
    redaction.redact(OPERATOR, row, "private", "asked by the person", "operator")
    row.refresh_from_db()
    assert (row.private, row.private_salt) == (None, None)
    assert row.facts is not None
    sequencer.drain()
    said = Entry.objects.get(verb="log.redacted")
    assert canonical.decode(bytes(said.leaf))["clear"] == {
        "index": 0,
        "part": "private",
        "ground": "asked by the person",
        "role": "operator",
    }
    assert database.verify_database().redacted == 0


@pytest.mark.django_db
def test_facts_go_where_the_verb_lets_them_and_the_log_still_verifies() -> None:
    row = entry(Probe.ALL)
    redaction.redact(OPERATOR, row, "facts", "counted by mistake", "operator")
    assert database.verify_database().size == 1  # its redaction waits for a number
    sequencer.drain()
    assert database.verify_database().redacted == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("actor", "verb", "part", "role"),
    [
        (HEAD, Probe.ALL, "private", "head"),
        (HEAD, Probe.ALL, "private", "operator"),
        (OPERATOR, Probe.ALL, "private", "city_board"),
        (OPERATOR, Probe.NEVER, "private", "operator"),
        (OPERATOR, Probe.PRIVATE, "facts", "operator"),
    ],
)
def test_refused(actor: Actor, verb: Probe, part: redaction.Part, role: str) -> None:
    row = entry(verb)
    with pytest.raises(Refused):
        redaction.redact(actor, row, part, "a good ground", role)
    row.refresh_from_db()
    assert row.private is not None
    assert row.facts is not None
    assert not redaction.path().exists()


@pytest.mark.django_db
def test_invalid() -> None:
    row = entry(Probe.ALL)
    with pytest.raises(Invalid):
        redaction.redact(OPERATOR, row, "private", " ", "operator")
    redaction.redact(OPERATOR, row, "private", "asked by the person", "operator")
    with pytest.raises(Invalid):
        redaction.redact(OPERATOR, row, "private", "asked by the person", "operator")
    new = Entry.objects.create(**{**testing.sealed_many(1)[0], "verb": "probe.all"})
    with pytest.raises(Invalid):
        redaction.redact(OPERATOR, new, "private", "asked by the person", "operator")


@pytest.mark.django_db
def test_a_restored_backup_erases_again_and_says_so() -> None:
    row = entry(Probe.ALL)
    # The backup was made now; afterwards somebody erased, in a database that is lost.
    redaction._remember({"key": row.key, "index": 0, "part": "facts", "ground": "asked", "role": "operator", "place": row.place})
    assert redaction.replay_redactions() == 1
    row.refresh_from_db()
    assert row.facts is None
    sequencer.drain()
    assert database.verify_database().redacted == 1
    assert redaction.replay_redactions() == 0
    assert Entry.objects.filter(verb="log.redacted").count() == 1


@pytest.mark.django_db
def test_a_lost_file_learns_from_the_database() -> None:
    row = entry(Probe.ALL)
    redaction.redact(OPERATOR, row, "facts", "asked by the person", "operator")
    redaction.path().unlink()
    redaction.replay_redactions()
    assert [line["key"] for line in redaction.remembered()] == [row.key]


@pytest.mark.django_db
def test_facts_that_vanish_or_come_back_fail() -> None:
    first, second = entry(Probe.ALL), entry(Probe.ALL)
    kept = (bytes(second.facts or b""), bytes(second.facts_salt or b""))
    Entry.objects.filter(pk=first.pk).update(facts=None, facts_salt=None)
    with pytest.raises(verify.Wrong, match="entry 0: its facts are missing"):
        database.verify_database()
    row = Entry.objects.get(pk=second.pk)
    redaction.redact(OPERATOR, row, "facts", "asked by the person", "operator")
    redaction._remember({"key": first.key, "index": 0, "part": "facts", "ground": "asked", "role": "operator", "place": ""})
    redaction.replay_redactions()
    sequencer.drain()
    assert database.verify_database().redacted == 2
    from django.db import connection

    from kheo.openlog import triggers

    triggers.lift(connection)
    Entry.objects.filter(pk=second.pk).update(facts=kept[0], facts_salt=kept[1])
    triggers.install(connection)
    with pytest.raises(verify.Wrong, match="entry 1: its facts are served although entry 2 redacts them"):
        database.verify_database()
