"""Places: city → ward or commune → area → site. What the levels are called locally is data (places/levels.toml)."""

from typing import Self

from django.db import models
from django.urls import reverse


class Rank(models.IntegerChoices):
    """How deep a place lies; its ``kind`` gives the local name (phường, ấp, hẻm…)."""

    CITY = 0
    WARD = 1
    AREA = 2
    SITE = 3


def shapes(*paths: str) -> list[str]:
    """For ``defer(*shapes("place__parent", "site"))``: boundaries are large and only maps read them."""
    return [f"{path}__geometry" for path in paths]


class PlaceQuerySet(models.QuerySet["Place"]):
    def under(self, place: "Place") -> Self:
        """The place itself and everything below it."""
        return self.filter(path__startswith=place.path)

    def wards(self) -> Self:
        return self.filter(rank=Rank.WARD)

    def areas(self) -> Self:
        return self.filter(rank=Rank.AREA)

    def sites(self) -> Self:
        return self.filter(rank=Rank.SITE)


class Place(models.Model):
    """One place. ``path`` is "/1/12/40/": ids from the city down, so that "under" is one index range."""

    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    rank = models.PositiveSmallIntegerField(choices=Rank.choices)
    kind = models.CharField(max_length=24)  # key in levels.toml: phuong, xa, khu-vuc, khom, ap, alley, canal, road…
    path = models.CharField(max_length=120, unique=True, null=True)  # set right after the first save, by actions.add_place
    slug = models.SlugField(max_length=120, unique=True)
    code = models.CharField(max_length=16, blank=True)  # the state's code of a unit
    name = models.CharField(max_length=120)  # proper name, kept in every language
    folded = models.CharField(max_length=300, db_index=True)  # folded names in every language, for search; see search.folded_names
    sort = models.CharField(max_length=160, db_index=True)  # ASCII key of the Vietnamese order; see sorting.sort_key
    households = models.PositiveIntegerField(null=True, blank=True)  # recorded for areas; above them the sum
    area_m2 = models.PositiveBigIntegerField(null=True, blank=True)
    length_m = models.PositiveIntegerField(null=True, blank=True)  # geodesic length of a line site
    geometry = models.JSONField(null=True, blank=True)  # GeoJSON geometry, WGS 84
    west = models.FloatField(null=True, blank=True)
    south = models.FloatField(null=True, blank=True)
    east = models.FloatField(null=True, blank=True)
    north = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)  # a point on or in it, for pins
    lat = models.FloatField(null=True, blank=True)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ("sort",)
        indexes = [models.Index(fields=("rank", "sort"))]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("place", args=[self.slug])

    @property
    def kind_name(self) -> str:
        """The local name of the kind in the language of the page: "Phường", "Hẻm"."""
        from kheo.places.levels import kind_name  # levels reads Rank from here

        return kind_name(self.kind)

    @property
    def full_name(self) -> str:
        """Kind and proper name: "Phường Ninh Kiều", "Ấp Thới Phước", "Hẻm 47"."""
        from kheo.places.levels import kinds

        kind = kinds().get(self.kind)
        return kind.full_name(self.name) if kind else self.name

    @property
    def public(self) -> "Place":
        """The place that the public log names: the area or ward; for a site, the one it lies in."""
        return self.parent if self.rank == Rank.SITE and self.parent else self

    def ids(self) -> list[int]:
        """Ids from the city down to this place."""
        return [int(i) for i in (self.path or "").strip("/").split("/") if i]
