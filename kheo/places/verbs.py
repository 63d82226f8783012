"""Acts on places."""

from django.utils.translation import gettext_lazy as _

from kheo.openlog.verbs import Redaction, Verb


class PlaceVerb(Verb):
    """What may happen to a place."""

    #: A ward, area or site was written into the list of places.
    ADDED = "place.added", _("A place was added."), Redaction.PRIVATE
    #: A place got another name; its address stays.
    RENAMED = "place.renamed", _("A place was renamed."), Redaction.PRIVATE
    #: A place was drawn anew; names its length or area, and the length before.
    REDRAWN = "place.redrawn", _("A place was drawn anew on the map."), Redaction.PRIVATE
    #: The recorded number of households of an area, on which quorums rest; it stands in clear.
    HOUSEHOLDS_SET = "place.households-set", _("The number of households of an area was recorded."), Redaction.PRIVATE
