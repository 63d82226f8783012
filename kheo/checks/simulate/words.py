"""What the tables and pictures say, in English and Vietnamese: ``kheo simulate --lang vi`` makes those of docs/true-numbers.vi.md."""

import re

LANGUAGES = ("en", "vi")
_NUMBER = re.compile(r"\d+%?")
_VI = {
    "honest": "khai đúng",
    "inflated by {}": "khai thêm {0}",
    "{} of the claims invented": "{0} số đã báo là bịa",
    "Khéo: ticket order, no gaps": "Khéo: theo thứ tự bốc thăm, không bỏ chỗ nào",
    "counted as checks come in": "chỗ nào báo về trước tính trước",
    "refusals skipped and replaced": "chỗ không vào được thì bỏ, lấy chỗ khác",
    "best of four draws": "bốc bốn lần, lấy lần đẹp nhất",
    "order known, repaired before the visit": "biết trước thứ tự, sửa trước khi người tới",
    "claims alone": "chỉ tin số đã báo",
    "what was done": "đã làm gì",
    "how the headline is made": "cách tính con số",
    "claimed": "đã báo",
    "after {} checks": "sau {0} chỗ kiểm",
    "ever above the truth": "có lúc cao hơn sự thật",
    "{} books of {} units for each line; what is really there = {}; medians.": (
        "Mỗi dòng {0} sổ, mỗi sổ {1} chỗ; thật có = {2}; lấy số ở giữa."
    ),
    "The same with other rules, where": "Cũng những sổ đó nhưng theo cách khác, khi",
    "{} claimed, at least {}": "báo {0}, ít nhất {1}",
    "what is really there = {}": "thật có = {0}",
    "hatched: claimed · solid: “at least” after {} checks": "gạch chéo: đã báo · tô đặc: “ít nhất” sau {0} chỗ kiểm",
    "What was claimed, what is there, and what the headline says": "Đã báo bao nhiêu, thật có bao nhiêu, và trang nói bao nhiêu",
    "how often the headline stood above the truth; the mark: the {} % that are promised": (
        "trong 100 sổ, mấy sổ có lúc con số cao hơn sự thật; vạch đứng: {0} % đã hứa"
    ),
    "How often the headline stood above the truth": "Con số cao hơn sự thật bao nhiêu lần",
}


def say(text: str, lang: str) -> str:
    """The text in this language; numbers in it stay. Raises KeyError for one that has no words."""
    return text if lang == "en" else _VI[_NUMBER.sub("{}", text)].format(*_NUMBER.findall(text))


def decimal(value: float, lang: str) -> str:
    """With one digit behind the point, or comma."""
    return f"{value:.1f}".replace(".", "." if lang == "en" else ",")
