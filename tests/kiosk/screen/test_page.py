"""What the page does: presses become messages, digits leave at once, old pages go, one picture of the clerk lives on."""

import re
from typing import Unpack

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.display import ScreenNews
from server.protocol import screen as s
from server.protocol.values import Line
from tests.kiosk.screen.displays import MORE, NAME, SCREENS, USUAL, Form, call, display
from tests.kiosk.screen.serve import Agent, agent, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BUTTONS = {
    "purposes": {
        "quit",
        "call_local",
        "page:2",
        "purpose:talk",
        *(f"purpose:{p}" for p in USUAL),
    },
    "purposes_more": {
        "quit",
        "call_local",
        "page:1",
        "purpose:talk",
        *(f"purpose:{p}" for p in MORE),
    },
    "confirm": {"cancel", "call_local", "confirm"},
    "waiting": {"quit", "call_local"},
    "connecting": {"end"},
    "call": {"end", "write"},
    "on_hold": {"end", "call_local"},
    "still_ask": {"end", "still_no", "still_yes"},
    "still_taking": {"end"},
    "card_ask": {"end", "card_no", "card_yes"},
    "card_place": {"end", "card_skip"},
    "card_place_again": {"end", "card_skip", "card_retry"},
    "card_last_try": {"end", "card_skip", "card_last_try"},
    "card_reading": {"end"},
    "card_confirm": {"end", "confirm_no", "confirm_yes"},
    "card_failed": {"end", "card_skip"},
    "card_failed_other": {"end", "card_skip", "card_retry"},
    "farewell": {"done"},
    "farewell_left": set[str](),
    "unserved": {"done", "call_local", "start"},
    "unserved_hours": {"done", "call_local"},
    "out_of_order": {"call_local"},
}
SETTINGS = {
    "repeat",
    "setting:wants_text",
    "setting:large",
    "setting:volume",
    "setting:language:easy",
    "setting:language:en",
}


class Screen:
    """A page with its agent, one display after the other."""

    def __init__(self, page: Page, kiosk: Agent) -> None:
        self.page = page
        self.kiosk = kiosk
        self.seq = 0

    def show(self, screen: s.Screen, **form: Unpack[Form]) -> int:
        self.seq += 1
        self.kiosk.show(display(screen, seq=self.seq, **form))
        settled(self.page, self.seq)
        self.kiosk.forget()
        return self.seq

    def press(self, control: str) -> None:
        self.page.clock.fast_forward(600)  # a press of its own, not a tremor
        self.page.locator(f'k-button[control="{control}"] button').click()

    def touched(self) -> s.Touched:
        return self.kiosk.wait(lambda said: next((x for x in said if isinstance(x, s.Touched)), None))


@pytest.fixture
def screen(page: Page, kiosk: Agent) -> Screen:
    return Screen(page, kiosk)


def test_each_screen_offers_exactly_its_controls_and_each_says_its_name(screen: Screen) -> None:
    for name, controls in BUTTONS.items():
        screen.show(SCREENS[name])
        found = set(screen.page.locator("k-button[control]").evaluate_all("all => all.map((b) => b.control)"))
        assert found - SETTINGS == controls, name
        for control in sorted(controls):
            screen.kiosk.forget()
            screen.press(control)
            assert screen.touched() == s.Touched(control=control, seq=screen.seq), name


def test_the_header_changes_language_letters_and_sound(screen: Screen) -> None:
    screen.show(SCREENS["purposes"])
    for control in sorted(SETTINGS):
        screen.kiosk.forget()
        screen.press(control)
        assert screen.touched().control == control
    screen.show(SCREENS["purposes"], language="easy")
    screen.press("setting:language:ja")
    assert screen.touched().control == "setting:language:ja"


def test_waiting_people_touch_anywhere_to_begin(screen: Screen) -> None:
    for x, y in ((30, 130), (1500, 500), (300, 1000)):
        seq = screen.show(SCREENS["attract"])
        screen.page.clock.fast_forward(600)
        screen.page.mouse.click(x, y)
        assert screen.touched() == s.Touched(control="start", seq=seq)


def test_the_beginning_works_from_a_keyboard(screen: Screen) -> None:
    screen.show(SCREENS["attract"])
    screen.page.locator("k-attract button").focus()
    screen.page.keyboard.press("Enter")
    assert screen.touched().control == "start"


