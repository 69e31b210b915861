"""Which characters the papers' fonts have, and what stands on paper for the others; the only importer of fontTools.

A character without a letter becomes 〓, the printers' mark for a missing type, and its number is written beside it: no
empty box, no question mark, and a PDF/A stays one.
"""

import gc
import unicodedata
from pathlib import Path

from fontTools.ttLib import TTFont

from server.core.forms.taking import Letters, Points
from server.documents.papers import FILES, FOLDERS

GETA = "〓"
_MAIN = frozenset(name for name in FILES if name.startswith("BIZ"))


def letters(fonts: Path | None = None) -> Letters:
    """Read the character tables of the installed fonts; made once at start."""
    paths = [
        path for root in ([fonts] if fonts else FOLDERS) for name in FILES for path in root.glob(f"**/{name}")
    ]
    regular = [path for path in paths if "Regular" in path.name]
    main = {point for path in regular if path.name in _MAIN for point in _points(path)}
    others = {point for path in regular if path.name not in _MAIN for point in _points(path)}
    known = Letters(main=Points(main), any=Points(main | others))
    gc.collect()  # a font's tables hold each other: the cycle is some 15 MiB
    return known


def printable(text: str, known: Letters) -> str:
    """Return the text with 〓 for every character no font has; marks on letters go with their letter."""
    return "".join(
        c if ord(c) in known.any or c.isspace() else "" if unicodedata.category(c) == "Mn" else GETA
        for c in text
    )


def rare(text: str, known: Letters) -> list[tuple[str, str]]:
    """Return each character outside the main font once: how it is printed, and its number."""
    found = dict.fromkeys(c for c in text if ord(c) not in known.main and not c.isspace())
    return [(printable(c, known) or GETA, f"U+{ord(c):04X}") for c in found]


def _points(path: Path) -> set[int]:
    # The first face of a collection: in Noto CJK that is the Japanese one, and all faces share their characters.
    number = 0 if path.suffix == ".ttc" else -1
    with TTFont(str(path), fontNumber=number, lazy=True) as font:
        font.setGlyphOrder([])  # which glyph it is does not matter, and 65,535 names cost 20 MiB
        return set(font.getBestCmap() or ())
