"""Photos: content-addressed, metadata read then stripped. And what it means that a public text or photo is hidden."""

from typing import TYPE_CHECKING

from django.db import models
from django.urls import reverse

if TYPE_CHECKING:
    from kheo.places.models import Place


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
    keeper = models.ForeignKey("people.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+")  # sees it
    stored_at = models.DateTimeField()
    original_sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField(null=True, blank=True)  # private
    taken_lon = models.FloatField(null=True, blank=True)  # private
    taken_lat = models.FloatField(null=True, blank=True)  # private

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def url(self) -> str:
        """Address of the copy whose longest side has at most 1600 px."""
        return reverse("evidence:photo", args=[self.sha256])

    @property
    def small_url(self) -> str:
        """Address of the copy whose longest side has at most 480 px."""
        return reverse("evidence:photo-small", args=[self.sha256])

    def get_absolute_url(self) -> str:
        return self.url

    def private_facts(self) -> dict[str, str]:
        """What the act that uses the photo puts into its entry's private content: the original's hash, never time or position."""
        return {"photo": self.original_sha256}


class PhotoMarks(models.Model):
    """What a photo is recognised by when it comes again (``likeness``). Made by the worker, later than the photo; never served.

    ``marks``: seven hashes of 32 bytes; empty when the file could not be read.
    """

    photo = models.OneToOneField(Photo, primary_key=True, on_delete=models.CASCADE, related_name="+")
    method = models.PositiveSmallIntegerField()  # likeness.METHOD
    marks = models.BinaryField(max_length=224)

    def __str__(self) -> str:
        return f"marks of photo {self.photo_id}"


def place_of(thing: models.Model) -> "Place | None":
    """The place a thing lies at: its own, or that of the thing it belongs to (answer → need, check → result)."""
    if hasattr(thing, "place"):
        place: Place | None = thing.place
        return place
    for field in thing._meta.concrete_fields:
        above = field.related_model
        if isinstance(above, type) and issubclass(above, Hideable) and above is not Photo and (parent := getattr(thing, field.name)):
            return place_of(parent)
    return None


def photos_of(thing: models.Model) -> list[Photo]:
    """Every photo that hangs on a thing."""
    found: list[Photo] = [thing] if isinstance(thing, Photo) else []
    for field in thing._meta.concrete_fields:
        if field.related_model is Photo and (photo := getattr(thing, field.name)):
            found.append(photo)
    for many in thing._meta.many_to_many:
        if many.related_model is Photo:
            found += getattr(thing, many.name).all()
    return found