def test_a_second_press_within_half_a_second_is_a_tremor(screen: Screen) -> None:
    screen.show(SCREENS["confirm"])
    screen.press("confirm")
    button = screen.page.locator('k-button[control="confirm"] button')
    button.click()
    screen.page.clock.fast_forward(600)
    screen.press("cancel")
    said = screen.kiosk.wait(
        lambda said: [x for x in said if isinstance(x, s.Touched) and x.control == "cancel"]
    )
    assert len(said) == 1
    assert [x.control for x in screen.kiosk.said if isinstance(x, s.Touched)] == ["confirm", "cancel"]


@pytest.mark.parametrize(("slide", "counts"), [(36, True), (60, False)])
def test_a_finger_may_slide_forty_pixels(screen: Screen, slide: int, counts: bool) -> None:
    screen.show(SCREENS["confirm"])
    screen.page.clock.fast_forward(600)
    box = screen.page.locator('k-button[control="cancel"]').bounding_box()
    assert box
    screen.page.mouse.move(box["x"] + box["width"] - 4, box["y"] + 40)
    screen.page.mouse.down()
    screen.page.mouse.move(box["x"] + box["width"] - 4 + slide, box["y"] + 40)
    screen.page.mouse.up()
    screen.press("confirm")
    screen.kiosk.wait(lambda said: next((x for x in said if getattr(x, "control", "") == "confirm"), None))
    controls = [x.control for x in screen.kiosk.said if isinstance(x, s.Touched)]
    assert controls == (["cancel", "confirm"] if counts else ["confirm"])


def test_questions_cover_the_screen_and_only_they_can_be_answered(screen: Screen) -> None:
    screen.show(SCREENS["waiting"], prompt_seconds=47)
    assert screen.page.locator(".page").get_attribute("inert") is not None
    screen.press("extend")
    assert screen.touched().control == "extend"
    screen.show(SCREENS["call"], quitting=True)
    for control in ("quit_no", "quit_yes"):
        screen.kiosk.forget()
        screen.press(control)
        assert screen.touched().control == control


def keys_of(said: list[ScreenNews]) -> list[s.KeyPressed]:
    return [one for one in said if isinstance(one, s.KeyPressed)]


def test_pin_digits_leave_at_once_and_stay_nowhere_in_the_page(screen: Screen) -> None:
    seq = screen.show(SCREENS["card_pin"])
    for digit in "7093":
        screen.page.clock.fast_forward(600)
        screen.page.locator(f'k-pin-pad k-button[control="{digit}"] button').click()
    screen.page.clock.fast_forward(600)
    screen.page.locator('k-pin-pad k-button[control="delete"] button').click()
    keys = screen.kiosk.wait(lambda said: pressed if len(pressed := keys_of(said)) == 5 else None)
    assert [key.key for key in keys] == ["7", "0", "9", "3", "delete"]
    assert {key.seq for key in keys} == {seq}
    # Every value of every element, and what browsers keep, for the digits in their order.
    kept = screen.page.evaluate(
        """() => {
            const found = [];
            const seen = new WeakSet();
            const dig = (value, depth) => {
                if (typeof value === "string" || typeof value === "number") { if (/7.?0.?9.?3/.test(String(value))) found.push(String(value)); }
                else if (value && typeof value === "object" && depth < 4 && !seen.has(value)) {
                    seen.add(value);
                    if (Array.isArray(value) && value.join("").includes("7093")) found.push("array");
                    for (const key of Object.keys(value)) { try { dig(value[key], depth + 1); } catch { /* a getter that refuses */ } }
                }
            };
            const walk = (root) => { for (const el of root.querySelectorAll("*")) { dig(el, 0); for (const a of el.attributes) dig(a.value, 0); if (el.shadowRoot) walk(el.shadowRoot); } };
            walk(document);
            dig({ ...localStorage, ...sessionStorage }, 0);
            return found;
        }"""
    )
    assert kept == []


def test_the_pin_goes_only_when_four_digits_are_there(screen: Screen) -> None:
    screen.show(SCREENS["card_pin"])
    button = screen.page.locator('k-button[control="enter"] button')
    expect(button).to_have_attribute("aria-disabled", "true")
    screen.page.clock.fast_forward(600)
    button.click(force=True)  # it stays where it is and does nothing
    screen.show(SCREENS["card_pin_wrong"])
    screen.page.clock.fast_forward(600)
    button.click()
    said = screen.kiosk.wait(lambda said: list(said))
    assert said == [s.KeyPressed(key="enter", seq=screen.seq)]


