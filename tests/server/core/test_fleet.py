"""Each kiosk has one state and one reason, worst first, for those who may see it."""

from typing import get_args

import msgspec
from msgspec.structs import replace

from server.core import events as e
from server.core.board import Board
from server.core.commands import KeySeenElsewhere, KioskLost
from server.core.evolve import fold
from server.core.fleet import BACK_WITHIN, STOPPED_AFTER, in_parts, trouble, view_for_fleet, warnings
from server.protocol import messages as m
from server.protocol.values import Device, DeviceName, Health, KioskId
from tests.server.core.desk import Desk
from tests.server.core.example import IT, KITA, MINAMI, NISHI, SATO


def rows(desk: Desk) -> dict[str, m.KioskForFleet]:
    return {row.id: row for row in view_for_fleet(desk.board, desk.city, IT, desk.now()).kiosks}


def test_a_kiosk_is_fine_then_worth_a_look_then_stopped():
    desk = Desk()
    assert (rows(desk)[KITA].state, rows(desk)[KITA].reason) == ("new", "never_connected")
    assert trouble(desk.board, desk.city, desk.now()) == 0
    desk.kiosk_on(KITA)
    assert (rows(desk)[KITA].state, rows(desk)[KITA].reason) == ("ok", None)
    desk.kiosk_off(KITA)
    row = rows(desk)[KITA]
    assert (row.connected, row.state, row.reason) == (False, "attention", "offline")
    assert row.last_seen == "2026-11-20T10:00:00+09:00"
    desk.pass_time(STOPPED_AFTER)
    row = rows(desk)[KITA]
    assert (row.state, row.reason, row.since) == ("stopped", "offline", STOPPED_AFTER)
    assert row.last_seen == "2026-11-20T10:00:00+09:00"
    desk.kiosk_on(KITA)
    assert rows(desk)[KITA].last_seen == "2026-11-20T10:05:00+09:00"


def test_a_kiosk_that_said_it_goes_is_nobodys_worry_until_it_stays_away():
    desk = Desk()
    desk.kiosk_on(KITA)
    desk.news(KioskLost(KITA, expected=True))
    assert (rows(desk)[KITA].state, rows(desk)[KITA].reason) == ("ok", "coming_back")
    assert trouble(desk.board, desk.city, desk.now()) == 0
    desk.pass_time(BACK_WITHIN)
    assert (rows(desk)[KITA].state, rows(desk)[KITA].reason) == ("attention", "offline")
    desk.kiosk_on(KITA)
    desk.kiosk_off(KITA)
    assert rows(desk)[KITA].state == "attention"


def test_our_own_restart_turns_no_kiosk_yellow():
    desk = Desk()
    desk.kiosk_on(KITA)
    desk.restart()
    assert (rows(desk)[KITA].state, rows(desk)[KITA].reason) == ("ok", "coming_back")


def test_the_alarm_of_a_copied_key_outlives_restarts_and_ends_by_a_persons_word_only():
    desk = Desk()
    desk.kiosk_on(KITA)
    desk.news(KeySeenElsewhere(KITA))
    assert desk.news(KeySeenElsewhere(KITA)) == ()
    desk.restart()
    desk.kiosk_on(KITA)
    assert fold(Board(), [msgspec.json.decode(body, type=e.Event) for body in desk.journal]) == desk.board
    assert (rows(desk)[KITA].state, rows(desk)[KITA].connected) == ("copied_key", True)
    assert trouble(desk.board, desk.city, desk.now()) == 1
    assert desk.staff(SATO, m.ClearKeyAlarm(id="a", kiosk=KITA)) == "not_yours"
    assert desk.staff(IT, m.ClearKeyAlarm(id="b", kiosk="nowhere")) == "unknown"
    assert desk.staff(IT, m.ClearKeyAlarm(id="c", kiosk=KITA)) is None
    assert rows(desk)[KITA].state == "ok"


def test_a_fleet_of_a_thousand_kiosks_travels_in_frames_the_protocol_allows():
    desk = Desk()
    names = [KioskId(f"k{number}") for number in range(1000)]
    device = desk.city.kiosks[NISHI]
    desk.city = replace(
        desk.city, kiosks={id: replace(device, id=id, public_key=id.encode()) for id in names}
    )
    sick = Health(
        version="1.0.0",
        devices=tuple(Device(name=name, state="fault", driver="usb") for name in get_args(DeviceName)),
        last_error="あ" * 200,
    )
    desk.board = fold(desk.board, [e.KioskCame(kiosk=id, machine="m", health=sick, at=0.0) for id in names])
    view = view_for_fleet(desk.board, desk.city, IT, desk.now(), "1.2.3")
    parts = in_parts(view)
    assert view.version == "1.2.3"
    assert max(len(msgspec.json.encode(part)) for part in parts) < m.MAX_FRAME
    assert [(part.part, part.parts) for part in parts] == [(n, len(parts)) for n in range(len(parts))]
    assert tuple(row for part in parts for row in part.kiosks) == view.kiosks
    assert len(view.kiosks) == 1000
    assert in_parts(replace(view, kiosks=())) == (replace(view, kiosks=()),)


def test_of_several_ailments_the_worst_is_named():
    desk = Desk()
    devices = (
        Device(name="printer", state="warning", note="printer.paper_near_end"),
        Device(name="card", state="fault"),
    )
    desk.kiosk_on(KITA, health=Health(version="2.1", devices=devices, last_error="CardMute at pcsc"))
    row = rows(desk)[KITA]
    assert (row.state, row.reason, row.version) == ("attention", "card.fault", "2.1")
    assert warnings(desk.board.posts[KITA]) == ("printer.paper_near_end", "card.fault")
    assert (row.devices, row.last_error) == (devices, "CardMute at pcsc")
    desk.kiosk(KITA, m.ReportHealth(id="h", health=Health(version="2.1", clock_unsynced=True)))
    assert rows(desk)[KITA].reason == "clock_unsynced"


def test_a_copied_key_is_worst_and_a_revoked_kiosk_comes_last():
    desk = Desk()
    desk.kiosk_on(KITA, MINAMI, NISHI)
    kiosks = desk.city.kiosks
    desk.city = replace(
        desk.city,
        kiosks={
            **kiosks,
            MINAMI: replace(kiosks[MINAMI], machine="another"),
            KITA: replace(kiosks[KITA], revoked=True),
        },
    )
    view = view_for_fleet(desk.board, desk.city, IT, desk.now())
    assert [(row.id, row.state) for row in view.kiosks] == [
        (MINAMI, "copied_key"),
        (NISHI, "ok"),
        (KITA, "revoked"),
    ]
    assert trouble(desk.board, desk.city, desk.now()) == 1


def test_the_fleet_says_who_is_busy_and_keeps_it_from_clerks():
    desk = Desk()
    desk.kiosk_on(KITA, MINAMI)
    desk.here(SATO)
    desk.call(SATO, KITA)
    desk.take(MINAMI)
    assert {id: row.busy for id, row in rows(desk).items()} == {KITA: "call", MINAMI: "waiting", NISHI: None}
    assert view_for_fleet(desk.board, desk.city, SATO, desk.now()).kiosks == ()
    assert KioskId("kita-1") in rows(desk)
    assert {id: row.telephone for id, row in rows(desk).items() if row.telephone} == {KITA: "0000-00-0101"}
