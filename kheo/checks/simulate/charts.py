"""The tables as SVG in the house's colours, readable by day and by night: solid = at least, hatched = claimed, line = truth."""

from collections.abc import Sequence
from html import escape

from kheo.checks.simulate.tables import CHECKS, Shown
from kheo.checks.simulate.words import decimal, say

WIDE, LEFT, ROW, BAR = 720, 16, 62, 22
_STYLE = """<style>
text{font:16px system-ui,sans-serif;fill:#17241f}.soft{fill:#55645c;font-size:14px}.paper{fill:#faf8f2}.solid{fill:#0b6b57}
.claimed{fill:url(#hatch);stroke:#6ba797}.hatch{stroke:#6ba797}.truth{stroke:#b4452c;stroke-width:2.5}.wrong{fill:#b4452c}
.mark{stroke:#17241f;stroke-width:2.5}
@media(prefers-color-scheme:dark){text{fill:#e9efea}.soft{fill:#abb9b1}.paper{fill:#101815}.solid{fill:#11806a}
.claimed{stroke:#2f7f6c}.hatch{stroke:#2f7f6c}.truth{stroke:#f2937a}.wrong{fill:#f2937a}.mark{stroke:#e9efea}}
</style><defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<path class="hatch" d="M0 0V6" stroke-width="3"/></pattern></defs>"""


def _svg(title: str, body: Sequence[str], height: int) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {height}" role="img" aria-label="{escape(title, quote=True)}">'
    return "\n".join([head, _STYLE, f'<rect class="paper" width="{WIDE}" height="{height}"/>', *body, "</svg>\n"])


def headline(rows: Sequence[Shown], lang: str = "en") -> str:
    """For each story a bar: what was claimed, what the page says after the most checks, and the truth."""
    end = max(row.claimed for row in rows)
    scale = (WIDE - 2 * LEFT) / end
    truth = LEFT + 100 * scale
    body = []
    for n, row in enumerate(rows):
        y = 60 + n * ROW
        words = f"{say(row.name, lang)}: {say(f'{row.claimed:.0f} claimed, at least {row.least[-1]:.0f}', lang)}"
        body.append(f'<text x="{LEFT}" y="{y}">{escape(words)}</text>')
        body.append(f'<rect class="claimed" x="{LEFT}" y="{y + 8}" width="{row.claimed * scale:.1f}" height="{BAR}"/>')
        body.append(f'<rect class="solid" x="{LEFT}" y="{y + 8}" width="{row.least[-1] * scale:.1f}" height="{BAR}"/>')
    bottom = 60 + len(rows) * ROW
    body.append(f'<path class="truth" d="M{truth:.1f} 34V{bottom - 14}"/>')
    body.append(f'<text class="soft" x="{truth:.1f}" y="26" text-anchor="end">{escape(say("what is really there = 100", lang))}</text>')
    legend = say(f"hatched: claimed · solid: “at least” after {CHECKS[-1]} checks", lang)
    body.append(f'<text class="soft" x="{LEFT}" y="{bottom + 4}">{escape(legend)}</text>')
    return _svg(say("What was claimed, what is there, and what the headline says", lang), body, bottom + 20)


def wrong(rows: Sequence[Shown], lang: str = "en") -> str:
    """How often each way's headline stood above the truth."""
    scale = (WIDE - 2 * LEFT - 80) / 100
    legend = say("how often the headline stood above the truth; the mark: the 5 % that are promised", lang)
    body = [f'<text class="soft" x="{LEFT}" y="26">{escape(legend)}</text>']
    for n, row in enumerate(rows):
        y, width = 60 + n * ROW, max(row.above * scale, 1)
        body.append(f'<text x="{LEFT}" y="{y}">{escape(say(row.name, lang))}</text>')
        body.append(f'<rect class="{"solid" if row.above <= 5 else "wrong"}" x="{LEFT}" y="{y + 8}" width="{width:.1f}" height="{BAR}"/>')
        body.append(f'<path class="mark" d="M{LEFT + 5 * scale:.1f} {y + 5}v{BAR + 6}"/>')
        body.append(f'<text x="{LEFT + max(width, 5 * scale) + 8:.1f}" y="{y + 25}">{decimal(row.above, lang)} %</text>')
    return _svg(say("How often the headline stood above the truth", lang), body, 60 + len(rows) * ROW)
