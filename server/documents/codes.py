"""QR codes (ISO/IEC 18004); the only importer of segno."""

import io

import segno


def qr(text: str) -> list[str]:
    """Return the modules of a code as rows of 0 and 1."""
    return ["".join("1" if module else "0" for module in row) for row in _square(text).matrix]


def png(text: str) -> bytes:
    """Return a code as a picture for a screen, with its quiet zone."""
    out = io.BytesIO()
    _square(text).save(out, kind="png", scale=6, border=4)
    return out.getvalue()


def _square(text: str) -> segno.QRCode:
    # Level M survives a fold, thermal paper's specks and a drop of coffee.
    return segno.make(text, error="m", micro=False)