def test_a_name_written_before_is_used_with_one_press_or_written_anew(screen: Screen) -> None:
    screen.show(SCREENS["form_sign_same"])
    expect(screen.page.get_by_role("heading", name="さきほどの お名前を 使いますか？")).to_be_visible()
    screen.press("sign_done")
    used = screen.kiosk.wait(lambda said: next((x for x in said if isinstance(x, s.NameWritten)), None))
    assert used.strokes == NAME
    screen.kiosk.forget()
    box = screen.page.locator("k-sign canvas").bounding_box()
    assert box is not None
    screen.page.mouse.move(box["x"] + 100, box["y"] + 100)
    screen.page.mouse.down()
    screen.page.mouse.move(box["x"] + 300, box["y"] + 140, steps=5)
    screen.page.mouse.up()
    expect(screen.page.get_by_role("heading", name="名前を 書いてください")).to_be_visible()
    screen.press("sign_done")
    anew = screen.kiosk.wait(lambda said: next((x for x in said if isinstance(x, s.NameWritten)), None))
    assert len(anew.strokes) == 1, "nobody writes over a name"


def test_written_words_are_sent_once_and_the_box_is_empty_again(screen: Screen) -> None:
    screen.show(SCREENS["call_writing"])
    for key in ("か", "[mark]", "や"):
        screen.page.clock.fast_forward(600)
        screen.page.locator(f'k-keyboard k-button[control="{key}"] button').click()
    expect(screen.page.locator("textarea")).to_have_value("がや")
    screen.press("send")
    line = screen.kiosk.wait(lambda said: next((x for x in said if isinstance(x, s.Written)), None))
    assert line.text == "がや"
    expect(screen.page.locator("textarea")).to_have_value("")
    states = screen.kiosk.wait(lambda said: [x.on for x in said if isinstance(x, s.WritingNow)][1:] and said)
    assert [x.on for x in states if isinstance(x, s.WritingNow)] == [True, False]


def test_a_full_line_says_so(screen: Screen) -> None:
    screen.show(SCREENS["call_writing"])
    screen.page.locator("textarea").fill("あ" * 200)
    expect(screen.page.locator("k-keyboard [role=status]")).to_contain_text("いっぱいです")
    screen.press("send")
    expect(screen.page.locator("k-keyboard [role=status]")).to_have_count(0)


def test_a_real_keyboard_writes_too(screen: Screen) -> None:
    screen.show(SCREENS["call_writing"])
    screen.page.locator("textarea").focus()
    screen.page.keyboard.insert_text("住民票をください")
    screen.page.keyboard.press("Enter")
    line = screen.kiosk.wait(lambda said: next((x for x in said if isinstance(x, s.Written)), None))
    assert line.text == "住民票をください"


def test_the_newest_words_are_in_sight_and_older_ones_a_press_away(screen: Screen) -> None:
    lines = tuple(Line(id=f"n{n}", who="clerk", text=f"その{n} よく聞こえています。") for n in range(30))
    screen.show(call(lines=lines))
    words = screen.page.locator("k-lines ol")
    expect(words).to_contain_text("その29")
    expect(words).not_to_contain_text("その3 ")
    for _ in range(2):
        screen.page.clock.fast_forward(600)
        screen.page.locator('k-lines k-button[control="older"] button').click()
    expect(words).not_to_contain_text("その29")
    screen.show(call(lines=(*lines, Line(id="new", who="clerk", text="新しい字です。"))))
    expect(words).to_contain_text("新しい字です。")


def test_large_letters_turn_eight_wishes_into_two_pages_of_four(screen: Screen) -> None:
    screen.show(SCREENS["purposes"], large=True)
    tiles = screen.page.locator('k-purposes k-button[kind="tile"]')
    expect(tiles).to_have_count(4)
    screen.press("half:2")
    expect(tiles.first).to_have_attribute("control", "purpose:shussei")
    screen.press("page:2")
    assert screen.touched().control == "page:2"
    screen.show(SCREENS["purposes_more"], large=True)
    expect(tiles.first).to_have_attribute("control", "purpose:kaigo")
    screen.press("page:1")
    screen.show(SCREENS["purposes"], large=True)
    expect(tiles.first).to_have_attribute("control", "purpose:shussei")


