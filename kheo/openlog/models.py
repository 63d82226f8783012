"""Tables of the public log. Rows are only ever added; triggers in the database refuse anything else but erasure."""

from django.db import models


class Entry(models.Model):
    """One act. ``leaf`` is the canonical JSON that the log commits to; the rest is what may be served or erased.

    Invariants (kept by triggers): a row is never deleted; only ``index`` may change from NULL to a number, and only
    ``facts``/``facts_salt``/``private``/``private_salt`` may change to NULL.
    """

    index = models.BigIntegerField(null=True, unique=True, editable=False)  # position in the log, set by the sequencer
    key = models.CharField(max_length=32, unique=True)  # the random entry id, hex
    verb = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)  # exact; the leaf carries the hour only
    not_before = models.DateTimeField(null=True, db_index=True)  # of acts without a name: numbered with all others of their hour
    place = models.CharField(max_length=120, blank=True, db_index=True)  # public key of the place, never finer than the rule allows
    subject = models.CharField(max_length=80, db_index=True)  # "needs.need:12", never served
    leaf = models.BinaryField()
    facts = models.BinaryField(null=True)  # RFC 8785 bytes, served exactly
    facts_salt = models.BinaryField(null=True)  # 32 bytes
    private = models.BinaryField(null=True)  # RFC 8785 bytes, never served
    private_salt = models.BinaryField(null=True)  # 32 bytes

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=("verb", "index"))]

    def __str__(self) -> str:
        return f"{self.index if self.index is not None else '–'} {self.verb}"

    def get_absolute_url(self) -> str:
        """The receipt of this entry, once it has a number; until then the log."""
        return f"/log/{self.index}/" if self.index is not None else "/log/"


class Act(models.Model):
    """An act id that was used: a repeat returns the first result. ``key`` is an HMAC of actor and act id: no trail of a person."""

    key = models.CharField(max_length=64, primary_key=True)
    thing = models.CharField(max_length=80)  # "needs.need:12"
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.thing


class Tile(models.Model):
    """A full tile: 256 hashes of 32 bytes, and the root over them (the hash one level up). Immutable."""

    level = models.PositiveSmallIntegerField()
    number = models.BigIntegerField()
    data = models.BinaryField()
    root = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("level", "number"), name="openlog_tile_once")]

    def __str__(self) -> str:
        return f"{self.level}/{self.number}"


class Checkpoint(models.Model):
    """A signed tree head; ``note`` is served as it is. Immutable."""

    size = models.BigIntegerField(unique=True)
    root = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("size",)

    def __str__(self) -> str:
        return f"{self.size}"


class Sequencer(models.Model):
    """One row: the lock under which entries get their numbers."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)

    def __str__(self) -> str:
        return "sequencer"


class Witnessed(models.Model):
    """A checkpoint with the cosignatures of a quorum; ``note`` is served as it is. Rows are only ever added."""

    size = models.BigIntegerField(db_index=True)
    root = models.BinaryField()
    note = models.TextField()
    at = models.DateTimeField(db_index=True)  # when the quorum was complete

    class Meta:
        ordering = ("size", "at")

    def __str__(self) -> str:
        return f"{self.size}"


class Asked(models.Model):
    """What a witness of the policy said last. One row per witness key; a working note, not part of the log."""

    key = models.CharField(max_length=300, primary_key=True)  # the witness's verifier key
    size = models.BigIntegerField(default=0)  # the head it has signed last, as far as we know
    line = models.TextField(blank=True)  # its cosignature of that head
    signed_at = models.DateTimeField(null=True)  # when it says it signed
    asked_at = models.DateTimeField()
    trouble = models.TextField(blank=True)  # unreachable, or an answer that is none; empty when all is well
    forked_at = models.DateTimeField(null=True)  # when it first said that our history is not the one it saw

    def __str__(self) -> str:
        return self.key
