"""Views as the server would send them, for tests and screenshots: a morning in 見本市."""

from typing import Any

import msgspec

from server.protocol import messages as m
from server.protocol.values import Device, FourBasicData, Line, StaffState, TicketState

QUEUE = (
    m.TicketForStaff(
        id="t-13", number=13, state="waiting", purpose="shomei", kiosk="k-east", site="東公民館", kiosk_name="1号機", waited=672.0,
        wants_text=True, returned="no_answer",
    ),
    m.TicketForStaff(id="t-14", number=14, state="waiting", purpose="tennyu", kiosk="k-west", site="東公民館", kiosk_name="2号機", waited=431.0, language="vi"),
    m.TicketForStaff(
        id="t-16", number=16, state="waiting", purpose="kaigo", kiosk="k-honcho", site="本庁 1階ロビー", kiosk_name="本庁 1階ロビー", waited=58.0,
        warnings=("printer.paper_out",),
    ),
)  # fmt: skip
COLLEAGUES = (
    m.Colleague(
        id="s-suzuki", name="鈴木 一", department="国保年金課", state="serving", for_seconds=210, number=10
    ),
    m.Colleague(id="s-taka", name="高橋 葵", department="介護保険課", state="ready", for_seconds=60),
    m.Colleague(
        id="s-tanaka",
        name="田中 守",
        department="窓口課",
        state="paused",
        pause_reason="lunch",
        for_seconds=480,
    ),
)
TICKET = m.TicketForStaff(
    id="t-12",
    number=12,
    state="offered",
    purpose="shibo",
    kiosk="k-kita",
    site="北公民館",
    kiosk_name="1号機",
    waited=95.0,
    generation=3,
    wants_text=True,
)
DEVICES = (
    Device(name="card", state="ok", driver="pcsc"),
    Device(name="printer", state="warning", driver="usb", note="near_end"),
    Device(name="panel", state="ok", driver="gpio"),
    Device(name="face_camera", state="ok", driver="v4l2"),
    Device(name="document_camera", state="ok", driver="v4l2"),
    Device(name="screen", state="ok"),
)
HANAKO = FourBasicData(name="山田 花子", address="見本市北町3丁目12番5号", birth_date="19440503", sex="2")
LINES = (
    Line(id="l1", who="resident", text="どの紙が いりますか"),
    Line(id="l2", who="clerk", text="ゆっくりで だいじょうぶです。"),
    Line(id="l3", who="clerk", text="3番の 住民票です。右の台に 書類を 置いてください。"),
    Line(id="l4", who="resident", text="わかりました"),
)
_seq = iter(range(1, 1_000_000))


def view(state: StaffState, **rest: Any) -> m.StaffView:
    """Return a view of the clerk in this state."""
    base: dict[str, Any] = {
        "in_state_for": 252.0, "colleagues": COLLEAGUES, "served_today": 9, "average_minutes": 14,
    }  # fmt: skip
    base.update(rest)
    return m.StaffView(seq=next(_seq), state=state, **base)


def mine(state: TicketState, **rest: Any) -> m.MyTicket:
    """Return my ticket in this state."""
    ticket = msgspec.structs.replace(TICKET, state=state)
    return m.MyTicket(ticket=ticket, kiosk_key=bytes(range(32)), **rest)


def offered(**rest: Any) -> m.StaffView:
    """Return a view with a ringing ticket."""
    return view(
        "offered",
        in_state_for=4.0,
        mine=mine("offered", offer_expires_in=16.0, offer_lasts=20.0),
        queue=QUEUE,
        **rest,
    )


def serving(*orders: m.OrderForStaff, state: TicketState = "serving", **rest: Any) -> m.StaffView:
    """Return a view of a conversation."""
    return view(
        "serving",
        mine=mine(state, orders=orders, **{"in_state_for": 42.0, "in_call_for": 252.0, **rest}),
        queue=QUEUE,
    )


