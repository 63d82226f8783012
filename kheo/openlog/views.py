"""Serving the log: tiles, checkpoint, key and facts for machines; the newest acts and a receipt for people. Nothing here writes."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kheo.core import pdf
from kheo.openlog import (
    canonical,
    database,
    entries,
    guard,
    keys,
    merkle,
    note,
    own_policy,
    papers,
    receipts,
    redaction,
    stored,
    witnesses,
    words,
)
from kheo.openlog.models import Checkpoint, Entry
from kheo.openlog.verbs import all_verbs, sentence

FOREVER = "public, max-age=31536000, immutable"
PAGE = 50


def _bytes(data: bytes, kind: str, cache: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=kind, headers={"Cache-Control": cache, "Access-Control-Allow-Origin": "*"})
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _read(path: str) -> bytes:
    try:
        data = database.read(path)
    except (stored.NotThere, ValueError) as e:
        raise Http404(str(e)) from e
    if data is None:
        raise Http404("nothing was signed yet")
    return data


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The latest signed tree head."""
    return _bytes(_read("checkpoint"), "text/plain; charset=utf-8", "no-store")


@require_safe
def vkey(request: HttpRequest) -> HttpResponse:
    """The verifier key. By itself it authenticates nothing."""
    try:
        return _bytes(_read("vkey"), "text/plain; charset=utf-8", "no-cache")
    except keys.NoKey as e:
        raise Http404("no key yet") from e


@require_safe
def witnessed(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint that a quorum of witnesses has cosigned; a sentence when there is none."""
    seen = stored.witnessed() if own_policy.policy() else None
    if seen:
        return _bytes(seen.note.encode(), "text/plain; charset=utf-8", "no-store")
    why = (
        _("No quorum of witnesses has signed yet.")
        if own_policy.policy()
        else _("This log has no witnesses yet. Its own newest line stands at /log/checkpoint.")
    )
    answer = _bytes(f"{why}\n".encode(), "text/plain; charset=utf-8", "no-store")
    answer.status_code = 404
    return answer


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """Who witnesses this log, as a C2SP tlog-policy file. By itself it authenticates nothing."""
    asked = own_policy.policy()
    if asked is None:
        raise Http404("no witnesses")
    return _bytes(asked.text.encode(), "text/plain; charset=utf-8", "no-cache")


@require_safe
def tile(request: HttpRequest, rest: str) -> HttpResponse:
    """A tile or an entry bundle. Full or partial, its bytes never change."""
    return _bytes(_read(f"tile/{rest}"), "application/octet-stream", FOREVER)


@require_safe
def facts_bundle(request: HttpRequest, rest: str) -> HttpResponse:
    """The facts of up to 256 entries, a JSON line each. May be erased, so caches ask again."""
    return _bytes(_read(f"facts/bundle/{rest}"), "application/x-ndjson", "no-cache")


@require_safe
def facts(request: HttpRequest, number: int) -> HttpResponse:
    """The facts of one entry: 404 when it has none, 410 with the redaction when they were erased."""
    entry = _entry(number)
    if entry.facts is not None and entry.facts_salt is not None:
        return _bytes(entries.facts_line(entry.facts, entry.facts_salt), "application/json", "no-cache")
    erased = redaction.redactions_of(entry).get("facts")
    if erased is None:
        raise Http404("no facts")
    answer = _bytes(database.gone(*erased), "application/json", "no-cache")
    answer.status_code = 410
    return answer


def _entry(number: int) -> Entry:
    if number >= stored.head()[0]:
        raise Http404("the log has not grown that far")
    return get_object_or_404(Entry, index=number)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The newest acts, how large the log is, when it was signed, and how anyone verifies it."""
    latest = Checkpoint.objects.order_by("-size").first()
    size = latest.size if latest else 0
    verb = request.GET.get("act", "")
    rows = Entry.objects.filter(index__lt=size)
    if verb in all_verbs():
        rows = rows.filter(verb=verb)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 16:
        rows = rows.filter(index__lt=int(before))
    found = list(rows.order_by("-index").only("index", "verb", "at", "place")[: PAGE + 1])
    return render(
        request,
        "openlog/index.html",
        {
            "latest": latest,
            "size": size,
            "rows": [(entry, sentence(entry.verb)) for entry in found[:PAGE]],
            "places": [entry.place for entry in found[:PAGE]],
            "older": found[PAGE - 1].index if len(found) > PAGE else None,
            "act": verb if verb in all_verbs() else "",
            "acts": sorted(((str(v), str(v.sentence)) for v in all_verbs().values()), key=lambda pair: pair[1]),
            "read_only": guard.problem() is not None,
            "address": request.build_absolute_uri("/log/"),
            "vkey": _own_key(),
            "seen": witnesses.state(),
        },
    )


def _own_key() -> str:
    try:
        return str(keys.verifier())
    except keys.NoKey:
        return ""


@require_safe
def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """One act as a person reads it: what, when, where, how much, and the proof that it stands in the log."""
    entry = _entry(number)
    leaf = canonical.decode(bytes(entry.leaf))
    proof = receipts.proof_of(entry)
    served = canonical.decode(bytes(entry.facts)) if entry.facts is not None else None
    erased = redaction.redactions_of(entry)
    return render(
        request,
        "openlog/receipt.html",
        {
            "entry": entry,
            "sentence": sentence(entry.verb),
            "places": [entry.place],
            "hour": entry.at.replace(minute=0, second=0, microsecond=0),
            "clear": words.rows(leaf.get("clear", {})),
            "facts": words.rows(served) if served is not None else None,
            "has_private": "private" in leaf,
            "erased": [(part, by, clear) for part, (by, clear) in sorted(erased.items())],
            "leaf": bytes(entry.leaf).decode(),
            "leaf_hash": merkle.leaf_hash(bytes(entry.leaf)).hex(),
            "proof": [note.b64(h) for h in proof.hashes],
            "checkpoint": proof.note,
            "size": note.decimal(proof.note.split("\n")[1]),
        },
    )


@require_safe
def receipt_json(request: HttpRequest, number: int) -> HttpResponse:
    """The receipt to keep: exact entry, facts with salt, proof and signed checkpoint."""
    answer = JsonResponse(receipts.receipt(_entry(number)), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Content-Disposition"] = f'attachment; filename="kheo-{number}.json"'
    return answer


@require_safe
def receipt_pdf(request: HttpRequest, number: int) -> HttpResponse:
    """The receipt on paper, with a code that holds it whole."""
    return pdf.answer(papers.receipt(_entry(number)), f"kheo {number}")


@require_safe
def tlog_proof(request: HttpRequest, number: int) -> HttpResponse:
    """The offline proof in the form that other tools read (C2SP tlog-proof)."""
    answer = _bytes(receipts.tlog_proof(_entry(number)).encode(), "text/plain; charset=utf-8", "no-cache")
    answer.headers["Content-Disposition"] = f'attachment; filename="kheo-{number}.tlog-proof"'
    return answer
