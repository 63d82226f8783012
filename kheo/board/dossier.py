"""The file that protects: one PDF per initiative with its decision, money, evidence, checks, corrections and receipts.

It says what the public pages say and nothing more: no giver, no household, no checker by name; of works at homes neither site nor photo
nor anybody's words. What it says can be held against the public log without us.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kheo.board import accounts
from kheo.board.looks import looks
from kheo.board.written import day, index, url
from kheo.catalogue import Kit, indicators, kits
from kheo.checks.models import Check
from kheo.checks.models import State as CheckState
from kheo.checks.sealing import sealed
from kheo.checks.verbs import CheckVerb
from kheo.core import clock, pdf
from kheo.core.numbers import number, quantity
from kheo.evidence import photos as evidence
from kheo.evidence.models import Photo
from kheo.grants.models import Grant
from kheo.initiatives.models import Initiative, MandateKind, State
from kheo.initiatives.verbs import InitiativeVerb as WorkVerb
from kheo.ledger.models import Kind, Posting
from kheo.meetings.judged import votes
from kheo.meetings.law import spoken
from kheo.meetings.models import Duty
from kheo.openlog import merkle, note, receipts
from kheo.openlog.door import name_of
from kheo.openlog.models import Checkpoint, Entry
from kheo.openlog.subjects import receipts_for
from kheo.openlog.verbs import sentence
from kheo.results import sums as figures
from kheo.results.models import Result
from kheo.review.models import Completion

TEMPLATE = Path(__file__).parent / "print" / "dossier.typ"
#: Longer lists are cut; the work's page has all of it.
RESULTS, CHECKS, PHOTOS, PAPERS, CODES = 80, 80, 8, 8, 14


def dossier(work: Initiative) -> bytes:
    """The PDF in the language of now."""
    data, files = facts(work)
    return pdf.render(TEMPLATE, data, files)


def facts(work: Initiative) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What stands in the file, and its pictures. About twenty-five queries, however long the book is."""
    kit = kits().get(work.kit)
    private = kit is None or kit.private_site
    postings = list(Posting.objects.with_book().filter(initiative=work).order_by("-number")[: accounts.POSTINGS])
    results = [] if private else list(_results(work))
    hidden = sealed(Result.objects.filter(initiative=work).values_list("pk", flat=True))
    completion = Completion.objects.filter(initiative=work, hidden_at=None).first()
    counts = accounts.counted(work)
    checks = [] if private else list(_done(work))
    numbers = receipts_for([work, work.decision, completion, *postings, *results, *counts, *checks])
    files: dict[str, bytes] = {"self.svg": pdf.qr(url(work.get_absolute_url()))}
    grants = list(
        Grant.objects.public().filter(initiative=work).select_related("giver").prefetch_related("instalments__posting__reversed_by")
    )
    data = {
        "words": _words(),
        "cover": _cover(work, kit, private),
        "log": _log(),
        "decision": _decision(work),
        "sums": accounts.sums(work),
        "sources": accounts.sources(work),
        "plan": [] if private else accounts.plan(work),
        "grants": [accounts.grant_line(g) for g in grants],
        "counts": [accounts.count_line(c, numbers) for c in counts],
        "postings": [accounts.entry(p, private, numbers) for p in postings],
        "cut": accounts.cut(work, len(postings)),
        "papers": [] if private else list(_papers(postings, files)),
        "figures": _figures(work),
        "results": [_result(r, kit, numbers, hidden) for r in results],
        "checks": [_check(c, kit, numbers, hidden) for c in checks],
        "looks": looks(work, private=private),
        "corrections": _corrections(work, private, hidden),
        "photos": [] if private else list(_photos(results, kit, files, hidden)),
        "receipts": _receipts([work, work.decision, completion, *grants], files),
        "private": private,
    }
    return data, files


