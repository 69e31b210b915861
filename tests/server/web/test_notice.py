"""What a clerk sees, hears and reaches: pictures that never stay black without words, an offer that is noticed, the
queue by keyboard, small windows. In a real browser, with the wire's own messages."""

from collections.abc import Callable

import msgspec
import pytest
from playwright.sync_api import Page, expect

from server.protocol import messages as m
from tests.server.web import scenes
from tests.server.web.rig import Rig
from tests.server.web.shots import PAINT

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]


@pytest.fixture
def desk(visit: Visit, rig: Rig) -> Page:
    """Open the console of a clerk who is ready."""
    rig.view = scenes.view("ready")
    page = visit()
    rig.connected()
    expect(page.get_by_role("heading", name="いま 待っている人は いません")).to_be_visible()
    return page


@pytest.fixture
def call(desk: Page, rig: Rig) -> Page:
    """Bring the clerk into a conversation."""
    rig.show(scenes.serving())
    rig.relay(3, scenes.snapshot())
    expect(desk.get_by_role("log")).to_contain_text("わかりました")
    return desk


# ---------------------------------------------------------------- pictures and voice

FRAMED = """([address]) => {
  document.body.innerHTML = '<div style="height: 4000px"></div>';
  const frame = Object.assign(document.createElement('iframe'), { src: address, width: 1280, height: 800, allow: 'camera; microphone; autoplay' });
  document.body.append(frame);
}"""
PLAYS = """async () => {
  const videos = [...document.querySelectorAll('k-picture video')];
  return videos.length > 0 && videos.every((video) => !video.paused && video.muted);
}"""


def test_every_picture_is_played_even_where_nobody_can_see_it_yet(visit: Visit, rig: Rig) -> None:
    """Chromium itself starts a muted `autoplay` video only once it was seen, so black was all a late frame showed."""
    rig.framed = True
    rig.view = scenes.serving(state="connecting")
    outer = visit("/framing")
    outer.evaluate(FRAMED, [f"{rig.url}/console/?synthetic"])
    rig.connected()
    frame = outer.frames[1]
    frame.locator("k-stage").wait_for(state="attached")
    frame.evaluate(PAINT)
    frame.wait_for_function(PLAYS)


def test_a_picture_says_that_it_waits_until_its_first_frame_and_that_it_stands(call: Page) -> None:
    main = call.locator(".video.main")
    expect(main).to_contain_text("映像を 待っています")
    call.evaluate(PAINT)
    expect(main).not_to_contain_text("映像を 待っています")
    call.evaluate("""() => {
      const media = document.querySelector('k-console').desk.media;
      const still = document.createElement('canvas');
      still.getContext('2d').fillRect(0, 0, 9, 9);
      const stream = still.captureStream(0);
      media.streams = { ...media.streams, face: stream };
      media.dispatchEvent(new Event('streams'));
      setTimeout(() => { still.getContext('2d').fillRect(0, 0, 5, 5); stream.getVideoTracks()[0].requestFrame(); }, 100);
    }""")
    expect(main).to_contain_text("映像が 止まっています")


@pytest.mark.parametrize(("device", "tab"), [("face_camera", "顔"), ("document_camera", "手元の書類")])
def test_an_unplugged_camera_is_said_with_what_to_do(call: Page, rig: Rig, device: str, tab: str) -> None:
    call.evaluate(PAINT)
    devices = tuple(
        msgspec.structs.replace(one, state="missing") if one.name == device else one for one in scenes.DEVICES
    )
    rig.relay(3, scenes.snapshot(devices=devices))
    call.get_by_role("tab", name=tab).click()
    expect(call.locator(".video.main")).to_contain_text("カメラの線を さしなおす")
    if device == "face_camera":
        expect(call.locator(".facts")).not_to_contain_text("● 使用中")
        expect(call.locator(".facts")).to_contain_text("▲ つながっていない")


def test_a_hold_stops_every_word_of_flowing_voice_but_not_the_clock_of_the_call(call: Page, rig: Rig) -> None:
    call.evaluate(PAINT)
    expect(call.locator(".link")).to_contain_text("声 届いています")
    rig.show(scenes.serving(state="held", hold_minutes=2, in_state_for=1.0, in_call_for=1500.0))
    expect(call.locator(".link")).to_contain_text("声 保留中")
    expect(call.locator(".facts")).not_to_contain_text("使用中")
    expect(call.locator(".statechip")).to_contain_text("25:0")
    me = call.locator(".video.me .hole")
    expect(me).to_have_text("保留中")
    assert me.evaluate("(e) => e.scrollHeight <= e.clientHeight && e.scrollWidth <= e.clientWidth")


def test_each_deed_of_a_call_has_one_button(call: Page) -> None:
    for name in ("氏名・住所を読む（暗証番号）", "紙を 印刷"):
        expect(call.get_by_role("button", name=name)).to_have_count(1)


# ---------------------------------------------------------------- noticing an offer

