"""What the worker does for rounds of checks, again and again: fix checkpoints, begin the week's review, send people, close what is over."""

from kheo.checks.actions.books import fix_checkpoint
from kheo.checks.actions.endings import close_due_books
from kheo.checks.actions.reviews import begin_review
from kheo.checks.dispatching import dispatch
from kheo.checks.models import Book, Phase


def keep_rounds_going() -> int:
    """One turn; returns how many steps were taken. Idempotent, and several workers at once do each step once."""
    fixed = sum(fix_checkpoint(book) for book in Book.objects.filter(phase=Phase.FROZEN).order_by("pk"))
    return fixed + begin_review() + dispatch() + close_due_books()
