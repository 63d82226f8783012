"""The only door through which a kit with code touches the rest. What stands here is kept; nothing else may be imported by a kit."""

from kheo.catalogue.shapes import Indicator, Kit
from kheo.catalogue.texts import Text
from kheo.core.rules import Invalid

__all__ = ["Indicator", "Invalid", "Kit", "Text"]
