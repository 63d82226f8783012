"""Who may promise, book and take back. Nobody needs a name or an account to give."""

from django.utils.translation import gettext_lazy as _

from kheo.core.actor import Actor, Role
from kheo.core.rules import YES, Answer, No
from kheo.initiatives import rules as initiatives
from kheo.initiatives.models import Initiative, State
from kheo.ledger.models import BankAccount, BankLine, CashCount, CountState, Giver, Kind, LineState, Pledge, PledgeState, Posting
from kheo.places.models import Place, Rank

_OPEN = (State.REGISTERED, State.COMPLETED)  # the last bill often comes when the work is done


def keeps_book(actor: Actor, initiative: Initiative) -> bool:
    """True for who keeps the book: the organiser, and the head of the place."""
    if actor.user_id is None:
        return False
    return initiative.organiser_id == actor.user_id or actor.has(Role.HEAD, at=initiative.place)


def may_keep_book(actor: Actor, initiative: Initiative) -> Answer:
    """Book something in or out."""
    if not keeps_book(actor, initiative):
        return No(_("Only the organiser of this work or the head of the area keeps its book."))
    if initiative.state not in _OPEN:
        return No(_("Nothing can be booked before the ward has registered this work, nor after it is closed."))
    return YES


may_receive = may_spend = may_receive_round = may_keep_book


def may_pledge(actor: Actor, initiative: Initiative) -> Answer:
    """Promise a contribution: anybody, nameless too, while the work goes on."""
    if initiative.state == State.REGISTERED and initiative.shown:
        return YES
    if initiative.state == State.COMPLETED:
        return No(_("This work is done. Thank you for wanting to give."))
    return No(_("Contributions can be promised when the ward has registered this work."))


def may_withdraw_pledge(actor: Actor, pledge: Pledge) -> Answer:
    """Withdraw a promise: whoever holds its code, without a reason, until it is received."""
    if pledge.state == PledgeState.WITHDRAWN:
        return No(_("This promise is withdrawn already. Nothing is asked of you."))
    if pledge.state == PledgeState.RECEIVED:
        return No(_("This contribution has been received, with a receipt. Please talk to the organiser."))
    return YES


def may_reverse(actor: Actor, posting: Posting) -> Answer:
    """Take a booking back, once, by booking the opposite."""
    answer = may_keep_book(actor, posting.initiative)
    if not answer:
        return answer
    if posting.kind == Kind.REVERSAL:
        return No(_("This entry takes another one back. Book it anew instead."))
    if hasattr(posting, "reversed_by"):
        return No(_("This entry has been taken back already."))
    return YES


def may_erase_giver(actor: Actor, giver: Giver) -> Answer:
    """Erase who gave: the giver, who keeps the book, or an officer of the place. The sums stay."""
    initiative = giver.initiative
    if actor.user_id is not None and giver.user_id == actor.user_id:
        return YES
    if keeps_book(actor, initiative) or actor.has(Role.OFFICER, at=initiative.place):
        return YES
    return No(_("Only the giver, who keeps the book, or an officer of the ward can erase this name."))


def may_set_plan(actor: Actor, initiative: Initiative) -> Answer:
    """Set what the work means to spend: the organiser, until the ward has registered it. Afterwards the plan stands."""
    return initiatives.may_edit(actor, initiative)


def may_read_book(actor: Actor, initiative: Initiative) -> Answer:
    """Read the book: everybody where the work is public; where it was hidden, who keeps the book and the ward's officers."""
    if not initiative.shown and not keeps_book(actor, initiative) and not actor.has(Role.OFFICER, at=initiative.place):
        return No(_("This work was hidden. Its page tells why."))
    return initiatives.may_see(actor, initiative)


def may_see_givers(actor: Actor, initiative: Initiative) -> Answer:
    """See who gave where a name was written on the receipt: only who keeps the book."""
    if keeps_book(actor, initiative):
        return YES
    return No(_("Only who keeps the book sees the names on the receipts."))


def may_set_account(actor: Actor, initiative: Initiative) -> Answer:
    """Propose the account that gifts are sent to: who keeps the book, until the work is closed."""
    if not keeps_book(actor, initiative):
        return No(_("Only the organiser of this work or the head of the area says where money is sent."))
    if initiative.state == State.CLOSED:
        return No(_("This work is closed."))
    return YES


def may_approve_account(actor: Actor, account: BankAccount) -> Answer:
    """Confirm a proposed account: an officer of the ward who did not propose it and does not keep the book."""
    if not actor.has(Role.OFFICER, at=account.initiative.place):
        return No(_("Only an officer of the ward confirms a bank account."))
    if actor.user_id == account.set_by_id or keeps_book(actor, account.initiative):
        return No(_("Somebody else has to confirm an account than who proposed it or keeps the book."))
    if account.approved_at is not None or account.ended_at is not None:
        return No(_("This account is not waiting to be confirmed."))
    return YES


def may_read_statement(actor: Actor, initiative: Initiative) -> Answer:
    """Read in a statement of the work's account, and see the lines that found no promise."""
    answer = may_keep_book(actor, initiative)
    if not answer:
        return answer
    if not initiative.bank_accounts.filter(approved_at__isnull=False).exists():
        return No(_("This work has no bank account that the ward has confirmed."))
    return YES


def may_take_line(actor: Actor, line: BankLine) -> Answer:
    """Book a line of a statement, or leave it out."""
    answer = may_keep_book(actor, line.initiative)
    if answer and line.state != LineState.OPEN:
        return No(_("This line has been looked at already."))
    return answer


def may_count_cash(actor: Actor, initiative: Initiative) -> Answer:
    """Count the money: first who keeps the book; then a second person of the place, with any role or a household's card."""
    if initiative.state not in _OPEN:
        return No(_("There is nothing to count before the ward has registered this work, nor after it is closed."))
    if keeps_book(actor, initiative):
        return YES
    if not actor.lives_at(initiative.place) and not actor.has(*Role, at=initiative.place):
        return No(_("The money is counted by who keeps the book and a second person of the area."))
    if not CashCount.objects.filter(initiative=initiative, state=CountState.OPEN).exists():
        return No(_("Who keeps the book counts first; then you, without seeing that number."))
    return YES


def may_publish_prices(actor: Actor, place: Place) -> Answer:
    """Publish what materials and labour are worth in a ward, or in the whole city."""
    if place.rank == Rank.CITY and actor.has(Role.CITY_BOARD, at=place):
        return YES
    if place.rank == Rank.WARD and actor.has(Role.OFFICER, at=place):
        return YES
    return No(_("Only an officer of the ward, or the city board for the city, publishes prices."))
