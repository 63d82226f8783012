"""QR codes on pages. Those on paper: :func:`kheo.core.pdf.qr`."""

import segno
from django.utils.safestring import SafeString, mark_safe


def inline(text: str) -> SafeString:
    """A QR code as inline SVG of class ``qr`` (white around it, also in dark mode), without inline style; error correction M."""
    drawn = segno.make_qr(text, error="m").svg_inline(svgclass="qr", lineclass=None, omitsize=True, border=2)
    return mark_safe(drawn)  # noqa: S308 – segno draws modules; nothing of the text goes in
