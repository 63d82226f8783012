"""Acts on accounts, roles and organisations. The log says which role at which place, never who."""

from django.utils.translation import gettext_lazy as _

from kheo.openlog.verbs import Redaction, Verb


class PeopleVerb(Verb):
    """What may happen to accounts, roles and organisations."""

    #: Somebody got an account; the log doesn't say who.
    ACCOUNT_ADDED = "people.account-added", _("An account was opened."), Redaction.PRIVATE
    #: Somebody got a role at a place for a term.
    ROLE_ASSIGNED = "people.role-assigned", _("A role at a place was given for a term."), Redaction.PRIVATE
    #: A role ended before or at its term.
    ROLE_ENDED = "people.role-ended", _("A role at a place ended."), Redaction.PRIVATE
    #: An organisation was written into the list.
    ORGANISATION_ADDED = "people.organisation-added", _("An organisation was added."), Redaction.PRIVATE
    #: The ward handed somebody a card to sign in with.
    CARD_HANDED_OVER = "people.card-handed-over", _("A sign-in card was handed over."), Redaction.PRIVATE
    #: A card and everything signed in with that account was shut.
    CARD_REVOKED = "people.card-revoked", _("A sign-in card was revoked."), Redaction.PRIVATE
    #: An account was closed, with its roles, cards and everything signed in with it; the log doesn't say whose.
    ACCOUNT_CLOSED = "people.account-closed", _("An account was closed."), Redaction.PRIVATE
    #: The ward printed household cards of an area. In clear: how many now, how many households are recorded; never a code or a number.
    HOUSEHOLD_CARDS_PRINTED = "people.household-cards-printed", _("Household cards were printed."), Redaction.PRIVATE
    #: Cards that nobody had opened were revoked, because the print was lost or spoilt. In clear: how many.
    HOUSEHOLD_CARDS_REVOKED = "people.household-cards-revoked", _("Unused household cards were revoked."), Redaction.PRIVATE
    #: A lost card was shut and one with the same place among the households printed. Which one is committed, never served.
    HOUSEHOLD_CARD_REPLACED = "people.household-card-replaced", _("A lost household card was replaced."), Redaction.PRIVATE
    #: A card was shut without another: the household is there no longer. Which one is committed, never served.
    HOUSEHOLD_CARD_SHUT = "people.household-card-shut", _("A household card was shut."), Redaction.PRIVATE
