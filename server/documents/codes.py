"""QR codes as rows of 0 and 1; the only importer of segno."""

import segno


def qr(text: str) -> list[str]:
    """Return the modules of a code; error correction M survives a fold and thermal paper's specks."""
    made = segno.make(text, error="m", micro=False)
    return ["".join("1" if module else "0" for module in row) for row in made.matrix]
