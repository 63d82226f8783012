"""Whether the data folder holds a whole demo, and since when."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings


def marker() -> Path:
    """The file that says what the demo in this data folder is: being built, or built."""
    return Path(settings.KHEO_DATA) / "demo.json"


def is_built() -> bool:
    """True when the data folder holds a whole demo city."""
    return _said().get("state") == "built"


def built_at() -> datetime | None:
    """The moment up to which its year was told."""
    at = _said().get("built_at")
    return datetime.fromisoformat(at) if at else None


def _said() -> dict[str, Any]:
    try:
        said = json.loads(marker().read_text())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}
