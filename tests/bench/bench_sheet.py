"""How well sheets are found, class by class, and how well marks stay on moving ones; one thread of OpenCV, processor time."""

import time
from collections.abc import Iterator
from statistics import median

from tests.bench.table import Row, spread


def measure() -> list[Row]:
    """Photograph, film, and measure both."""
    import cv2

    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        return [*_found(), *_followed()]
    finally:
        cv2.setNumThreads(before)


def _found() -> Iterator[Row]:
    from kiosk.sheet.find import find_sheet
    from tests.kiosk.sheet.photos import ALL, WEAK, photos
    from tests.kiosk.sheet.test_find import error, right

    total, good, times = 0, 0, list[float]()
    for kind in ALL:
        hits, errors, count, misled = 0, list[float](), 0, 0
        for one in photos(classes=(kind,)):
            began = time.thread_time()
            sheet = find_sheet(one.image)
            times.append(1000 * (time.thread_time() - began))
            count, hits = count + 1, hits + right(one, sheet)
            misled += sheet is not None and not right(one, sheet)
            if one.corners is not None and sheet is not None:
                errors.append(100 * error(one, sheet))
        note = (
            f"worst corner, % of long side: middle {median(errors):.2f}, most {max(errors):.2f}; "
            if errors
            else ""
        ) + f"wrong quads {misled}"
        yield Row(
            bench="sheet",
            what=f"{kind}: right of {count}",
            value=hits,
            unit="photos",
            better="higher",
            note=note,
        )
        if kind not in WEAK:
            total, good = total + count, good + hits
    yield Row(
        bench="sheet",
        what=f"found within 1 %, all classes but {', '.join(WEAK)}",
        value=100 * good / total,
        unit="%",
        target=97,
        better="higher",
    )
    p50, p95 = spread(times)
    yield Row(bench="sheet", what="find a sheet", value=p50, unit="ms", note=f"p95 {p95:.0f}")


def _followed() -> Iterator[Row]:
    from kiosk.sheet.track import Lost, Tracker
    from tests.kiosk.sheet.films import FILMS, FPS, film
    from tests.kiosk.sheet.test_track import drifts

    times = list[float]()
    for kind in FILMS:
        frames = list(film(kind))
        off = drifts(frames)
        seen = [one for one in off if one is not None]
        there = sum(frame.dots is not None for frame in frames[1:])
        note = f"marks shown in {len(seen)} of {there} frames"
        yield Row(
            bench="sheet", what=f"film {kind}: worst drift", value=max(seen), unit="mm", target=3, note=note
        )
        tracker = Tracker()
        assert not isinstance(tracker.start(frames[0].image), Lost)
        for frame in frames[1:]:
            began = time.thread_time()
            tracker.next(frame.image)
            times.append(1000 * (time.thread_time() - began))
    p50, p95 = spread(times)
    yield Row(bench="sheet", what="follow a sheet, 720p, p50", value=p50, unit="ms", target=1000 / FPS)
    yield Row(bench="sheet", what="follow a sheet, 720p, p95", value=p95, unit="ms", target=1000 / FPS)
