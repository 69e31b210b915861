"""Text on its way to paper: made harmless, and cut into phrases so that no line breaks inside a word.

A printed line is some thirteen characters long. Breaking Japanese between any two of them leaves one orphan on the
next line; so phrases stay whole, and lines break between them. Where the writer put spaces, those are the borders;
elsewhere a border is where a particle or an ending meets the next word.
"""

import re
import unicodedata

LINE_CONTROLS = frozenset("\n\r\u2028\u2029\t\v\f")
OPENING = frozenset("「『（(【〔［[〈《“‘")
CLOSING = frozenset("」』）)】〕］]〉》”’、。，．,.！？!?：:；;・…ー々")
BREAK_AFTER = frozenset("はがをにでとのもへやかてるたばなずくらうすつぬぶむだどん")
"""Hiragana that end a phrase when kanji, katakana or a figure follows. Not the e- and i-row, which join the halves of
a verb: 受け取る, 申し込み, 届け出."""
ADJECTIVE_ENDS = ("しい", "ない", "たい", "より")


def clean(text: str) -> str:
    """Return `text` in NFC on one line, without control, bidirectional, unassigned or broken characters."""
    spaced = "".join(" " if c in LINE_CONTROLS else c for c in text)
    kept = "".join(c for c in spaced if unicodedata.category(c) not in _DROPPED)
    # NFC last: what was dropped may have stood between a letter and its mark. \u3000 stays: it parts a name.
    return _SPACES.sub(" ", unicodedata.normalize("NFC", kept)).strip()


_SPACES = re.compile(" {2,}")

_DROPPED = frozenset(
    {"Cc", "Cf", "Cs", "Cn"}
)  # not Co: a city's own 外字 shall leave a visible gap; not Mn: 異体字


def phrases(text: str) -> list[str]:
    """Cut clean text into phrases; a space stands as a phrase of its own, and 「300 円」 keeps its unit."""
    found: list[str] = []
    for c in _BEFORE_UNIT.sub("\u00a0", text):
        if found and not _border(found[-1], c):
            found[-1] += c
        else:
            found.append(c)
    return found


_BEFORE_UNIT = re.compile(r"(?<=[0-9]) (?=[円枚通人階時分日月年件号])")


def _border(phrase: str, c: str) -> bool:
    last = phrase[-1]
    if c == " " or last == " ":
        return not (c == " " and last == " ")
    if c in CLOSING or last in OPENING:
        return False
    if c in OPENING:
        return last not in "日年"  # 24日(火), 令和8年(2026年)
    if last in CLOSING:
        # 10.5, 12:30 and プリンターは: figures and long vowels stay with what follows.
        return last not in "ー々:.,)]" or (last in ")]" and not c.isascii() and _kind(c) != "hiragana")
    if last == "を":
        return c not in "すし"  # the end of a phrase, but 手続きをする, 話をして
    if _kind(last) == "hiragana" and _kind(c) != "hiragana":
        if phrase in ("お", "ご"):
            return False
        return last in BREAK_AFTER or phrase.endswith(ADJECTIVE_ENDS)
    return False


def _kind(c: str) -> str:
    if "ぁ" <= c <= "ゖ":
        return "hiragana"
    if "ァ" <= c <= "ヺ" or c == "ー":
        return "katakana"
    return "ascii" if c.isascii() else "other"
