"""Money, materials and labour of an initiative: postings whose legs sum to zero per unit, enforced in the database.

Nothing is edited: a correction is a reversal and a new posting. Who gave stands in its own table, which can be erased
without touching a sum.
"""

from django.db import models


class Unit(models.TextChoices):
    """Never blended. Integers: đồng, grams would be absurd for cement bags, so kg and whole labour-days."""

    VND = "VND"
    KG = "kg"
    LABOUR_DAY = "labour-day"


class Account(models.TextChoices):
    """The two-sided accounts of one initiative. In = −source legs; in hand = sum of hand legs; out = spent legs."""

    HOUSEHOLDS = "source:households"
    BUSINESSES = "source:businesses"
    ORGANISATIONS = "source:organisations"
    BUDGET = "source:budget"
    HAND = "hand"
    SPENT = "spent"


class Kind(models.TextChoices):
    RECEIPT = "receipt"
    SPENDING = "spending"
    REVERSAL = "reversal"


class PledgeState(models.TextChoices):
    OPEN = "open"
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"  # without a reason, by the giver


class Pledge(models.Model):
    """A promise, not in the books until it is received."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="pledges")
    unit = models.CharField(max_length=12, choices=Unit.choices)
    amount = models.PositiveBigIntegerField()
    source = models.CharField(max_length=24, choices=Account.choices, default=Account.HOUSEHOLDS)
    what = models.CharField(max_length=120, blank=True)  # of materials: "xi măng"
    code = models.CharField(max_length=12, unique=True)  # the giver's stub: find and withdraw without an account
    state = models.CharField(max_length=12, choices=PledgeState.choices, default=PledgeState.OPEN)
    pledged_on = models.DateField()

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"


class Round(models.Model):
    """Many receipts taken on one walk, on one page, with one photo of the sheet."""

    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="rounds")
    sheet = models.ForeignKey("evidence.Photo", null=True, blank=True, on_delete=models.PROTECT, related_name="+")  # names: never public
    taken_on = models.DateField()
    taken_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.taken_on}"


class Posting(models.Model):
    """One balanced booking. Its legs are written first; the row itself last (see migration 0002: zero sum per unit)."""

    id = models.UUIDField(primary_key=True)
    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="postings")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    number = models.PositiveIntegerField()  # receipt number within the initiative
    what = models.CharField(max_length=160, blank=True)  # what was bought, what material came
    booked_on = models.DateField()
    booked_by = models.ForeignKey("people.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    paper = models.ForeignKey("evidence.Photo", null=True, blank=True, on_delete=models.PROTECT, related_name="+")  # supplier's paper
    round = models.ForeignKey(Round, null=True, blank=True, on_delete=models.PROTECT, related_name="postings")
    pledge = models.ForeignKey(Pledge, null=True, blank=True, on_delete=models.PROTECT, related_name="postings")
    reverses = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by")

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=("initiative", "number"), name="ledger_posting_number_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Leg(models.Model):
    """One side of a posting; amounts sum to zero per posting and unit."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="legs")
    initiative = models.ForeignKey("initiatives.Initiative", on_delete=models.PROTECT, related_name="legs")
    account = models.CharField(max_length=24, choices=Account.choices)
    unit = models.CharField(max_length=12, choices=Unit.choices)
    amount = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(amount=0), name="ledger_leg_not_zero")]
        indexes = [models.Index(fields=("initiative", "unit", "account"))]

    def __str__(self) -> str:
        return f"{self.account} {self.amount} {self.unit}"


class Giver(models.Model):
    """Who gave, where the giver wanted to be named on the receipt. Erasable; never joined to who has not given."""

    posting = models.OneToOneField(Posting, null=True, blank=True, on_delete=models.CASCADE, related_name="giver")
    pledge = models.OneToOneField(Pledge, null=True, blank=True, on_delete=models.CASCADE, related_name="giver")
    user = models.ForeignKey("people.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    named_in_public = models.BooleanField(default=False)  # only at the giver's own wish

    def __str__(self) -> str:
        return self.name
