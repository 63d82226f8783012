"""Who may write, post, talk about, adopt and recognise an agreement."""

from django.utils.translation import gettext_lazy as _

from kheo.agreements.models import Agreement, Clause, Comment, State, Version
from kheo.core import clock
from kheo.core.actor import Actor, Role
from kheo.core.rules import YES, Answer, No
from kheo.meetings.rules import leads
from kheo.places.models import Place, Rank

_HEAD = _("Only the head of this area or an officer of its ward can do this.")
_OFFICER = _("Only an officer of the ward can do this.")


def may_draft_agreement(actor: Actor, area: Place) -> Answer:
    """Begin to write one for an area."""
    if area.rank != Rank.AREA:
        return No(_("An agreement is made by the households of one area. Please choose the area first."))
    return YES if leads(actor, area) else No(_HEAD)


def may_draft_version(actor: Actor, agreement: Agreement) -> Answer:
    """Begin a new version, while no other one is on its way."""
    if not leads(actor, agreement.place):
        return No(_HEAD)
    if not agreement.shown:
        return No(_("This agreement was hidden."))
    if agreement.versions.filter(state__in=(State.DRAFT, State.POSTED, State.ADOPTED)).exists():
        return No(_("A new version is on its way already. Please finish that one first."))
    return YES


def may_edit_draft(actor: Actor, version: Version) -> Answer:
    """Change the words, while nobody was asked to read them."""
    if not leads(actor, version.place):
        return No(_HEAD)
    if version.state != State.DRAFT:
        return No(_("It has been posted: its words stay as they are. Write a new version to change them."))
    return YES


def may_post_draft(actor: Actor, version: Version) -> Answer:
    """Post it for everybody to read."""
    if not leads(actor, version.place):
        return No(_HEAD)
    if version.state != State.DRAFT:
        return No(_("It has been posted already."))
    return YES


def may_comment(actor: Actor, clause: Clause) -> Answer:
    """Say something to a clause: anybody, nameless too, while the draft is posted."""
    if not clause.shown or not clause.version.agreement.shown:
        return No(_("This was hidden."))
    if clause.version.state != State.POSTED:
        return No(_("Something can be said while the draft is posted."))
    return YES


def may_release_comment(actor: Actor, comment: Comment) -> Answer:
    """Let everybody read it."""
    if not leads(actor, comment.place):
        return No(_HEAD)
    if not comment.shown:
        return No(_("This was hidden."))
    return No(_("Everybody can read it already.")) if comment.released else YES


def may_answer_comment(actor: Actor, comment: Comment) -> Answer:
    """Answer it, once everybody can read it."""
    if not leads(actor, comment.place):
        return No(_HEAD)
    if not comment.public_text:
        return No(_("Let it be shown first; then answer."))
    return YES


def may_adopt(actor: Actor, version: Version) -> Answer:
    """Say which decision of the households adopts it, after the posted days."""
    if not leads(actor, version.place):
        return No(_HEAD)
    if version.state != State.POSTED or version.posted_until is None:
        return No(_("Post the draft first; then the households decide."))
    if clock.today() <= version.posted_until:
        return No(_("The draft is still posted. The households can decide when its days are over."))
    return YES


def may_recognise(actor: Actor, version: Version) -> Answer:
    """Recognise what the households adopted: it is in force from that day."""
    if not actor.has(Role.OFFICER, at=version.place):
        return No(_OFFICER)
    if version.state != State.ADOPTED:
        return No(_("The households adopt it first."))
    return YES


def may_end(actor: Actor, version: Version) -> Answer:
    """End one that is in force."""
    if not leads(actor, version.place):
        return No(_HEAD)
    if version.state != State.IN_FORCE:
        return No(_("It is not in force."))
    return YES


def may_see(actor: Actor, version: Version) -> Answer:
    """Drafts are for who writes them; everything else is public."""
    if not version.agreement.shown and not actor.has(Role.OFFICER, at=version.place):
        return No(_("This agreement was hidden."))
    if version.state == State.DRAFT and not leads(actor, version.place):
        return No(_("It is still being written."))
    return YES
