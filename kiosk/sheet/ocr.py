"""The reader of print: Debian's tesseract in a process of its own, with little memory, little time and no files.

The picture goes in through a pipe and the answer comes out through one: nothing personal touches a disk or a log.
"""

import asyncio
import logging
import shutil
from typing import cast

import cv2

from kiosk.sheet.geometry import INCH, Picture
from kiosk.sheet.numbers import Numbers, Region, compose, judge_words, parse, rows, turned_back
from kiosk.sheet.straighten import Turn, turned

log = logging.getLogger(__name__)

TIMEOUT = 20.0
MEMORY = 700_000_000
CPU_SECONDS = 30
_LEAST_SURE = 1.5
"""Tesseract's own measure of how sure it is of the direction of print."""
_DIGITS = ("--psm", "6", "-c", "tessedit_char_whitelist=0123456789", "tsv")


class NotInstalled(Exception):
    """There is no tesseract on this machine (Debian: tesseract-ocr)."""


class ReaderFailed(Exception):
    """Tesseract crashed, ran out of its limits, or took too long; what it read is not repeated."""


async def find_numbers(
    page: Picture,
    dpi: float = 200.0,
    *,
    turns: tuple[Turn, ...] = (0, 90, 180, 270),
    program: str = "tesseract",
    timeout: float = TIMEOUT,
) -> Numbers:
    """Find the twelve-digit numbers on a page; only places are returned.

    All four `turns` are tried unless it is known how the page lies: a number on its side is still a number.
    """
    if shutil.which(program) is None:
        return Numbers("not_installed")
    height, width = (side * INCH / dpi for side in page.shape[:2])
    regions, looked_at = list[Region](), 0
    for turn in turns:
        upright = turned(page, turn)
        found = await asyncio.to_thread(rows, upright, dpi)
        looked_at += len(found)
        if not found:
            continue
        sheetful = await asyncio.to_thread(compose, upright, found, dpi)
        try:
            text = await _run(program, sheetful.image, _DIGITS, timeout)
        except (NotInstalled, ReaderFailed):
            return Numbers("failed")
        places = judge_words(sheetful, parse(text), dpi)
        regions += [turned_back(place, turn, (width, height)) for place in places]
    log.info("numbers: %d lines looked at, %d places proposed", looked_at, len(regions))
    return Numbers("searched", tuple(regions))


async def reading_turn(page: Picture, *, program: str = "tesseract", timeout: float = TIMEOUT) -> Turn | None:
    """Say by how much to turn a page clockwise so that its print is upright; None when that cannot be told."""
    grey = cast("Picture", cv2.cvtColor(page, cv2.COLOR_BGR2GRAY))
    try:
        text = await _run(program, grey, ("--psm", "0", "-c", "min_characters_to_try=20"), timeout)
    except (NotInstalled, ReaderFailed):
        return None
    answers = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    try:
        turn, sure = int(answers["Rotate"]), float(answers["Orientation confidence"])
    except (KeyError, ValueError):
        return None
    turns: dict[int, Turn] = {0: 0, 90: 90, 180: 180, 270: 270}
    return turns.get(turn) if sure >= _LEAST_SURE else None


async def _run(
    program: str,
    image: Picture,
    arguments: tuple[str, ...],
    timeout: float,
) -> str:
    found, limit = shutil.which(program), shutil.which("prlimit")
    if found is None or limit is None:
        raise NotInstalled
    height, width = image.shape[:2]
    pixels = b"P5 %d %d 255\n" % (width, height) + image.tobytes()
    process = await asyncio.create_subprocess_exec(
        limit,
        f"--as={MEMORY}",
        f"--cpu={CPU_SECONDS}",
        "--core=0",
        "--fsize=0",
        "--",
        found,
        "stdin",
        "stdout",
        "--dpi",
        "300",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env={"OMP_THREAD_LIMIT": "1", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
    )
    try:
        async with asyncio.timeout(timeout):
            out, _ = await process.communicate(pixels)
    except TimeoutError:
        raise ReaderFailed from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        log.warning("reader of print: ended with %d", process.returncode)
        raise ReaderFailed
    return out.decode(errors="replace")
