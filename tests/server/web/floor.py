"""The whole floor of 見本市 on a busy morning, as the server would send it: for tests and screenshots."""

import msgspec

from server.core.overview import Hall, HallLane
from server.core.supervising import CLOSING, NOTICES
from server.protocol import messages as m
from server.protocol.values import LaneId
from tests.server.web import scenes

LANES = (
    m.LaneForFloor(id="shimin", name="市民課", open=True, waiting=4, longest=742.0, late=1, wait_minutes=(15, 25), ready=0, busy=3, paused=2, visits=46, level=0.81),
    m.LaneForFloor(id="fukushi", name="福祉課・介護", open=True, waiting=1, longest=190.0, target=900.0, wait_minutes=(10, 15), ready=1, busy=1, visits=17, level=0.94),
    m.LaneForFloor(id="okuyami", name="おくやみ窓口", open=False, closed="no_staff", waiting=1, longest=412.0, target=1200.0, visits=2, level=1.0),
    m.LaneForFloor(id="zei", name="税務課", open=False, closed="today", reason="system", visits=5, level=0.6),
)  # fmt: skip
QUEUE = (
    msgspec.structs.replace(scenes.QUEUE[0], lane="shimin", waited=742.0),
    m.TicketForStaff(id="t-15", number=15, state="waiting", purpose="shibo", kiosk="k-1", site="港公民館", kiosk_name="1号機", waited=412.0, lane="okuyami"),
    msgspec.structs.replace(scenes.QUEUE[1], lane="shimin", state="offered", generation=2),
    msgspec.structs.replace(scenes.QUEUE[2], lane="fukushi", waited=190.0),
    m.TicketForStaff(id="t-17", number=17, state="waiting", purpose="tennyu", kiosk="k-2", site="山の手公民館", kiosk_name="2号機", waited=150.0, lane="shimin", urgency="urgent"),
    m.TicketForStaff(id="t-18", number=18, state="waiting", purpose="talk", kiosk="k-3", site="図書館", kiosk_name="図書館", waited=35.0, lane="shimin"),
)  # fmt: skip
STAFF = (
    m.Colleague(id="s-sato", name="佐藤 恵", department="市民課", state="serving", for_seconds=610, number=10, lanes=("shimin",)),
    m.Colleague(id="s-suzuki", name="鈴木 一", department="市民課", state="offered", for_seconds=8, number=14, lanes=("shimin",)),
    m.Colleague(id="s-mori", name="森 健太", department="市民課", state="wrapup", for_seconds=70, number=9, lanes=("shimin",)),
    m.Colleague(id="s-tanaka", name="田中 守", department="市民課", state="paused", pause_reason="lunch", for_seconds=2_900, lanes=("shimin",)),
    m.Colleague(id="s-ito", name="伊藤 さくら", department="市民課", state="paused", pause_reason="missed", for_seconds=260, missed=3, lanes=("shimin",)),
    m.Colleague(id="s-taka", name="高橋 葵", department="福祉課", state="ready", for_seconds=60, lanes=("fukushi",), skills=("department:福祉課",), today=True),
    m.Colleague(id="s-nishi", name="西 由美", department="福祉課", state="serving", for_seconds=330, number=11, lanes=("fukushi",)),
)  # fmt: skip
KIOSKS = (
    m.KioskInTrouble(id="k-026", name="1号機", site="港公民館", state="stopped", reason="offline", since=1_300.0),
    m.KioskInTrouble(id="k-004", name="1号機", site="東公民館", state="attention", reason="printer.paper_out", busy="waiting"),
)  # fmt: skip
ALERTS = (
    m.Alert(kind="nobody_there", number=15, lane="okuyami", for_seconds=412.0),
    m.Alert(kind="kiosk_stopped", kiosk="k-026", for_seconds=1_300.0),
    m.Alert(kind="over_target", lane="shimin", for_seconds=742.0),
    m.Alert(kind="missed_too_often", staff="s-ito", for_seconds=260.0),
    m.Alert(kind="paused_long", staff="s-tanaka", for_seconds=2_900.0),
)
CALLS = (
    m.CallForFloor(ticket="t-10", number=10, purpose="tennyu", lane="shimin", site="北公民館", kiosk_name="1号機", state="serving", for_seconds=610.0, people=(m.InCallForFloor(name="佐藤 恵", department="市民課"),)),
    m.CallForFloor(ticket="t-11", number=11, purpose="kaigo", lane="fukushi", site="山の手公民館", kiosk_name="2号機", state="held", for_seconds=330.0, full=True, people=(m.InCallForFloor(name="西 由美", department="福祉課"), m.InCallForFloor(name="森 リサ", department="国際課", role="interpreter"), m.InCallForFloor(name="木村 花", department="市民課", role="monitor")), mine=5, role="monitor"),
)  # fmt: skip
EMERGENCY = m.Emergency(
    id="h-1", staff="s-sato", name="佐藤 恵", department="市民課", site="北公民館", kiosk_name="1号機", for_seconds=12.0
)  # fmt: skip
SKILLS = ("department:市民課", "department:福祉課", "procedure:転入", "language:en", "sign:jsl")
_seq = iter(range(1, 1_000_000))


def view(**rest: object) -> m.FloorView:
    """Return the floor, busy unless told otherwise."""
    busy = m.FloorView(
        seq=next(_seq),
        now="2026-11-20T10:16:04+09:00",
        lanes=LANES,
        queue=QUEUE,
        waiting=len(QUEUE),
        longest=742.0,
        staff=STAFF,
        kiosks=KIOSKS,
        kiosks_in_all=16,
        alerts=ALERTS,
        served=63,
        level=0.84,
        closing_reasons=CLOSING,
        notices=NOTICES,
        skills=SKILLS,
        calls=CALLS,
    )
    return msgspec.structs.replace(busy, **rest)


def calm() -> m.FloorView:
    """Return a quiet floor."""
    lane = m.LaneForFloor(id="shimin", name="市民課", open=True, ready=1, visits=3, level=1.0)
    staff = (msgspec.structs.replace(STAFF[5], department="市民課", lanes=("shimin",)),)
    return view(
        lanes=(lane,),
        queue=(),
        waiting=0,
        longest=0.0,
        staff=staff,
        kiosks=(),
        alerts=(),
        calls=(),
        served=3,
        level=1.0,
    )


def hall() -> Hall:
    """Return what a display in the hall is told."""
    return Hall(
        city="見本市",
        updated_at="2026-11-20T10:16:04+09:00",
        announcement=None,
        lanes=tuple(
            HallLane(
                id=LaneId(lane.id),
                name=lane.name,
                open=lane.open,
                closed=lane.closed,
                reason=lane.reason,
                waiting=lane.waiting,
                wait_minutes=lane.wait_minutes if lane.waiting != 1 else None,
            )
            for lane in LANES
        ),
    )
