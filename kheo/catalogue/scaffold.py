"""A new kit's folder, with a file that can be read at once and says where words are missing."""

from pathlib import Path

from kheo.catalogue import folders, reading

TEMPLATE = Path(__file__).parent / "data" / "new_kit.toml"


def make(name: str) -> Path:
    """Make the folder of a kit called ``name`` ("free-library") and return its file. Raises ValueError with what would do."""
    key = name.replace("_", "-")
    if not reading.NAME.fullmatch(key) or len(key) > 48:
        raise ValueError(f"{name!r}: a kit's name is lower-case letters, digits and dashes, e.g. free-library")
    folder = folders.folder_of(key)
    if folder.exists():
        raise ValueError(f"{folder}: is there already")
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    file = folder / "kit.toml"
    words = TEMPLATE.read_text(encoding="utf-8").replace("TITLE", key.replace("-", " ").capitalize()).replace("KEY", key)
    file.write_text(words, encoding="utf-8")
    return file