def test_the_clerks_picture_is_the_same_element_from_ring_to_end(screen: Screen) -> None:
    screen.show(SCREENS["connecting"])
    video = screen.page.locator("video").element_handle()
    assert video
    for name in (
        "call",
        "call_writing",
        "card_ask",
        "card_pin",
        "card_confirm",
        "on_hold",
        "call",
    ):
        screen.show(SCREENS[name])
        assert video.evaluate(
            "(video) => video.isConnected && document.querySelector('kiosk-screen').video === video"
        ), name
    screen.show(SCREENS["farewell"])
    assert not video.evaluate("(video) => video.isConnected"), "with the conversation its picture goes"


def test_the_clerk_is_drawn_until_their_picture_arrives_and_when_their_camera_is_off(screen: Screen) -> None:
    screen.show(SCREENS["connecting"])
    drawn = screen.page.locator("k-clerk .still")
    expect(drawn).to_have_count(1)
    screen.page.evaluate(
        """() => {
            const canvas = Object.assign(document.createElement("canvas"), { width: 320, height: 180 });
            const paint = canvas.getContext("2d");
            paint.fillRect(0, 0, 320, 180);
            const video = document.querySelector("kiosk-screen").video;
            video.srcObject = canvas.captureStream();
            paint.fillRect(0, 0, 20, 20);
            return video.play();
        }"""
    )
    expect(drawn).to_have_count(0)
    screen.show(call(clerk_camera=False))
    expect(drawn).to_contain_text("職員の カメラは 切れています")
    screen.show(call())
    expect(drawn).to_have_count(0)


def test_clocks_go_on_between_two_displays(screen: Screen) -> None:
    screen.show(SCREENS["on_hold"])
    clock = screen.page.locator("k-on-hold .left b")

    def left() -> int:
        read = re.fullmatch(r"(\d)分(\d+)秒", clock.inner_text())
        assert read is not None, "minutes and seconds"
        return int(read[1]) * 60 + int(read[2])

    first = left()
    assert first <= 83  # the page's clock also runs by itself, so it may be a little less
    screen.page.clock.run_for(3000)
    assert left() <= first - 3


def test_the_page_says_that_it_lives_every_five_seconds(browser: Browser, kiosk: Agent) -> None:
    page = browser.new_page()
    sent: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda text: sent.append(str(text))))
    page.clock.install()
    page.goto(kiosk.url)
    kiosk.show(display(SCREENS["attract"], seq=77))
    settled(page, 77)
    page.clock.run_for(10_100)
    page.wait_for_function("() => true")
    assert [text for text in sent if "page_alive" in text] == ['{"type":"page_alive","seq":77}'] * 2
    page.close()


def test_a_reload_is_a_new_document_with_nothing_of_the_old(screen: Screen) -> None:
    screen.show(SCREENS["card_confirm"])
    screen.page.evaluate("() => { globalThis.leftover = '山田'; }")
    screen.kiosk.show(display(SCREENS["farewell_wiping"], seq=900))
    assert screen.kiosk.reload()
    settled(screen.page, 900)
    assert screen.page.evaluate("() => globalThis.leftover") is None
    assert "山田" not in screen.page.content()
    assert "#" in screen.page.url


def test_simulated_devices_are_named_on_a_strip(screen: Screen) -> None:
    screen.show(SCREENS["attract"], simulated=("card", "printer"))
    expect(screen.page.locator("k-banner")).to_contain_text("カードの機械・印刷機は 本物では ありません")
    screen.show(SCREENS["attract"])
    expect(screen.page.locator("k-banner p")).to_have_count(0)


def test_the_page_of_a_lost_agent_shows_nothing_of_anybody(browser: Browser) -> None:
    with agent() as other:
        page = browser.new_page()
        page.goto(other.url)
        other.show(display(SCREENS["card_confirm"], seq=1))
        settled(page, 1)
    page.wait_for_function("() => !document.querySelector('kiosk-screen').agent", timeout=10_000)
    expect(page.locator(".absent")).to_contain_text("準備を しています")
    expect(page.locator("k-card-confirm")).to_have_count(0)
    page.close()
