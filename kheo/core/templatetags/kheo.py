"""The components of every page: the bar, receipts, icons, numbers. A builtin: no {% load %} needed."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import heroicons
from django import template
from django.db.models import Model
from django.forms import BoundField
from django.template.context import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from kheo.core import charts, numbers

register = template.Library()
_HERE = SafeString(' aria-current="page"')


@register.filter
def number(value: Any) -> str:
    """``1204`` → "1.204" (vi, id) or "1,204" (en)."""
    return numbers.number(value)


@register.filter
def money(value: Any) -> str:
    """Dong, short enough for a phone: "21,4 tr", "21.4 million"."""
    return numbers.money(value)


@register.filter
def money_full(value: Any) -> str:
    """Dong to the last one: "21.400.000 ₫"."""
    return numbers.money_full(value)


@register.filter
def quantity(value: Any, unit: Any = "") -> str:
    """A number with its unit: "640 m", "1,2 km", "30 đèn", "21,4 tr"."""
    return numbers.quantity(value, unit)


@register.filter
def unit_word(unit: Any, value: Any = None) -> str:
    """The unit alone, as a neighbour says it."""
    return numbers.unit_word(unit, value)


@register.filter
def percent(part: Any, whole: Any) -> str:
    """``171|percent:240`` → "71,3 %". Rounded half up; the counts beside it decide."""
    return numbers.percent(part, whole)


@register.filter
def share(part: Any, whole: Any) -> str:
    """``171|share:240`` → "71.25%": a width in SVG, with a point in every language."""
    return charts.width(int(part or 0), int(whole or 1))


@register.filter
def item(mapping: Mapping[Any, Any], key: Any) -> Any:
    """``mapping[key]`` or None."""
    return mapping.get(key) if mapping else None


@register.filter
def here(path: str | None, prefix: str) -> bool:
    """True when the address ``path`` lies under ``prefix`` (for aria-current)."""
    return path is not None and (path == prefix if prefix == "/" else path.startswith(prefix))


@register.simple_tag
def icon(name: str, size: int = 24, kind: str = "outline", label: str = "") -> SafeString:
    """An icon of the heroicons set, or one of our own few. Hidden from screen readers unless it has a label."""
    return _icon(str(name), size, kind, str(label))


@lru_cache(maxsize=512)
def _icon(name: str, size: int, kind: str, label: str) -> SafeString:
    attrs: dict[str, object] = {"class": "icon", "focusable": "false"}
    attrs |= {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    try:
        return mark_safe(heroicons._render_icon(kind, name, size, attrs))  # noqa: S308 – built from packaged files
    except heroicons.IconDoesNotExist:
        return mark_safe(heroicons._render_icon(kind, "sparkles", size, attrs))  # noqa: S308 – a kit may name an icon we lack


@register.inclusion_tag("kheo/truth_bar.html")
def truth_bar(
    checked: int = 0,
    reported: int = 0,
    target: int | None = None,
    unit: Any = "",
    bound: int | None = None,
    name: Any = "",
    big: bool = False,
    legend: bool = True,
    drawn: bool = False,
) -> dict[str, Any]:
    """Solid = checked on site (or at least, when a ``bound`` is known), hatched = reported, dashed outline = target.

    ``big`` puts the number above the bar, followed by ``name`` ("km of clear canals"); the sentence for screen readers is always there.
    ``drawn``: its turn to be checked has come, so the bar never says "not yet drawn".
    """
    return charts.truth(checked or 0, reported or 0, target, unit, bound, drawn=drawn) | {"name": name, "big": big, "legend": legend}


@register.inclusion_tag("kheo/receipt.html", takes_context=True)
def receipt(context: Context, thing: Model | None, verb: str = "") -> dict[str, Any]:
    """A link to the entry of the public log that says this. ``receipts`` in the context (made with ``receipt_of``) saves a query each.

    Shows nothing when there is no entry; "being written" while the sequencer has not numbered it yet.
    """
    if thing is None or thing.pk is None:
        return {}
    key = f"{thing._meta.label_lower}:{thing.pk}" + (f" {verb}" if verb else "")
    known = context.get("receipts")
    if known is None:
        lookup = context.get("receipt_of")
        known = lookup([thing]) if lookup else {}
    index = known.get(key)
    return {"index": index, "waiting": index is None and key in known}


@register.inclusion_tag("kheo/chain.html", takes_context=True)
def chain(context: Context, steps: Iterable[Any]) -> dict[str, Any]:
    """What happened so far. A step has title, note, thing (for the receipt), state ("done", "now", "later", "wrong")."""
    return {"steps": steps, "receipts": context.get("receipts"), "receipt_of": context.get("receipt_of")}


@register.inclusion_tag("kheo/pair.html")
def pair(before: Any = None, after: Any = None, kind: str = "", small: bool = False) -> dict[str, Any]:
    """Photos before and after the work; a drawing with the kit's icon where there is none (houses never show a façade).

    ``small`` takes the photos' small copies, for cards.
    """
    size = "small_url" if small else "url"
    urls = {f"{name}_url": getattr(photo, size) if photo else "" for name, photo in (("before", before), ("after", after))}
    return {"before": before, "after": after, "kind": kind or "sparkles", **urls}


@register.simple_tag
def map(units: Iterable[Any], view_box: str, label: Any = "", shades: Mapping[str, int] | None = None, here: str = "") -> SafeString:
    """A map drawn here: every unit is a link with its name. ``shades``: slug → 0…4 (darker is more)."""
    shades = shades or {}
    drawn = format_html_join(
        "",
        '<a href="/places/{0}/" aria-label="{1}"{2}><path class="shade-{3}" d="{4}"><title>{1}</title></path></a>',
        ((u.slug, u.name, _HERE if u.slug == here else "", shades.get(u.slug, 0), u.d) for u in units),
    )
    return format_html('<svg class="map" viewBox="{}" role="group" aria-label="{}" focusable="false">{}</svg>', view_box, label, drawn)


@register.inclusion_tag("kheo/money.html")
def in_out_left(sums: Mapping[str, Any], unit: Any = "VND") -> dict[str, Any]:
    """In, out, left of one unit. ``sums``: {"in": …, "out": …, "left": …} in whole units; "labour": true where nothing is ever left."""
    given = {"into": sums.get("in", 0), "out": sums.get("out", 0), "left": sums.get("left", 0)}
    return {**given, "unit": unit, "labour": sums.get("labour", False)}


@register.filter
def kind(bound: BoundField) -> str:
    """A word for the widget of a form field, for the stylesheet."""
    return type(bound.field.widget).__name__.lower()


@register.simple_tag
def language_code() -> str:
    """The language of this page, for ``lang``."""
    return get_language() or "vi"


class _SameForAll(template.Node):
    """Renders its content from the shared values alone: nothing of the request's context is there to slip in."""

    def __init__(self, shared: template.base.FilterExpression, name: str, nodelist: template.NodeList) -> None:
        self.shared, self.name, self.nodelist = shared, name, nodelist

    def render(self, context: Context) -> str:
        def draw(values: dict[str, Any]) -> str:
            apart = Context(values)
            with apart.bind_template(context.template):  # type: ignore[arg-type]
                return self.nodelist.render(apart)

        return mark_safe(self.shared.resolve(context).piece(self.name, draw))  # noqa: S308 – rendered by the template, escaped there


@register.tag
def same_for_all(parser: template.base.Parser, token: template.base.Token) -> _SameForAll:
    """``{% same_for_all shared "name" %}…{% endsame_for_all %}``: a piece that is the same for every reader (site/pages/shared.py).

    Inside, only what the page put into ``shared`` can be named: no request, no actor, no form. The name is unique in its page.
    """
    _tag, shared, name = token.split_contents()
    nodelist = parser.parse(("endsame_for_all",))
    parser.delete_first_token()
    return _SameForAll(parser.compile_filter(shared), name.strip("\"'"), nodelist)
