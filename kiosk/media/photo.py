"""Takes the stills: asks the resident through the flow, straightens, judges, looks for numbers, and hands the picture over.

The newest still stays in memory until the clerk has it or drops it, so that a broken line costs no second 「はい」; it is
gone with the conversation. Rule: without `take`, which only the flow calls after a 「はい」, the camera is never asked.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import cv2
import msgspec

from hardware.ports import Frame
from kiosk.media import stills
from kiosk.sheet.geometry import INCH, Picture
from kiosk.sheet.judge import Finding
from kiosk.sheet.numbers import Numbers
from kiosk.sheet.ocr import find_numbers
from kiosk.sheet.still import Still, StillRefused, still
from kiosk.sheet.words import say, words

log = logging.getLogger(__name__)

LEAST_PAGE_DPI, MOST_PAGE_DPI = 200.0, 300.0
_QUALITY = 88


class StillAsked(msgspec.Struct, frozen=True):
    """The clerk asks for a still."""

    still: str


class StillDropped(msgspec.Struct, frozen=True):
    """The clerk no longer wants it."""

    still: str


class StillTaken(msgspec.Struct, frozen=True):
    """It is taken; `problem` is the worst that is wrong with it, by its key."""

    still: str
    problem: str | None


class StillFailed(msgspec.Struct, frozen=True):
    """It could not be taken."""

    still: str


News = StillAsked | StillDropped | StillTaken | StillFailed


class NoStill(Exception):
    """There is no picture of the paper, and why."""

    def __init__(self, why: stills.Why) -> None:
        super().__init__(why)
        self.why: stills.Why = why


class _Ready(msgspec.Struct, frozen=True):
    """A picture on its way."""

    taken: stills.Taken
    data: bytes

    def __repr__(self) -> str:
        return f"<_Ready {self.taken.bytes} bytes>"


class Photographer:
    """The stills of one conversation."""

    def __init__(
        self,
        shoot: Callable[[], Awaitable[Frame]],
        tell: Callable[[stills.Answer, bytes], None],
        news: Callable[[News], None],
    ) -> None:
        """`shoot` takes one picture or raises NoStill; `tell` says something to the console, with the bytes that follow."""
        self._shoot, self._tell, self._news = shoot, tell, news
        self._ready: _Ready | None = None
        self._newest: str | None = None
        self._takes = 0
        self._work: asyncio.Task[None] | None = None

    def asked(self, wish: stills.Wish) -> None:
        """Do what the clerk wishes."""
        match wish:
            case stills.Ask(still=id):
                self._newest = id
                at_work = self._work is not None and not self._work.done()
                self._tell(stills.Taking(id) if at_work else stills.Asking(id), b"")
                self._news(StillAsked(id))
            case stills.Drop(still=id):
                self._stop()
                self._news(StillDropped(id))
            case stills.Resume(still=id, take=take, at=at):
                ready = self._ready
                same = ready is not None and (ready.taken.still, ready.taken.take) == (id, take)
                if ready is not None and same and at <= len(ready.data):
                    self._tell(msgspec.structs.replace(ready.taken, at=at), ready.data)
                else:
                    self._tell(stills.Refused(id, "gone"), b"")

    def take(self, id: str) -> None:
        """Take it: the resident agreed."""
        self._stop()
        self._tell(stills.Taking(id), b"")
        self._work = asyncio.create_task(self._take(id), name="still")

    def refuse(self, id: str, why: stills.Why) -> None:
        """Say that there will be none."""
        self._stop()
        self._tell(stills.Refused(id, why), b"")

    def withhold(self) -> None:
        """This clerk may not see the paper any more: what was asked for, or lies here, is theirs no longer."""
        newest, self._newest = self._newest, None
        if newest is not None:
            self.refuse(newest, "not_allowed")

    async def end(self) -> None:
        """Forget everything."""
        work, self._newest = self._work, None
        self._stop()
        if work is not None:
            await asyncio.gather(work, return_exceptions=True)

    def _stop(self) -> None:
        work, self._work = self._work, None
        self._ready = None
        if work is not None:
            work.cancel()

    async def _take(self, id: str) -> None:
        try:
            frame = await self._shoot()
            ready = await self._develop(id, frame.image)
        except NoStill as exc:
            self._failed(id, exc.why)
        except (StillRefused, cv2.error) as exc:  # a picture no camera of papers takes
            log.warning("still: %s", type(exc).__name__)
            self._failed(id, "failed")
        else:
            self._ready = ready
            log.info("still: %d bytes, %d dpi", ready.taken.bytes, ready.taken.dpi)
            self._tell(ready.taken, ready.data)
            found = ready.taken.found
            self._news(StillTaken(id, found[0].key if found else None))

    def _failed(self, id: str, why: stills.Why) -> None:
        self._tell(stills.Refused(id, why), b"")
        self._news(StillFailed(id))

    async def _develop(self, id: str, image: Picture) -> _Ready:
        made, page, dpi = await asyncio.to_thread(_page, image)
        numbers = await find_numbers(page, dpi) if made.page is not None else Numbers("failed")
        data = await asyncio.to_thread(jpeg, page)
        if len(data) > stills.MOST_BYTES:
            raise StillRefused(f"{len(data)} bytes are more than {stills.MOST_BYTES}")
        self._takes += 1
        height, width = page.shape[:2]
        return _Ready(
            stills.Taken(
                still=id,
                take=self._takes,
                at=0,
                bytes=len(data),
                sha256=stills.digest(data),
                width=width,
                height=height,
                dpi=round(made.dpi),
                straight=made.page is not None,
                found=tuple(_found(finding) for finding in made.findings),
                boxes=_boxes(numbers, dpi),
                searched=numbers.outcome == "searched",
                says=_says(numbers),
            ),
            data,
        )


def _page(image: Picture) -> tuple[Still, Picture, float]:
    """Make the page, as large as the camera saw it within reason; without a sheet the picture as it is."""
    made = still(image, page_dpi=LEAST_PAGE_DPI)
    if made.page is None:
        return made, image, LEAST_PAGE_DPI
    dpi = min(max(made.dpi, LEAST_PAGE_DPI), MOST_PAGE_DPI)
    if dpi > 1.1 * LEAST_PAGE_DPI:
        made = still(image, page_dpi=dpi)
        assert made.page is not None
        return made, made.page, dpi
    return made, made.page, LEAST_PAGE_DPI


def jpeg(image: Picture) -> bytes:
    """Encode one picture; takes tens of milliseconds, so call it in a thread."""
    _, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return data.tobytes()


def _found(finding: Finding) -> stills.Found:
    return stills.Found(finding.key, say(finding, "clerk"))


def _boxes(numbers: Numbers, dpi: float) -> tuple[stills.Box, ...]:
    mm = dpi / INCH
    return tuple(
        stills.Box(place.x * mm, place.y * mm, place.width * mm, place.height * mm, place.certain)
        for place in numbers.regions
    )


def _says(numbers: Numbers) -> str:
    if numbers.outcome != "searched":
        return words()["numbers"][numbers.outcome]
    return words()["numbers"]["found" if numbers.regions else "none"]
