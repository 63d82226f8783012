"""Acts of this room."""

from django.utils.translation import gettext_lazy as _

from kheo.openlog.verbs import Redaction, Verb


class CheckVerb(Verb):
    """Who counts again. Readings stand in clear: every bound rests on them. Who read them is private."""

    #: Somebody was asked to count a result on site.
    ASKED = "check.asked", _("Somebody was asked to count a result on site."), Redaction.PRIVATE
    #: The one who was asked can't; somebody else will be asked.
    DECLINED = "check.declined", _("The one who was asked to count can't go."), Redaction.PRIVATE
    #: Somebody went and could not reach it: not the same as wrong.
    UNREACHED = "check.unreached", _("Somebody went to count and could not reach it."), Redaction.PRIVATE
    #: Somebody counted on site; names the reading and what of the claim it confirms.
    RECORDED = "check.recorded", _("A result was checked on site."), Redaction.PRIVATE
    #: A household said it saw otherwise. The entry names the ward alone and has no facts: which result, and the words, are committed only.
    DISPUTED = "check.disputed", _("A household saw otherwise. Somebody from outside the area looks at it."), Redaction.PRIVATE
    #: A reviewer answered. The ward alone; what and how are committed only.
    DISPUTE_ANSWERED = "check.dispute-answered", _("Somebody who saw otherwise was answered."), Redaction.PRIVATE
    #: A reviewer looked at what a machine had noticed, and decided. The city alone; which result, why and what are committed only.
    FLAG_DECIDED = "check.flag-decided", _("Somebody from outside looked at a report where something did not fit."), Redaction.PRIVATE


class VisitVerb(Verb):
    """Who goes and counts, and what it gave. ``book`` and ``ticket`` name the unit; of reviews no ticket is named."""

    #: A resident offers to count; names the ward alone.
    POOL_JOINED = "pool.joined", _("Somebody offers to go and count."), Redaction.PRIVATE
    #: A resident takes the offer back; names the ward alone.
    POOL_LEFT = "pool.left", _("Somebody who offered to count doesn't any more."), Redaction.PRIVATE
    #: The ward keeps a paper on which somebody promised silence: they may be sent to homes.
    SWORN = "pool.sworn", _("Somebody promised to keep silent about the homes they are sent to."), Redaction.PRIVATE
    #: Somebody drawn was asked to count at the place of a ticket.
    OFFERED = "visit.offered", _("Somebody drawn was asked to go and count."), Redaction.PRIVATE
    #: They said yes; the place was shown to them.
    ACCEPTED = "visit.accepted", _("Somebody drawn goes and counts."), Redaction.PRIVATE
    #: They can't go, let the time pass, or could not get there: which of these is committed only.
    PASSED = "visit.passed", _("Somebody else is asked to go and count."), Redaction.PRIVATE
    #: They counted. The reading is committed and stays sealed until the other has counted too.
    READ = "visit.read", _("Somebody drawn has counted; the number stays sealed until the check is closed."), Redaction.NEVER
    #: The check of a ticket is closed: opens its id, claim and readings, and says which counts.
    UNIT_CLOSED = "book.unit-closed", _("The check of one place is closed; its numbers are open now."), Redaction.PRIVATE
    #: A reading was corrected; everything that rests on it is computed again.
    REREAD = "book.reread", _("The reading of a check was corrected; everything that rests on it is computed again."), Redaction.PRIVATE
    #: What a check found missing was put right afterwards; the miss stays as it was read.
    PUT_RIGHT = "book.put-right", _("What a check had found missing was put right. The check stays as it was."), Redaction.PRIVATE


class BookVerb(Verb):
    """A book from its freeze to its close: what `kheo verify` recounts a bound from stands in clear, for ever."""

    #: The claims of an indicator, place and period are closed up in a book; names how many, their sum, root, risk and the announced moment.
    FROZEN = "book.frozen", _("A round of checks was announced; its book is closed."), Redaction.NEVER
    #: Results were corrected before the draw, so the book was made anew; the same fields.
    REFROZEN = "book.refrozen", _("Results were corrected before the draw; the book was made anew."), Redaction.NEVER
    #: The announced moment has come and nothing else was logged: this entry has the next checkpoint signed.
    DUE = "book.due", _("The announced moment of a draw has come."), Redaction.NEVER
    #: The checkpoint stands that goes into the seed: now dice may be rolled, never before.
    FIXED = "book.fixed", _("The fingerprint for a draw stands; dice may be rolled now."), Redaction.NEVER
    #: One of two people typed what was rolled, or the outside draw; what, only when both have typed the same.
    TYPED = "book.typed", _("One of two people typed what the dice of a draw showed."), Redaction.PRIVATE
    #: Two people typed the same dice; the outside draw that was named at the freeze is still to come.
    ROLLED = "book.rolled", _("The dice of a draw are written down; its outside draw is still to come."), Redaction.NEVER
    #: The seed is made; from it everybody computes the order of checks, once the book opens.
    SEEDED = "book.seeded", _("The seed of a draw is made; the order of checks stands."), Redaction.NEVER
    #: After the seed a claim was corrected downwards: no more than this counts of a place whose check was closed already.
    CAPPED = "book.capped", _("A claim was corrected after the draw; what counts of a checked place can only fall."), Redaction.NEVER
    #: A part of the units, at most 500: every id and claim.
    OPENED = "book.opened", _("Ids and claims of a round were opened."), Redaction.NEVER
    #: Everything is open; names checks, right, short, unvisited and at least how much is true.
    CLOSED = "book.closed", _("A round of checks was closed."), Redaction.NEVER
    #: The book was given up; it shows 0 for ever.
    ABANDONED = "book.abandoned", _("A round of checks was given up; it shows 0."), Redaction.NEVER