LISTEN = """
  window.shown = []; window.peak = 0;
  const Real = Notification;
  window.Notification = class extends Real {
    constructor(...words) { super(...words); window.shown.push(words[0] + ' ' + words[1].body); }
  };
  const connect = AudioNode.prototype.connect;
  AudioNode.prototype.connect = function (to, ...rest) {
    if (to instanceof AudioDestinationNode) {
      const ear = this.context.createAnalyser(), heard = new Float32Array(ear.fftSize);
      connect.call(this, ear);
      setInterval(() => { ear.getFloatTimeDomainData(heard); window.peak = Math.max(window.peak, ...heard); }, 20);
    }
    return connect.call(this, to, ...rest);
  };
  Object.defineProperty(document, 'visibilityState', { get: () => window.away ? 'hidden' : 'visible' });
"""


def test_an_offer_is_heard_and_a_clerk_in_another_window_is_notified(visit: Visit, rig: Rig) -> None:
    rig.view = scenes.view("ready")
    page = visit(fault=LISTEN, permissions=["notifications"])
    rig.connected()
    page.get_by_role("button", name="ためす").click()
    page.wait_for_function("() => window.peak > 0.02")
    page.evaluate("window.away = true; window.peak = 0")
    rig.show(scenes.offered())
    page.wait_for_function("() => window.peak > 0.01")
    page.wait_for_function("() => window.shown.length === 1")
    assert page.evaluate("window.shown[0]") == "● 呼び出し 12番 北公民館 1号機"


def test_the_console_asks_for_notifications_with_a_button_and_says_the_answer(visit: Visit, rig: Rig) -> None:
    rig.view = scenes.view("ready")
    ask = "let answer = 'default'; Object.defineProperty(Notification, 'permission', { get: () => answer }); Notification.requestPermission = async () => (answer = 'granted');"
    page = visit(fault=ask)
    row = page.locator(".facts div").filter(has_text="デスクトップの通知")
    row.get_by_role("button", name="使う").click()
    expect(row).to_contain_text("使えます")


# ---------------------------------------------------------------- the queue by keyboard, and what was forgotten


def test_a_ready_clerk_picks_from_the_queue_by_keyboard_and_never_answers_somebody_else(
    desk: Page, rig: Rig
) -> None:
    rig.show(scenes.view("ready", queue=scenes.QUEUE))
    expect(desk.locator("[data-ticket=t-13]")).to_contain_text("東公民館 1号機")
    expect(desk.locator("[data-ticket=t-14]")).to_contain_text("東公民館 2号機")
    desk.keyboard.press("Alt+ArrowDown")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowUp")
    rig.show(
        scenes.view("ready", queue=scenes.QUEUE[1:])
    )  # the first one left: the focus stays with its ticket
    expect(desk.locator("[data-ticket=t-13]")).to_have_count(0)
    expect(desk.locator("[data-ticket=t-14] .pick")).to_be_focused()
    rig.show(scenes.view("ready", queue=scenes.QUEUE[2:]))  # ours left too
    expect(desk.locator("#queue-title")).to_be_focused()
    desk.keyboard.press("Enter")
    desk.keyboard.press("Alt+q")
    desk.keyboard.press("Enter")
    assert rig.expect(m.Accept).ticket == "t-16"
    desk.keyboard.press("Control+/")
    expect(desk.locator("dialog")).to_contain_text("Alt+↓")


def test_results_nobody_noted_are_listed(desk: Page, rig: Rig) -> None:
    rig.show(scenes.view("ready", forgotten=scenes.FORGOTTEN))
    expect(desk.locator(".forgotten")).to_contain_text("今日 2件")
    expect(desk.locator(".forgotten li").first).to_contain_text("東公民館 1号機 証明書")


OUTSIDE = """(width) => [...document.querySelectorAll('button, textarea')].filter((e) => e.checkVisibility()).map((e) => {
  e.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  const { left, right } = e.getBoundingClientRect();
  return [left, right, e.textContent.trim()];
}).filter(([left, right]) => left < -1 || right > width + 1)"""


@pytest.mark.parametrize("size", [(960, 540), (640, 400)], ids=str)
def test_at_200_per_cent_everything_can_be_reached_and_nothing_runs_out_sideways(
    visit: Visit, rig: Rig, size: tuple[int, int]
) -> None:
    rig.view = scenes.view("ready", queue=scenes.QUEUE, forgotten=scenes.FORGOTTEN)
    page = visit(size=size)
    rig.connected()

    def look() -> None:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        # All at one moment: the page may draw itself anew between two looks.
        assert page.evaluate(OUTSIDE, size[0]) == []

    look()
    rig.show(scenes.offered())
    expect(page.locator(".offer")).to_be_visible()
    look()
    rig.show(scenes.serving())
    rig.relay(3, scenes.snapshot())
    expect(page.get_by_role("log")).to_contain_text("わかりました")
    look()
    page.locator(".compose").get_by_role("button").first.click()
    rig.show(scenes.view("wrapup", mine=scenes.mine("wrapup", expires_in=200.0)))
    page.get_by_role("button", name="窓口に 来てもらう").click()
    rig.expect(m.FinishWrapup)
