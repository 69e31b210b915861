"""The reconnecting line, in a real browser against a server that drops it."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from server.protocol import messages as m
from tests.server.web import scenes
from tests.server.web.rig import Rig

pytestmark = pytest.mark.browser

OPEN = """async (more) => {
  const { Link, socketUrl } = await import('/shared/link.js');
  const link = new Link({ url: socketUrl('/ws/staff'), hello: () => ({type: 'staff_hello', session_key: ''}), firstWait: 20, ...more });
  Object.assign(window, { link, seen: [], states: [], goodbyes: [] });
  link.addEventListener('message', (e) => seen.push(e.detail));
  link.addEventListener('state', (e) => states.push(e.detail));
  link.addEventListener('goodbye', (e) => goodbyes.push(e.detail));
  link.open();
}"""


def line(visit: Callable[..., Page], rig: Rig, **options: Any) -> Page:
    """Open a bare page with a line of its own."""
    rig.view = scenes.view("ready")
    page = visit("/shared/icon.svg")
    page.evaluate(OPEN, options)
    rig.connected()
    return page


def test_a_command_without_an_answer_is_sent_again_with_the_same_id(
    visit: Callable[..., Page], rig: Rig
) -> None:
    rig.deaf = True
    page = line(visit, rig)
    page.evaluate("() => { window.reply = link.command({type: 'set_ready'}); }")
    first = rig.expect(m.SetReady)
    rig.cut()
    again = rig.expect(m.SetReady, 2)
    rig.deaf = False
    rig.cut()
    reply = page.evaluate("() => window.reply")
    assert again.id == first.id == reply["id"]
    assert reply["refused"] is None


def test_an_answered_command_is_not_sent_again(visit: Callable[..., Page], rig: Rig) -> None:
    page = line(visit, rig)
    page.evaluate("() => link.command({type: 'set_ready'})")
    rig.cut()
    rig.connected(2)
    page.evaluate("() => link.command({type: 'pause', reason: 'lunch'})")
    rig.expect(m.Pause)
    assert len([x for x in rig.sent if isinstance(x, m.SetReady)]) == 1


def test_a_dead_line_is_left_when_a_command_stays_unanswered(visit: Callable[..., Page], rig: Rig) -> None:
    rig.deaf = True
    page = line(visit, rig, answerWithin=200)
    page.evaluate("() => void link.command({type: 'set_ready'})")
    assert rig.expect(m.SetReady, 2).id == rig.expect(m.SetReady).id


def test_the_whole_view_comes_again_after_a_reconnection(visit: Callable[..., Page], rig: Rig) -> None:
    page = line(visit, rig)
    rig.view = scenes.view("paused", pause_reason="lunch")
    rig.cut()
    rig.connected(2)
    page.wait_for_function("() => seen.filter((x) => x.type === 'staff_view').length === 2")
    assert page.evaluate("seen.at(-1).state") == "paused"
    assert page.evaluate("states") == ["connecting", "up", "down", "connecting", "up"]


def test_what_is_not_a_command_is_dropped_while_the_line_is_down(
    visit: Callable[..., Page], rig: Rig
) -> None:
    page = line(visit, rig, firstWait=60_000, longestWait=60_000)
    rig.cut()
    page.wait_for_function("() => link.state === 'down'")
    assert (
        page.evaluate("link.send({type: 'relay_to_kiosk', generation: 1, body: {type: 'typing', on: true}})")
        is False
    )
    page.evaluate("link.wake()")
    rig.connected(2)
    page.wait_for_function("() => link.state === 'up'")
    assert not [x for x in rig.sent if isinstance(x, m.RelayToKiosk)]


@pytest.mark.parametrize("reason", ["replaced", "signed_out", "revoked"])
def test_a_final_goodbye_ends_the_line(visit: Callable[..., Page], rig: Rig, reason: Any) -> None:
    page = line(visit, rig)
    rig.say(m.Goodbye(reason=reason))
    page.wait_for_function("() => goodbyes.length === 1")
    assert page.evaluate("[link.state, goodbyes[0]]") == ["closed", reason]
    assert page.evaluate("link.command({type: 'set_ready'})")["refused"] == "store"


def test_a_stopping_server_is_waited_for(visit: Callable[..., Page], rig: Rig) -> None:
    line(visit, rig)
    rig.say(m.Goodbye(reason="stopping"))
    rig.connected(2)


def test_an_unreadable_command_is_not_repeated_for_ever(visit: Callable[..., Page], rig: Rig) -> None:
    rig.deaf = True
    page = line(visit, rig)
    page.evaluate("() => { window.reply = link.command({type: 'set_ready'}); }")
    rig.expect(m.SetReady)
    rig.say(m.Goodbye(reason="bad_message"))
    assert page.evaluate("() => window.reply")["refused"] == "invalid"
    rig.connected(2)
    assert len([x for x in rig.sent if isinstance(x, m.SetReady)]) == 1


def test_a_page_whose_session_ended_is_told_so(visit: Callable[..., Page], rig: Rig) -> None:
    page = line(visit, rig)
    page.evaluate(
        "async () => { link.close(); const { probe } = await import('/shared/api.js'); window.probe = probe; }"
    )
    page.evaluate(OPEN.replace("...more", "probe: window.probe"), {})
    rig.connected(2)
    rig.signed_in = False
    rig.cut()
    page.wait_for_function("() => goodbyes.length === 1")
    assert page.evaluate("goodbyes[0]") == "signed_out"


def test_the_waits_double_with_jitter_up_to_a_limit(visit: Callable[..., Page]) -> None:
    page = visit("/shared/icon.svg")
    waits = page.evaluate(
        "async () => { const { backOff } = await import('/shared/link.js'); return [0, 1, 2, 9].flatMap((n) => [backOff(n, 0), backOff(n, 1)]); }"
    )
    assert waits == [250, 500, 500, 1000, 1000, 2000, 5000, 10000]


def test_dates_are_said_as_people_say_them(visit: Callable[..., Page]) -> None:
    page = visit("/shared/icon.svg")
    said = page.evaluate("""async () => {
        const d = await import('/shared/dates.js');
        const day = (y, m, n) => new Date(y, m - 1, n, 10, 5);
        return [...['19440503', '19890107', '19890108', '20190430', '20190501', '18671231'].map(d.birthDate),
          d.age('19440503', day(2026, 5, 2)), d.age('19440503', day(2026, 5, 3)), d.clockOf(67), d.clockOf(3847),
          d.roughly(59), d.roughly(3599), d.roughly(3600), d.roughly(200000), d.dayOf(day(2026, 11, 20)), d.timeOf(day(2026, 11, 20)),
          d.seenAt('2026-11-20T10:04:00+09:00', day(2026, 11, 20)), d.seenAt('2026-11-18T10:04:00+09:00', day(2026, 11, 20)), d.seenAt('', day(2026, 1, 1))];
    }""")
    assert said == [
        "昭和19年(1944年)5月3日", "昭和64年(1989年)1月7日", "平成元年(1989年)1月8日", "平成31年(2019年)4月30日",
        "令和元年(2019年)5月1日", "1867年12月31日", 81, 82, "1:07", "1:04:07", "1分未満", "59分", "1時間", "2日", "11/20(金)", "10:05",
        "10:04", "11/18 10:04", "—",
    ]  # fmt: skip
