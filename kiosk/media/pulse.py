"""Whether the clerk's side is alive, from its pulse of one word a second: decisions without a clock."""

from typing import Literal

import msgspec

LINK_SILENT = 3.0
CLERK_SILENT = 10.0


class Pulse(msgspec.Struct, frozen=True):
    """When it was last heard (None = never in this call), and what was said of link and clerk last."""

    last: float | None = None
    link: Literal["new", "up", "down"] = "new"
    clerk: bool = False


class LinkUp(msgspec.Struct, frozen=True):
    """The camera link carries both ways."""


class LinkDown(msgspec.Struct, frozen=True):
    """It went silent."""


class Clerk(msgspec.Struct, frozen=True):
    """The clerk's console lives, or has been silent for `CLERK_SILENT`."""

    alive: bool


News = LinkUp | LinkDown | Clerk


def retried(pulse: Pulse) -> Pulse:
    """A new attempt began; the clerk may live on."""
    return Pulse(pulse.last, "new", pulse.clerk)


def heard(pulse: Pulse, now: float) -> tuple[Pulse, tuple[News, ...]]:
    """A pulse arrived."""
    news: list[News] = []
    if pulse.link != "up":
        news.append(LinkUp())
    if not pulse.clerk:
        news.append(Clerk(True))
    return Pulse(now, "up", True), tuple(news)


def looked(pulse: Pulse, now: float) -> tuple[Pulse, tuple[News, ...]]:
    """Time passed."""
    silent = now - pulse.last if pulse.last is not None else 0.0
    news: list[News] = []
    link, clerk = pulse.link, pulse.clerk
    if link == "up" and silent >= LINK_SILENT:
        link = "down"
        news.append(LinkDown())
    if clerk and silent >= CLERK_SILENT:
        clerk = False
        news.append(Clerk(False))
    return Pulse(pulse.last, link, clerk), tuple(news)


def broke(pulse: Pulse) -> tuple[Pulse, tuple[News, ...]]:
    """The connection failed or was closed by the other side; the clerk may still be heard elsewhere."""
    if pulse.link == "down":
        return pulse, ()
    return Pulse(pulse.last, "down", pulse.clerk), (LinkDown(),)
