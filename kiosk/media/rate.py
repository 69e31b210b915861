"""How much the cameras may send, and in which shape: decisions without a clock or a socket.

The voice travels on another connection of the same line and cannot defend itself, so the cameras start low,
climb while nothing is lost or late, and give way at once (loss: receiver reports; delay: the echo of our own pulse
and the receiver's REMB).
"""

import msgspec

START = 400_000
FLOOR = 80_000
CEILING = 2_500_000

FEW_LOST = 0.02  # below it the line is fine; above MANY_LOST it is too full (as in Google's loss controller)
MANY_LOST = 0.10
CLIMB_AT_FIRST = 1.5
CLIMB = 1.08
USED = 0.6
QUEUE = 0.1  # seconds that packets wait on the line


class Shape(msgspec.Struct, frozen=True):
    """What one camera asks of its encoder; `cap` is the bitrate the encoder is opened with and cannot exceed.

    `usual` frames a second are sent, `fps` at most: paper at rest needs few, marks that move with it more.
    """

    width: int
    height: int
    fps: int
    cap: int
    usual: int

    @property
    def buffer(self) -> int:
        """Bits of VBV: the size of the largest burst, that is of a keyframe."""
        return max(self.cap // 8, self.cap * 3 // 2 // self.fps)


FACE = Shape(640, 480, 30, 1_600_000, 30)
DOCUMENT = Shape(1280, 720, 10, 1_800_000, 5)


class Budget(msgspec.Struct, frozen=True):
    """What all cameras of a connection may send together, in bits per second, and what it is judged by."""

    total: int = START
    climbs_freely: bool = True  # nothing was wrong yet
    remb: int | None = None  # the last estimate heard
    base: float | None = None  # the shortest round trip: the line when it is empty
    late: int = 0  # reports in a row with a queue on the line


class Report(msgspec.Struct, frozen=True):
    """News of about one second; None = nothing was said."""

    sent: int  # bits per second that left the encoders
    lost: float | None = None  # share of packets, 0 to 1, of the worst stream
    remb: int | None = None
    rtt: float | None = None  # seconds


def after(budget: Budget, report: Report) -> Budget:
    """Return the next budget.

    A browser's REMB cannot exceed 1.5 times what arrives and climbs 8 % a second, so a low one under a quiet picture
    means nothing and a rising one is no limit; one that falls while we fill the line means that a queue grows.
    """
    total, free = budget.total, budget.climbs_freely
    base = budget.base
    if report.rtt is not None:
        base = report.rtt if base is None else min(report.rtt, base + 0.001)  # a route may grow longer
    queue = report.rtt - base if report.rtt is not None and base is not None else 0.0
    late = budget.late + 1 if queue > QUEUE else 0
    using = report.sent > total * USED
    falling = budget.remb is not None and report.remb is not None and report.remb < budget.remb * 0.97
    lost = report.lost
    if lost is not None and lost > MANY_LOST:
        total, free = round(total * (1 - lost / 2)), False
    elif late >= 2:
        # Whoever fills the line, it is the picture that gives way and not the voice.
        total, free, late = round(min(total, max(report.sent, FLOOR)) * 0.8), False, 0
    elif falling and using and report.remb is not None and report.remb < total:
        total, free = report.remb, False
    elif lost is None or queue > QUEUE / 2:
        pass  # silence is no praise
    elif lost > FEW_LOST:
        free = False
    elif using or total < START:
        # A quiet picture needs no more, and to climb unseen would be a promise nobody tested; but it must not be
        # caught below the start by its own thrift.
        total = round(total * (CLIMB_AT_FIRST if free else CLIMB))
    remb = report.remb if report.remb is not None else budget.remb
    return Budget(max(FLOOR, min(total, CEILING)), free, remb, base, late)


def shares(total: int, face: bool, document: bool, pointing: bool = False) -> tuple[int, int]:
    """Split between the cameras that are there; the paper gets less, it hardly moves, unless both look at it."""
    if not (face and document):
        return (total if face else 0), (total if document else 0)
    paper = min(round(total * (0.5 if pointing else 0.3)), DOCUMENT.cap)
    return total - paper, paper


class Rung(msgspec.Struct, frozen=True):
    """One step of the ladder: every `nth` frame, edges divided by `shrink`."""

    nth: int
    shrink: int


FULL = Rung(1, 1)
HALF_RATE = Rung(2, 1)
SMALL = Rung(2, 2)
_LADDER = (FULL, HALF_RATE, SMALL)
_DOWN_BELOW = (240_000, 120_000, 0)  # for 640x480 at 30; scaled to other shapes


def rung_for(shape: Shape, target: int, now: Rung) -> Rung:
    """Step down where the target no longer feeds the shape, and up again only with a third to spare."""
    scale = (shape.width * shape.height * shape.usual) / (FACE.width * FACE.height * FACE.usual)
    place = _LADDER.index(now)
    while target < _DOWN_BELOW[place] * scale:
        place += 1
    while place > 0 and target > _DOWN_BELOW[place - 1] * scale * 4 / 3:
        place -= 1
    return _LADDER[place]


def encoder_bits(shape: Shape, target: int, rung: Rung, fps: int | None = None) -> int:
    """Return what to tell an encoder that believes in `shape.fps` so that `target` leaves it; `fps` really come."""
    return max(30_000, min(target * rung.nth * shape.fps // (fps or shape.fps), shape.cap))


class Repairs(msgspec.Struct, frozen=True):
    """How many lost packets may still be sent again; full at first."""

    left: float = 20.0
    at: float = 0.0


def repair(repairs: Repairs, target: int, now: float) -> tuple[Repairs, bool]:
    """Allow one retransmission within a fifth of the target; beyond that it feeds the jam it repairs."""
    per_second = max(5.0, target * 0.2 / 8 / 1200)
    left = min(20.0, repairs.left + max(0.0, now - repairs.at) * per_second)
    return (Repairs(left - 1, now), True) if left >= 1 else (Repairs(left, now), False)
