"""What the kits say. ``kits()``, ``kit(key)``, ``indicators()``, ``indicator(key)``; shapes in :mod:`kheo.catalogue.shapes`."""

from kheo.catalogue.shapes import Indicator, Kit
from kheo.catalogue.shelf import indicator, indicators, is_offered, kit, kits, offered
from kheo.catalogue.texts import Text

__all__ = ["Indicator", "Kit", "Text", "indicator", "indicators", "is_offered", "kit", "kits", "offered"]
