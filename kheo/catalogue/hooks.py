"""What a kit's optional kit.py may say beyond its file. Few, named, documented in docs/kits.md; any other public name is refused."""

import importlib
import inspect
from functools import cache
from types import ModuleType

from kheo.catalogue import folders
from kheo.catalogue.shapes import Kit
from kheo.catalogue.texts import Text

#: hook → its parameters
HOOKS: dict[str, tuple[str, ...]] = {
    "suggest_targets": ("kit", "length_m"),
    "doubts": ("kit", "targets"),
}


@cache
def module(key: str) -> ModuleType | None:
    """The kit's kit.py; None when it has none."""
    folder = folders.folder_of(key)
    if not (folder / "kit.py").exists():
        return None
    return importlib.import_module(f"kheo.kits.{folder.name}.kit")


def suggest_targets(kit: Kit, length_m: int | None) -> dict[str, int]:
    """Targets by indicator key that fit a site of this length (metres; None: unknown). Empty when the kit can't say."""
    code = module(kit.key)
    if code is None or not hasattr(code, "suggest_targets"):
        return {}
    return {k: v for k, v in code.suggest_targets(kit, length_m).items() if k in kit.indicators}


def doubts(kit: Kit, targets: dict[str, int]) -> list[Text]:
    """Friendly doubts about targets (by indicator key): shown, never refused."""
    code = module(kit.key)
    return list(code.doubts(kit, targets)) if code is not None and hasattr(code, "doubts") else []


def problems(key: str) -> list[str]:
    """What is wrong with a kit's kit.py, a sentence each."""
    path = folders.folder_of(key) / "kit.py"
    try:
        code = module(key)
    except Exception as e:
        return [f"{path}: can't be imported: {e}"]
    if code is None:
        return []
    found = []
    for name, thing in vars(code).items():
        if name.startswith("_") or not inspect.isfunction(thing) or thing.__module__ != code.__name__:
            continue
        if name not in HOOKS:
            found.append(f"{path}: {name}: not a hook; known hooks are {', '.join(HOOKS)} (helpers start with an underscore)")
        elif tuple(inspect.signature(thing).parameters) != HOOKS[name]:
            found.append(f"{path}: {name}: takes ({', '.join(HOOKS[name])})")
    return found
