"""Accounts, organisations, roles at a place with a term. No profile: a name to call somebody by, and what they may do."""

from typing import ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from kheo.core import clock
from kheo.core.actor import Role
from kheo.people.households import CardBatch, HouseholdCard
from kheo.places.models import Place

__all__ = (
    "Allowance",
    "Assignment",
    "CardBatch",
    "HouseholdCard",
    "Organisation",
    "OrganisationKind",
    "SignInCard",
    "User",
    "steward_of",
)

MAX_FAILURES = 5  # wrong PINs until a card locks


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, email: str | None = None, password: str | None = None, **extra: object) -> "User":
        """An account without a usable password: sign-in is by e-mail code, or QR and PIN."""
        user = self.model(username=username, email=self.normalize_email(email) if email else None, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody with an account. ``name`` is what neighbours call them ("ông Sáu")."""

    username = models.CharField(max_length=64, unique=True)  # random unless the operator chose one
    email = models.EmailField(null=True, blank=True, unique=True)
    name = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=8, blank=True)
    opened_at = models.ForeignKey("places.Place", null=True, blank=True, on_delete=models.PROTECT, related_name="+")  # where it belongs
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=clock.now)

    objects = UserManager()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def card(self) -> "SignInCard | None":
        """The card that opens this account now, if the ward handed one over."""
        return SignInCard.objects.filter(user=self).usable().order_by("-id").first()


class OrganisationKind(models.TextChoices):
    """What an organisation is."""

    FRONT = "front", _("Fatherland Front")
    UNION = "union", _("Mass organisation")
    ARMED_FORCES = "armed-forces", _("Armed forces unit")
    SCHOOL = "school", _("School")
    HOSPITAL = "hospital", _("Hospital")
    BUSINESS = "business", _("Business")
    COOPERATIVE = "cooperative", _("Cooperative")
    NEWSPAPER = "newspaper", _("Newspaper or broadcaster")
    OFFICE = "office", _("Office of the city or ward")
    OTHER = "other", _("Other")


class Organisation(models.Model):
    """An organisation that takes part: Front, women's union, school, unit, business, newspaper."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=24, choices=OrganisationKind.choices)
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="organisations")

    def __str__(self) -> str:
        return self.name


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def current(self) -> Self:
        """Assignments whose term covers today."""
        today = clock.today()
        return self.filter(since__lte=today).filter(models.Q(until__isnull=True) | models.Q(until__gte=today))

    def open(self) -> Self:
        """Assignments that are current or still to come."""
        return self.filter(models.Q(until__isnull=True) | models.Q(until__gte=clock.today()))

    def stewards(self, place: Place) -> Self:
        """Who answers for a site now, the longest first."""
        return self.current().filter(role=Role.STEWARD, place=place).select_related("user", "organisation").order_by("since", "id")


class Assignment(models.Model):
    """A role at a place with a term."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=16, choices=[(r.value, r.value) for r in Role])
    place = models.ForeignKey("places.Place", on_delete=models.PROTECT, related_name="assignments")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="assignments")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=("place", "role"))]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} @ {self.place}"

    @property
    def is_current(self) -> bool:
        """The twin of :meth:`AssignmentQuerySet.current`."""
        return self.since <= clock.today() and (self.until is None or self.until >= clock.today())


def steward_of(place: Place) -> Assignment | None:
    """Who answers for a site today, or None: then nobody does yet, and a page says so."""
    return Assignment.objects.stewards(place).first()


class SignInCardQuerySet(models.QuerySet["SignInCard"]):
    def usable(self) -> Self:
        """Cards that still open: neither revoked, locked nor expired."""
        return self.filter(revoked_at=None, failures__lt=MAX_FAILURES, expires_at__gt=clock.now())


class SignInCard(models.Model):
    """A QR and PIN that the ward hands over. Only hashes are kept; five wrong PINs lock the card."""

    #: Known only to the answer that hands the card over; never stored.
    token: str = ""
    pin: str = ""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sign_in_cards")
    token_hash = models.CharField(max_length=64, unique=True)
    pin_hash = models.CharField(max_length=128)
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=0)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = SignInCardQuerySet.as_manager()

    def __str__(self) -> str:
        return f"card of {self.user}"


class Allowance(models.Model):
    """How often something was done in a window: limits on nameless acts. ``key`` is a hash; rows are swept when the window ends."""

    key = models.CharField(max_length=64)
    window = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("key", "window"), name="people_allowance_once")]

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.count}"
