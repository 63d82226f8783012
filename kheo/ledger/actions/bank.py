"""Writes about the bank: which account gifts are sent to, and what its statement says came in. The initiative is locked in each."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kheo.core import clock, values
from kheo.core.actor import Actor
from kheo.core.rules import Invalid, require
from kheo.initiatives.models import Initiative
from kheo.ledger import rules, units, vietqr
from kheo.ledger.actions import booking
from kheo.ledger.memos import memos_in
from kheo.ledger.models import Account, BankAccount, BankLine, LineState, Pledge, PledgeState, Posting, Statement
from kheo.ledger.statements import Credit
from kheo.ledger.verbs import LedgerVerb
from kheo.openlog.door import act, lock, writes


def shown_account(initiative: Initiative) -> BankAccount | None:
    """The account givers may send to: confirmed by the ward, and not replaced."""
    return BankAccount.objects.filter(initiative=initiative, approved_at__isnull=False, ended_at__isnull=True).first()


def proposed_account(initiative: Initiative) -> BankAccount | None:
    """The account that waits for the ward."""
    return BankAccount.objects.filter(initiative=initiative, approved_at__isnull=True, ended_at__isnull=True).first()


@writes
def set_account(actor: Actor, initiative: Initiative, *, bank: str, number: str, holder: str, act_id: UUID | None = None) -> BankAccount:
    """Propose an account; one that still waits is replaced, the one givers see stays until this one is confirmed.

    ``bank``: six digits (banks.toml). Raises Invalid on "bank", "number", "holder".
    """
    initiative = lock(initiative)
    require(rules.may_set_account(actor, initiative))
    if bank not in vietqr.banks():
        raise Invalid("bank", _("Please choose the bank."))
    number = re.sub(r"[ .-]", "", number)
    if not re.fullmatch(r"[0-9A-Za-z]{4,19}", number):
        raise Invalid("number", _("An account number has 4 to 19 digits or letters."))
    holder = values.line("holder", holder, 80)
    if not holder:
        raise Invalid("holder", _("Please write the holder as the bank does."))
    now = clock.now()
    BankAccount.objects.filter(initiative=initiative, approved_at__isnull=True, ended_at__isnull=True).update(ended_at=now)
    account = BankAccount.objects.create(
        initiative=initiative, bank=bank, number=number, holder=holder, set_by_id=cast("int", actor.user_id), set_at=now
    )
    private = {"bank": bank, "number": number, "holder": holder}
    return act(LedgerVerb.ACCOUNT_SET, actor, account, place=initiative.place.slug, facts=booking.named(initiative), private=private)


@writes
def approve_account(actor: Actor, account: BankAccount, *, act_id: UUID | None = None) -> BankAccount:
    """Confirm a proposed account after comparing it with the bank's paper; from now on givers see it instead of any other."""
    initiative = lock(account.initiative)
    account = lock(account)
    account.initiative = initiative
    require(rules.may_approve_account(actor, account))
    now = clock.now()
    BankAccount.objects.filter(initiative=initiative, approved_at__isnull=False, ended_at__isnull=True).update(ended_at=now)
    account.approved_by_id, account.approved_at = actor.user_id, now
    account.save(update_fields=["approved_by", "approved_at"])
    facts = {**booking.named(initiative), "bank": account.bank, "number": account.number}
    return act(LedgerVerb.ACCOUNT_APPROVED, actor, account, place=initiative.place.slug, facts=facts)


def line_key(initiative: Initiative, credit: Credit) -> str:
    """What stands for a line of the bank in this book; without the server's secret it leads to nobody.

    Day and amount belong to it: some banks begin their references anew.
    """
    message = f"bank line\n{initiative.pk}|{credit.day}|{credit.amount}|{credit.reference}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()


@writes
def read_statement(actor: Actor, initiative: Initiative, *, credits: Sequence[Credit], act_id: UUID | None = None) -> Statement:
    """Book every credit whose memo names an open promise of this work, a receipt each; keep the others for a person to look at.

    All or nothing. A line that was read in before is left alone. Of a line's memo and payer nothing is kept. Raises Invalid("statement").
    """
    initiative = lock(initiative)
    require(rules.may_read_statement(actor, initiative))
    if not credits:
        raise Invalid("statement", _("No money came in by this file."))
    for credit in credits:
        if credit.day > clock.today():
            raise Invalid("statement", _("Row %(number)s: this day is still to come. Nothing was booked.") % {"number": credit.row})
        try:
            booking.check_amount(units.MONEY, credit.amount)
        except Invalid as e:
            raise Invalid("statement", _("Row %(number)s: %(reason)s") % {"number": credit.row, "reason": e.message}) from e
    keys = {line_key(initiative, credit): credit for credit in credits}  # the same line twice in one file is one
    known = set(BankLine.objects.filter(initiative=initiative, key__in=keys).values_list("key", flat=True))
    wanted = {memo for credit in keys.values() for memo in memos_in(credit.memo)}
    promises = {
        p.memo: p for p in Pledge.objects.filter(initiative=initiative, memo__in=wanted, state=PledgeState.OPEN).select_for_update()
    }
    statement = Statement.objects.create(
        initiative=initiative,
        imported_on=clock.today(),
        imported_by_id=cast("int", actor.user_id),
        booked=0,
        left_open=0,
        known=len(known),
    )
    total = 0
    for key, credit in keys.items():
        if key in known:
            continue
        promise = next((promises.pop(memo) for memo in memos_in(credit.memo) if memo in promises), None)
        line = BankLine(initiative=initiative, statement=statement, key=key, day=credit.day, amount=credit.amount)
        if promise is None:
            statement.left_open += 1
        else:
            source = promise.source
            line.posting = booking.receive(actor, initiative, units.MONEY, credit.amount, source, "", "", False, credit.day, pledge=promise)
            line.state = LineState.BOOKED
            statement.booked += 1
            total += credit.amount
        line.save()
    statement.save(update_fields=["booked", "left_open"])
    clear = {
        **booking.named(initiative),
        "statement": statement.pk,
        "receipts": statement.booked,
        "to_look_at": statement.left_open,
        "known": statement.known,
        "total": total,
    }
    return act(LedgerVerb.STATEMENT_READ, actor, statement, place=initiative.place.slug, clear=clear)


@writes
def book_line(actor: Actor, line: BankLine, *, source: str = Account.HOUSEHOLDS, act_id: UUID | None = None) -> Posting:
    """Book a line that named no promise, as a gift without a name. Raises Invalid on "source"."""
    initiative = lock(line.initiative)
    line = lock(line)
    line.initiative = initiative
    require(rules.may_take_line(actor, line))
    amount, day = cast("int", line.amount), line.day or clock.today()
    line.posting = booking.receive(actor, initiative, units.MONEY, amount, source, "", "", False, day)
    line.state = LineState.BOOKED
    line.save(update_fields=["posting", "state"])
    return line.posting


@writes
def leave_line(actor: Actor, line: BankLine, *, act_id: UUID | None = None) -> BankLine:
    """Leave out a line that is no gift: its day and amount are forgotten, and no later file brings it back."""
    initiative = lock(line.initiative)
    line = lock(line)
    line.initiative = initiative
    require(rules.may_take_line(actor, line))
    line.state, line.day, line.amount = LineState.LEFT, None, None
    line.save(update_fields=["state", "day", "amount"])
    return act(LedgerVerb.LINE_LEFT, actor, line, place=initiative.place.slug, facts=booking.named(initiative))
