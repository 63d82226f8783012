"""A new kit's folder, with a file that can be read at once and says where words are missing."""

from pathlib import Path

from kheo.catalogue import folders, reading

TEMPLATE = """\
# {key}: every key is explained in docs/kits.md. Say where figures come from.
name = {{ vi = "{title}", en = "{title}", id = "{title}" }}
summary = {{ vi = "Một câu: ai làm gì, đếm gì.", en = "One sentence: who does what, and what is counted.", id = "Satu kalimat: siapa melakukan apa, dan apa yang dihitung." }}
title = {{ vi = "{title} {{place}}", en = "{title} of {{place}}", id = "{title} {{place}}" }}
icon = "sparkles"
field = "culture-society"
answers = ["help"]
site_kinds = []
order = 500

[indicators.done]
name = {{ vi = "Việc đã xong", en = "Things done", id = "Hal yang selesai" }}
unit = {{ vi = "việc", en = "things", id = "hal" }}
question = {{ vi = "Bao nhiêu việc đã xong?", en = "How many things are done?", id = "Berapa hal yang selesai?" }}
minimum = 1
maximum = 100
tolerance = 0
evidence = ["photo"]

[[stages]]
name = {{ vi = "Làm", en = "Do", id = "Kerjakan" }}
tasks = [
  {{ title = {{ vi = "Bước đầu tiên", en = "The first step", id = "Langkah pertama" }} }},
]

[[durability]]
months = 6
question = {{ vi = "Sau sáu tháng, còn bao nhiêu?", en = "After six months, how many are left?", id = "Setelah enam bulan, berapa yang tersisa?" }}
indicator = "done"
"""


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
    file.write_text(TEMPLATE.format(key=key, title=key.replace("-", " ").capitalize()), encoding="utf-8")
    return file
