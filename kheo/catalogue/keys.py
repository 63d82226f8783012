"""Every key that a kit.toml may carry, per table. ``docs/kits.md`` explains each; a test proves that none is left out."""

KIT = {
    "name",
    "summary",
    "title",
    "icon",
    "field",
    "answers",
    "private_site",
    "site_kinds",
    "order",
    "indicators",
    "stages",
    "agenda",
    "agreement",
    "disclosure",
    "durability",
}
INDICATOR = {"name", "unit", "unit_one", "question", "minimum", "maximum", "tolerance", "cut", "anew", "evidence", "cost"}
COST = {"least", "most", "mark", "date", "note"}
STAGE = {"name", "tasks"}
TASK = {"title", "who"}
AGENDA = {"title", "rule"}
AGREEMENT = {"text"}
DISCLOSURE = {"what", "days"}
DURABILITY = {"months", "question", "indicator"}

ALL = {
    "kit": KIT,
    "indicators": INDICATOR,
    "cost": COST,
    "stages": STAGE,
    "tasks": TASK,
    "agenda": AGENDA,
    "agreement": AGREEMENT,
    "disclosure": DISCLOSURE,
    "durability": DURABILITY,
}

#: The categories of need (needs.Category) and the law rules (meetings/law) stand above this room; tests prove them equal.
NEEDS = ("light", "road", "water", "waste", "safety", "help")
RULES = ("contributions", "spending", "convention", "hamlet-head", "boards", "other", "opinion", "explain")
MARKS = ("C", "M")
#: How results are cut into the units of a draw.
CUTS = ("line", "each", "whole")
