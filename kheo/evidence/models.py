"""Photos: content-addressed, metadata read then stripped. And what it means that a public text or photo is hidden."""

from django.db import models


class Hideable(models.Model):
    """Public text or photo that an officer can hide with a logged reason. Nothing is deleted; the reason is shown instead."""

    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def shown(self) -> bool:
        """True when the public may see it."""
        return self.hidden_at is None


class Photo(Hideable):
    """A photo as the public sees it: re-encoded, without metadata, named by the SHA-256 of its bytes.

    What the original carried (time, position) stands in the private columns for a reviewer and is erasable. The original
    lies outside the served folder.
    """

    sha256 = models.CharField(max_length=64, db_index=True)  # of the public copy's bytes, hex
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()
    public = models.BooleanField(default=False)  # set when the act it belongs to makes it public; sheets of names never are
    place = models.ForeignKey("places.Place", null=True, on_delete=models.PROTECT, related_name="+")  # set by the act
    stored_at = models.DateTimeField()
    original_sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField(null=True, blank=True)  # private
    taken_lon = models.FloatField(null=True, blank=True)  # private
    taken_lat = models.FloatField(null=True, blank=True)  # private

    def __str__(self) -> str:
        return self.sha256[:12]