def _words() -> dict[str, str]:
    """The fixed words of the paper."""
    return {
        "title": _("The file of a shared work"),
        "for": _("For an inspector, a newspaper, a sponsor, and anybody who wants to know whether the number is true."),
        "decision": _("Who decided"),
        "duties": _("What had to follow"),
        "money": _("Money, materials and labour"),
        "came_from": _("Where it came from"),
        "grants": _("Grants"),
        "plan": _("Planned and spent"),
        "planned": _("Planned"),
        "counts": _("The money, counted by two people who did not see each other's number"),
        "in_book": _("In the book"),
        "papers": _("The suppliers' papers"),
        "book": _("The book"),
        "results": _("What was reported, and what was checked on site"),
        "looks": _("Found by people who were drawn to count"),
        "checks": _("Counted by somebody who has no part in the work and was not told the claim"),
        "evidence": _("Photos"),
        "corrections": _("What was corrected"),
        "receipts": _("Receipts of the public log"),
        "codes": _("Each code opens its line, and holds the whole proof of it: kheo receipt checks what a phone reads, without a network."),
        "verify": _("How to verify this file"),
        "no_names": _("No giver, no household and no checker is named here: deeds are counted, never people."),
        "in": _("In"),
        "out": _("Spent or used"),
        "left": _("Left"),
        "number": _("No."),
        "day": _("Day"),
        "what": _("What"),
        "amount": _("Amount"),
        "paper": _("Paper"),
        "entry": _("Log entry"),
        "reported": _("reported"),
        "checked": _("checked on site"),
        "target": _("target"),
        "claimed": _("Reported"),
        "measured": _("Counted"),
        "nothing": _("Nothing yet."),
        "photo_hash": _("SHA-256 of the original"),
        "home": _("This work is at homes: no site, no photo and nobody's words are shown, and small numbers are kept back."),
        "as_of": _("As of"),
        "leaf": _("Leaf hash"),
        "scan": _("the work's page"),
    }


def _cover(work: Initiative, kit: Kit | None, private: bool) -> dict[str, Any]:
    states = {State.REGISTERED: _("at work"), State.COMPLETED: _("completed"), State.CLOSED: _("given up")}
    place = work.place.full_name if work.place.parent is None else f"{work.place.full_name}, {work.place.parent.full_name}"
    rows = [
        (_("Kind of work"), kit.name() if kit else work.kit),
        (_("Where"), f"{work.site.full_name}, {place}" if work.site and not private else place),
        (_("State"), states.get(State(work.state), "")),
        (_("Registered by the ward"), day(work.registered_at and timezone.localdate(work.registered_at))),
        (_("Completed"), day(work.completed_at and timezone.localdate(work.completed_at))),
        (_("Organised by"), work.organisation.name if work.organisation else ""),
        (_("Serves"), work.serves),
    ]
    return {
        "title": work.title,
        "summary": work.summary,
        "rows": [[str(a), str(b)] for a, b in rows if b],
        "url": url(work.get_absolute_url()),
        "as_of": formats.date_format(timezone.localtime(clock.now()), "SHORT_DATETIME_FORMAT"),
    }


def _log() -> dict[str, Any]:
    """The signed tree head that this file was made under, and how anybody verifies it."""
    latest = Checkpoint.objects.order_by("-size").first()
    if latest is None:
        return {"rows": [], "how": ""}
    origin = latest.note.split("\n", 1)[0]
    rows = [
        [_("Log"), origin],
        [_("Entries in the log"), number(latest.size)],
        [_("Root hash"), note.b64(bytes(latest.root))],
        [_("Signed"), formats.date_format(timezone.localtime(latest.at), "SHORT_DATETIME_FORMAT")],
    ]
    how = _(
        "Every fact here carries the number of its entry in the public log. Open %(log)s and the number, or scan a code: the page shows "
        "the entry, its proof and the signed head of the log. To check all of it without trusting us, run “kheo verify %(site)s”: it "
        "replays every entry and every signature. A head with this number of entries and another root hash would prove that the log was "
        "forged."
    ) % {"log": url("/log/"), "site": url("/log/")}
    return {"rows": rows, "how": how}


