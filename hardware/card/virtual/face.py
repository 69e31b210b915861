"""The face on a virtual card: drawn from a name, nobody's, grey, JPEG 2000 as on the real ones."""

from functools import cache
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from hardware.card.virtual.keys import number

WIDTH, HEIGHT = 240, 300


@cache
def portrait(name: str, sex: str) -> bytes:
    """Draw this person's photo, the same each time (JP2)."""
    done, jp2 = cv2.imencode(".jp2", _draw(name, sex), (cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, 120))
    assert done, "this OpenCV cannot write JPEG 2000"
    return jp2.tobytes()


def _draw(name: str, sex: str) -> NDArray[np.uint8]:
    """Draw head and shoulders from a few numbers that follow from the name."""
    traits = number(f"face/{name}", 8).to_bytes(8)
    wide, tall = 58 + traits[0] % 14, 78 + traits[1] % 12
    hair, skin, cloth = 40 + traits[2] % 130, 196 + traits[3] % 30, 60 + traits[4] % 110
    centre = (WIDTH // 2, 135)
    big = np.full(
        (4 * HEIGHT, 4 * WIDTH), 238, np.uint8
    )  # four times as large: OpenCV's edges then are smooth

    def oval(
        x: int, y: int, w: int, h: int, grey: int, start: int = 0, end: int = 360, line: int = -1
    ) -> None:
        cv2.ellipse(
            big,
            (4 * x, 4 * y),
            (4 * w, 4 * h),
            0,
            start,
            end,
            grey,
            4 * line if line > 0 else -1,
            cv2.LINE_AA,
        )

    x, y = centre
    if sex == "2":
        oval(x, y + 12, wide + 16, tall + 22, hair)  # longer hair
    oval(x, 318, 108, 92, cloth)
    oval(x, 236, 26, 34, skin - 22)
    oval(x - wide, y + 8, 9, 16, skin - 14)
    oval(x + wide, y + 8, 9, 16, skin - 14)
    oval(x, y, wide, tall, skin)
    oval(x, y - 30, wide + 3, tall - 24, hair, 180, 360)
    for side in (-1, 1):
        oval(x + side * 25, y - 4, 11, 6, 250)
        oval(x + side * 25, y - 4, 5, 6, 50)
        oval(x + side * 25, y - 14, 15, 7, hair, 200, 340, 3)
    oval(x, y + 14, 8, 14, skin - 30, 20, 160, 2)
    oval(x, y + 36, 18 + traits[5] % 8, 9, 120, 15, 165, 3)
    if traits[6] % 3 == 0:
        for side in (-1, 1):
            oval(x + side * 25, y - 3, 19, 15, 70, line=2)
    small = cast("NDArray[np.uint8]", cv2.resize(big, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA))
    grain: NDArray[np.float64] = np.random.default_rng(traits[7]).normal(0, 2.0, small.shape)
    noisy: NDArray[np.float64] = np.clip(small + grain, 0, 255)
    return noisy.astype(np.uint8)