def snapshot(**rest: Any) -> m.CallSnapshot:
    """Return the kiosk's side of the conversation."""
    base: dict[str, Any] = {
        "screen": "call", "lines": LINES, "devices": DEVICES, "camera_on": True, "microphone_on": True, "handset_lifted": True,
        "wants_text": True, "attempts": {"voice": 1, "eyes": 1},
    }  # fmt: skip
    base.update(rest)
    return m.CallSnapshot(**base)


def kiosk(number: int, site: str, name: str, **rest: Any) -> m.KioskForFleet:
    """Return one kiosk of the fleet page, well unless told otherwise."""
    base: dict[str, Any] = {
        "connected": True, "state": "ok", "since": 86_400.0 * 3, "last_seen": "2026-11-20T10:16:04+09:00", "version": "0.1.0",
        "devices": tuple(Device(name=d.name, state="ok", driver=d.driver) for d in DEVICES), "enrolled": "2026-10-15T13:20:00+09:00",
    }  # fmt: skip
    base.update(rest)
    return m.KioskForFleet(id=f"k-{number:03d}", site=site, name=name, **base)


FORGOTTEN = (
    m.Forgotten(number=5, site="東公民館", kiosk_name="1号機", purpose="shomei", ended_for=4300.0),
    m.Forgotten(number=9, site="北公民館", kiosk_name="1号機", purpose="shibo", ended_for=700.0),
)


def fleet() -> m.FleetView:
    """Return a mixed fleet, worst first."""
    paper = tuple(
        Device(name=d.name, state="warning", note="near_end", driver=d.driver)
        if d.name == "printer"
        else Device(name=d.name, state="ok", driver=d.driver)
        for d in DEVICES
    )
    card = tuple(
        Device(name=d.name, state="missing", note="no_reader", driver=d.driver)
        if d.name == "card"
        else Device(name=d.name, state="ok", driver=d.driver)
        for d in DEVICES
    )
    orders = (
        m.OrderForFleet(id="o-2", action="logs", outcome="done", age=340.0),
        m.OrderForFleet(id="o-1", action="test_print", outcome="printed", age=5400.0),
    )
    names = [
        "本庁 1階ロビー",
        "本庁 2階",
        "西地区センター",
        "川辺支所",
        "中央コミセン",
        "福祉会館",
        "図書館",
        "動く窓口 1号車",
        "動く窓口 2号車",
    ]
    return m.FleetView(
        seq=next(_seq),
        now="2026-11-20T10:16:10+09:00",
        version="0.1.0",
        kiosks=(
            kiosk(17, "山の手公民館", "1号機", connected=False, state="stopped", reason="offline", since=740.0, last_seen="2026-11-20T10:04:02+09:00", last_error="LinkLost at kiosk.link:142", last_error_at="2026-11-20T10:03+09:00", telephone="0000-00-0117", orders=orders),
            kiosk(9, "港公民館", "1号機", state="copied_key", reason="copied_key"),
            kiosk(4, "南支所", "1号機", state="attention", reason="printer.near_end", devices=paper, busy="waiting", orders=orders),
            kiosk(5, "東公民館", "1号機", state="attention", reason="card.no_reader", devices=card),
            kiosk(1, "北公民館", "1号機", busy="call", orders=(m.OrderForFleet(id="o-9", action="logs", age=4.0),)),
            kiosk(31, "新町集会所", "1号機", connected=False, state="new", reason="never_connected", since=0.0, last_seen="", version="", devices=()),
            kiosk(32, "みどり児童館", "1号機", connected=False, state="ok", reason="coming_back", since=3.0),
            *(kiosk(20 + i, site, "1号機") for i, site in enumerate(names)),
            kiosk(2, "旧北支所", "1号機", connected=False, state="revoked", reason="revoked", since=86_400.0 * 20, last_seen="2026-10-31T17:02:00+09:00"),
        ),
    )  # fmt: skip