def _decision(work: Initiative) -> dict[str, Any]:
    decision = work.decision
    if work.mandate != MandateKind.DECISION or decision is None:
        why = MandateKind(work.mandate).label if work.mandate else ""
        return {"words": str(why), "note": "" if work.kit_of().private_site else work.mandate_note, "rows": [], "duties": []}
    meeting = decision.matter.meeting
    rows = [
        [_("Matter"), decision.matter.title if decision.matter.shown else "–"],
        *([[_("What did we decide?"), decision.matter.outcome]] if decision.matter.outcome and decision.matter.shown else []),
        [_("Decided on"), day(decision.decided_on)],
        [_("Households"), votes(decision)],
        [_("Agree / no / other"), f"{number(decision.agree)} / {number(decision.against)} / {number(decision.other)}"],
        [_("Law"), decision.citation],
        [_("Meeting"), url(meeting.get_absolute_url())],
    ]
    return {
        "words": _("The households decided: yes.") if decision.passed else _("The households did not agree."),
        "note": "",
        "rows": rows,
        "duties": [_duty(d) for d in decision.duties.all()],
    }


def _duty(duty: Duty) -> list[str]:
    if duty.kept:
        done = _("done %(day)s") % {"day": day(duty.done_on)}
    elif duty.done_on:
        done = _("done late, %(day)s: counts as not done") % {"day": day(duty.done_on)}
    else:
        done = _("overdue: counts as not done") if duty.late else _("still in time")
    return [spoken(duty.words) or duty.key, _("by %(day)s") % {"day": day(duty.due_on)}, done]


