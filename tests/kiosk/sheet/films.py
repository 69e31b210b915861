"""Films of a moving sheet at ten frames a second, with the true place of the paper in every frame."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from tests.kiosk.sheet.pages import HEIGHT_MM, WIDTH_MM, Kind, page
from tests.kiosk.sheet.scene import Image, Pose, camera, hand, lay, project, shoot, table, uneven

FilmKind = Literal[
    "still", "slides", "turns", "tilts", "hand", "light", "quick", "swapped", "taken away and back"
]
FILMS: tuple[FilmKind, ...] = get_args(FilmKind)
WIDTH, HEIGHT, FPS = 1280, 720, 10

# Places that marks are likely to be at, and the corners of the print: millimetres from the paper's own top left.
DOTS = np.array([(x, y) for x in (20, 105, 190) for y in (20, 90, 150, 210, 277)], np.float64)


@dataclass(frozen=True)
class FilmFrame:
    """One frame; `dots` are the true pixels of DOTS, None while the sheet is not the first one."""

    image: Image
    dots: NDArray[np.float64] | None


def film(kind: FilmKind, paper: Kind = "form", frames: int = 30, seed: int = 0) -> Iterator[FilmFrame]:
    """Take a film; the first frame shows the sheet at rest and uncovered."""
    rng = np.random.default_rng((seed, FILMS.index(kind)))
    top = table(("wood", "grey", "dark", "light")[int(rng.integers(4))], WIDTH, HEIGHT, rng)
    light = uneven(WIDTH, HEIGHT, rng, 0.25)
    start = Pose(turn=rng.uniform(-8, 8), tilt=rng.uniform(3, 10), lean=rng.uniform(0, 360), size=0.8)
    for n in range(frames):
        t = n / (frames - 1)
        pose, shown, bright = start, paper, 1.0
        match kind:
            case "slides":  # 120 mm there and back in three seconds
                pose = replace(
                    start, at=(0.5 + 0.17 * np.sin(2 * np.pi * t), 0.5 + 0.06 * np.sin(4 * np.pi * t))
                )
            case "turns":
                pose = replace(start, turn=start.turn + 55 * np.sin(np.pi * t), size=0.72)
            case "tilts":
                pose = replace(start, tilt=start.tilt + 20 * np.sin(np.pi * t), size=0.74)
            case "quick":  # 30 mm from frame to frame at most
                pose = replace(
                    start,
                    at=(0.5 + 0.2 * np.sin(4 * np.pi * t), 0.5),
                    turn=start.turn + 12 * np.sin(4 * np.pi * t),
                )
            case "light":
                bright = 1.0 - 0.45 * np.sin(np.pi * t)
            case "hand":
                pose = replace(start, at=(0.5 + 0.08 * np.sin(2 * np.pi * t), 0.5))
            case "swapped":
                shown = paper if t < 0.5 else "letter" if paper != "letter" else "form"
            case "taken away and back":
                pose = replace(
                    start, at=(0.5 + (1.3 * np.sin(np.pi * (t - 0.2) / 0.6) if 0.2 < t < 0.8 else 0.0), 0.5)
                )
            case "still":
                pass
        canvas = top.copy()
        matrix = camera(pose, WIDTH, HEIGHT)
        lay(canvas, page(shown), matrix)
        if kind == "hand" and n:
            tip = np.array([WIDTH * (1.1 - 0.75 * np.sin(np.pi * t)), HEIGHT * (0.75 - 0.4 * t)])
            hand(canvas, tip, np.array([-1.0, -0.3]), np.random.default_rng(seed), HEIGHT / 330)
        dots = project(matrix, np.column_stack((DOTS - (WIDTH_MM / 2, HEIGHT_MM / 2), np.zeros(len(DOTS)))))
        image = shoot(
            canvas,
            light * np.float32(bright),
            np.random.default_rng((seed, n)),
            noise=2.5,
            blur=0.7,
            quality=80,
        )
        yield FilmFrame(image, dots if shown == paper else None)
