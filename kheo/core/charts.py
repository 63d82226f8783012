"""The picture of what is true: solid = checked, hatched = reported, dashed outline = target. One for the whole house."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from kheo.core.numbers import quantity


def truth(checked: int, reported: int, target: int | None, unit: Any, bound: int | None = None, *, drawn: bool = False) -> dict[str, Any]:
    """Widths in percent, words and the sentence for screen readers.

    ``bound``: the lower confidence bound of a draw; the solid part then means "at least". Until a draw exists it is None and
    the solid part means "checked on site". ``drawn``: its turn has come, so that nothing solid doesn't mean "not yet drawn".
    The scale ends at the largest of the three, so nothing is ever cut off.
    """
    solid = checked if bound is None else bound
    scale = max(solid, reported, target or 0) or 1
    state = "empty" if not reported and not solid else "reported" if not solid else "full" if solid >= (target or reported) else "partly"
    return {
        "solid": solid,
        "checked": checked,
        "reported": reported,
        "target": target,
        "unit": unit,
        "bound": bound,
        "solid_said": bool(solid) or bound is not None or not drawn,  # in the legend: that there is nothing yet only before the draw
        "state": state,
        "solid_width": width(solid, scale),
        "reported_width": width(reported, scale),
        "target_at": width(target, scale) if target and target < scale else None,
        "sentence": sentence(checked, reported, target, unit, bound, drawn=drawn),
    }


def sentence(checked: int, reported: int, target: int | None, unit: Any, bound: int | None = None, *, drawn: bool = False) -> str:
    """The bar in words."""
    words: dict[str, str] = {
        "checked": quantity(checked, unit),
        "reported": quantity(reported, unit),
        "target": quantity(target, unit),
        "bound": quantity(bound, unit),
    }
    if not reported and not checked and bound is None:
        return _("Nothing reported yet; the target is %(target)s.") % words if target else _("Nothing reported yet.")
    if bound is not None:
        text = _("At least %(bound)s (95 %% sure), %(reported)s reported") % words
    elif checked:
        text = _("%(checked)s checked on site, %(reported)s reported") % words
    elif drawn:
        text = _("%(n)s reported") % {"n": words["reported"]}
    else:
        text = _("%(reported)s reported, not yet drawn for a check") % words
    return f"{text}; {_('the target is %(target)s.') % words}" if target else f"{text}."


def width(part: int | None, scale: int) -> str:
    """Percent with a point, as SVG wants it in every language."""
    return f"{max(0.0, min(1.0, (part or 0) / scale)) * 100:.2f}%"


def shades(values: dict[str, float], steps: int = 4) -> dict[str, int]:
    """slug → 0 (nothing) … ``steps`` (most), by quantile among what is not zero, so that one giant does not bleach the map."""
    ranked = sorted(v for v in values.values() if v > 0)
    if not ranked:
        return dict.fromkeys(values, 0)
    cuts = [ranked[min(len(ranked) - 1, len(ranked) * i // steps)] for i in range(1, steps)]
    return {slug: 0 if v <= 0 else 1 + sum(v > cut for cut in cuts) for slug, v in values.items()}


def course(points: Sequence[tuple[int, int]], top: int, unit: Any, rows: int = 16) -> dict[str, Any]:
    """A number that was learned step by step: ``points`` (how many checks, at least how much) in order, on a scale from 0 to ``top``.

    ``line``, ``area``: SVG paths in a square of 1000 that is stretched to the page; ``grid``: lines with their words; ``rows``: the same as
    a table, at most about so many, the first and the last among them.
    """
    last, top = points[-1][0], max(top, 1)
    placed = [(round(1000 * n / last), round(1000 - 1000 * min(amount, top) / top)) for n, amount in points]
    line = "M0 1000" + "".join(f"H{x}V{y}" for x, y in placed)
    kept = {round(i * (len(points) - 1) / (rows - 1)) for i in range(rows)} if len(points) > rows else range(len(points))
    return {
        "line": line,
        "area": f"{line}V1000Z",
        "grid": [
            {"y": width(whole - part, whole), "words": quantity(top * part // whole, unit)} for part, whole in ((1, 1), (1, 2), (0, 1))
        ],
        "last": last,
        "end": {"checks": last, "amount": points[-1][1], "y": width(top - min(points[-1][1], top), top)},
        "rows": [{"checks": points[i][0], "amount": points[i][1]} for i in sorted(kept)],
    }
