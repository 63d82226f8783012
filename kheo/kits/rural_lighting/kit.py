"""Rural lighting's hooks: lamps from the road's length, and a word when the spacing is odd."""

from kheo.kit import Kit, Text

LAMPS, LIT = "rural-lighting.lamps", "rural-lighting.lit-m"
SPACING_M = 37  # cases: 1.1 km with 30 lamps, 2.7 km with 70
NEAREST_M, FURTHEST_M = 15, 80

TOO_FAR = Text(
    {
        "vi": "Đèn cách nhau trên 80 m thì giữa hai đèn vẫn tối. Xem lại số đèn hoặc số mét.",
        "en": "With lamps more than 80 m apart it stays dark between them. Look again at the lamps or the metres.",
        "id": "Jika jarak lampu lebih dari 80 m, di antaranya tetap gelap. Periksa lagi jumlah lampu atau meternya.",
    }
)
TOO_NEAR = Text(
    {
        "vi": "Đèn cách nhau dưới 15 m là dày hơn mức cần. Xem lại số đèn hoặc số mét.",
        "en": "Lamps less than 15 m apart are more than a road needs. Look again at the lamps or the metres.",
        "id": "Jarak lampu kurang dari 15 m lebih rapat daripada yang dibutuhkan. Periksa lagi jumlah lampu atau meternya.",
    }
)


def suggest_targets(kit: Kit, length_m: int | None) -> dict[str, int]:
    """Lamps and metres for a road of this length."""
    if not length_m:
        return {}
    return {LAMPS: max(1, round(length_m / SPACING_M)), LIT: length_m}


def doubts(kit: Kit, targets: dict[str, int]) -> list[Text]:
    """Odd spacing between lamps."""
    lamps, metres = targets.get(LAMPS), targets.get(LIT)
    if not lamps or not metres:
        return []
    if metres > lamps * FURTHEST_M:
        return [TOO_FAR]
    return [TOO_NEAR] if metres < lamps * NEAREST_M else []
