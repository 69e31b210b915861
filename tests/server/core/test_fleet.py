"""Each kiosk has one state and one reason, worst first, for those who may see it."""

from msgspec.structs import replace

from server.core.fleet import STOPPED_AFTER, trouble, view_for_fleet
from server.protocol import messages as m
from server.protocol.values import Device, Health, KioskId
from tests.server.core.desk import Desk
from tests.server.core.example import IT, KITA, MINAMI, NISHI, SATO


def rows(desk: Desk) -> dict[str, m.KioskForFleet]:
    return {row.id: row for row in view_for_fleet(desk.board, desk.city, IT, desk.now()).kiosks}


def test_a_kiosk_is_fine_then_worth_a_look_then_stopped():
    desk = Desk()
    assert (rows(desk)[KITA].state, rows(desk)[KITA].reason) == ("stopped", "never_connected")
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


def test_of_several_ailments_the_worst_is_named():
    desk = Desk()
    devices = (
        Device(name="printer", state="warning", note="printer.paper_near_end"),
        Device(name="card", state="fault"),
    )
    desk.kiosk_on(KITA, health=Health(version="2.1", devices=devices, last_error="CardMute at pcsc"))
    row = rows(desk)[KITA]
    assert (row.state, row.reason, row.version) == ("attention", "card.fault", "2.1")
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