def _figures(work: Initiative) -> list[dict[str, Any]]:
    """Per indicator: words, and the shares of its bar in thousandths of the longest of target and reported."""
    found: list[dict[str, Any]] = []
    known = indicators()
    for key, f in figures.of_initiatives([work.pk])[work.pk].items():
        if key not in known:
            continue
        indicator = known[key]
        if f.suppressed:
            found.append({"name": indicator.name(), "few": _("too few to show"), "rows": [], "bar": []})
            continue
        most = max(f.target, f.reported, 1)
        parts = [
            ngettext("%(n)s report", "%(n)s reports", f.results) % {"n": number(f.results)},
            _("%(n)s confirmed on site") % {"n": number(f.right)},
            _("%(n)s found to be less") % {"n": number(f.short)},
            _("%(n)s not yet drawn") % {"n": number(f.waiting)},
            _("%(n)s could not be reached") % {"n": number(f.unreached)},
        ]
        found.append(
            {
                "name": indicator.name(),
                "few": "",
                "rows": [quantity(n, indicator.unit()) for n in (f.checked, f.reported)]
                + ([quantity(f.target, indicator.unit())] if f.target else [""]),
                "bar": [f.checked * 1000 // most, f.reported * 1000 // most, f.target * 1000 // most],
                "counts": " · ".join(parts),
            }
        )
    return found


def _results(work: Initiative) -> Iterable[Result]:
    found = Result.objects.filter(initiative=work, withdrawn_at=None, hidden_at=None)
    return found.select_related("site", "before").prefetch_related("photos")[:RESULTS]


def _named(key: str, kit: Kit | None) -> tuple[str, str]:
    indicator = kit.indicators.get(key) if kit else None
    return (indicator.name(), indicator.unit()) if indicator else (key, "")


def _claimed(result: Result, unit: str, hidden: frozenset[int]) -> str:
    """What was reported, unless somebody may still be drawn to count it without knowing."""
    return _("opens after the check") if result.pk in hidden else quantity(result.quantity, unit)


def _result(result: Result, kit: Kit | None, numbers: dict[str, int | None], hidden: frozenset[int]) -> list[str]:
    name, unit = _named(result.indicator, kit)
    at = result.site.full_name if result.site else result.session
    checked = "–" if result.checked is None else quantity(result.checked, unit)
    return [day(result.day), " · ".join(w for w in (name, at) if w), _claimed(result, unit, hidden), checked, index(result, numbers)]


def _done(work: Initiative) -> Iterable[Check]:
    done = Check.objects.filter(result__initiative=work, result__withdrawn_at=None, state=CheckState.DONE, hidden_at=None)
    return done.filter(result__hidden_at=None).select_related("result").order_by("done_at")[:CHECKS]


def _check(check: Check, kit: Kit | None, numbers: dict[str, int | None], hidden: frozenset[int]) -> list[str]:
    name, unit = _named(check.result.indicator, kit)
    when = timezone.localdate(check.done_at) if check.done_at else None
    entry = index(check, numbers, CheckVerb.RECORDED)
    return [day(when), name, _claimed(check.result, unit, hidden), quantity(check.measured, unit), entry]


def _corrections(work: Initiative, private: bool, hidden: frozenset[int]) -> list[str]:
    """What was taken back in the book, and claims that were lowered before anybody checked: that is to their credit."""
    found = []
    back = Posting.objects.filter(initiative=work, kind=Kind.REVERSAL).select_related("reverses").order_by("number")
    for posting in back[:RESULTS]:
        of = posting.reverses.number if posting.reverses else "–"
        words = _("Entry %(n)s of the book takes back entry %(of)s") % {"n": posting.number, "of": of}
        found.append(f"{words}: {posting.reason}" if posting.reason and posting.shown and not private else words)
    if not private:
        corrected = Result.objects.filter(initiative=work, withdrawn_at=None, replaces__isnull=False).select_related("replaces")
        for result in corrected.exclude(pk__in=hidden)[:RESULTS]:
            name, unit = _named(result.indicator, work.kit_of())
            was = result.replaces.quantity if result.replaces else 0
            said = {"name": name, "was": quantity(was, unit), "is": quantity(result.quantity, unit), "day": day(result.day)}
            found.append(_("%(name)s of %(day)s: corrected from %(was)s to %(is)s before it was checked") % said)
    return found


def _photos(results: list[Result], kit: Kit | None, files: dict[str, bytes], hidden: frozenset[int]) -> Iterable[dict[str, str]]:
    """Public photos of the newest results, small, with the hash of the original that the log commits to."""
    seen: set[str] = set()
    for result in results:
        before: list[Photo] = [result.before] if result.before else []
        for photo in [*before, *result.photos.all()]:
            if len(seen) >= PHOTOS or not photo.public or not photo.shown or photo.sha256 in seen:
                continue
            name, unit = _named(result.indicator, kit)
            if (shown := _picture(photo, f"{name}, {_claimed(result, unit, hidden)}, {day(result.day)}", files)) is not None:
                seen.add(photo.sha256)
                yield shown


def _papers(postings: list[Posting], files: dict[str, bytes]) -> Iterable[dict[str, str]]:
    """The suppliers' papers: the newest as small pictures, all of them with the hash of the original."""
    for n, (posting, caption) in enumerate(accounts.papers(postings)):
        assert posting.paper is not None  # noqa: S101 – only entries with a paper come
        shown = _picture(posting.paper, caption, files) if n < PAPERS else None
        yield shown or {"file": "", "caption": caption, "hash": posting.paper.original_sha256}


def _picture(photo: Photo, caption: str, files: dict[str, bytes]) -> dict[str, str] | None:
    """A public photo, small; None where the row outlived its file: the paper shows what is there."""
    name = f"{photo.sha256}.webp"
    try:
        files[name] = evidence.path_of(photo.sha256, small=True).read_bytes()
    except FileNotFoundError:
        return None
    return {"file": name, "caption": caption, "hash": photo.original_sha256}


def _receipts(things: list[Any], files: dict[str, bytes]) -> list[dict[str, str]]:
    """The numbered entries of the key facts, each with its leaf hash and a code that opens its receipt and holds it whole.

    Decision, registration and completion come before anything else; of the rest the newest.
    """
    names = [name_of(thing) for thing in things if thing is not None]
    entries = list(Entry.objects.filter(subject__in=names, index__isnull=False).order_by("-index").defer("private", "private_salt"))
    first = {name_of(thing) for thing in things[1:3] if thing is not None}
    entries.sort(key=lambda entry: entry.subject not in first and entry.verb != WorkVerb.REGISTERED)  # stable: the newest stay in front
    found = []
    for entry in sorted(entries[:CODES], key=lambda entry: entry.index or 0):
        name = f"receipt-{entry.index}.svg"
        files[name] = pdf.qr(*receipts.scan(entry))
        leaf = merkle.leaf_hash(bytes(entry.leaf)).hex()
        found.append({"file": name, "number": str(entry.index), "words": str(sentence(entry.verb)), "leaf": leaf})
    return found
