"""A clerk's day at the console, in a real browser, with the wire's own messages."""

import re
from collections.abc import Callable

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from server.protocol import messages as m
from server.protocol.values import Line
from tests.server.web import scenes
from tests.server.web.looks import accessible, overflowing
from tests.server.web.rig import PASSWORD, Rig

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


def lines(page: Page) -> list[str]:
    return page.locator(".log b").all_inner_texts()


# ---------------------------------------------------------------- signing in and out


def test_a_wrong_password_is_said_plainly_and_a_right_one_opens_the_console(visit: Visit, rig: Rig) -> None:
    rig.signed_in = False
    page = visit()
    account = page.get_by_label("ID")
    expect(account).to_be_focused()
    assert account.get_attribute("autocomplete") == "username"
    assert account.get_attribute("autocapitalize") == "none"
    assert page.get_by_label("パスワード", exact=True).get_attribute("autocomplete") == "current-password"
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("入れてください")
    account.fill("sato")
    page.get_by_label("パスワード", exact=True).fill("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("IDか パスワードが ちがいます")
    expect(page.get_by_label("パスワード", exact=True)).to_have_value("")
    rig.view = scenes.view("away")
    page.get_by_label("パスワード", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="受付を はじめる")).to_be_visible()
    assert len(rig.expect(m.StaffHello).session_key) == 32


def test_signing_out_leaves_nothing_of_the_conversation(call: Page, rig: Rig) -> None:
    call.get_by_role("button", name="サインアウト").click()
    expect(call.get_by_role("heading", name="サインイン")).to_be_visible()
    assert "わかりました" not in call.content()
    assert ("sign-out", {}) in rig.posted


def test_another_window_of_the_same_person_takes_over_without_a_fight(desk: Page, rig: Rig) -> None:
    rig.say(m.Goodbye(reason="replaced"))
    expect(desk.get_by_role("heading", name="別の画面で 開きました")).to_be_visible()
    assert rig.connections == 1
    desk.get_by_role("button", name="この画面に もどす").click()
    rig.connected(2)


# ---------------------------------------------------------------- the queue and the offer


def test_a_clerk_begins_pauses_with_a_reason_and_goes_on(visit: Visit, rig: Rig) -> None:
    rig.view = scenes.view("away")
    page = visit()
    page.get_by_role("button", name="受付を はじめる").click()
    rig.expect(m.SetReady)
    rig.show(scenes.view("ready"))
    expect(page.get_by_role("button", name="受付可")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Alt+u")
    page.get_by_role("button", name="昼休み").click()
    assert rig.expect(m.Pause).reason == "lunch"


def test_an_offer_cannot_be_missed_and_f2_answers_it_with_its_generation(desk: Page, rig: Rig) -> None:
    desk.evaluate(
        "() => { window.titles = []; new MutationObserver(() => titles.push(document.title)).observe(document.head, { subtree: true, childList: true, characterData: true }); }"
    )
    rig.show(scenes.offered())
    expect(desk.get_by_role("alert")).to_contain_text("呼び出しが 来ています")
    offer = desk.locator(".offer")
    for text in ("12番", "北公民館", "おくやみ", "字で 話したい", "1分"):
        expect(offer).to_contain_text(text)
    desk.wait_for_function("() => titles.some((title) => title.includes('呼び出し 12番'))")
    desk.keyboard.press("F2")
    accept = rig.expect(m.Accept)
    assert (accept.ticket, accept.generation) == ("t-12", 3)
    rig.show(scenes.serving(state="connecting"))
    expect(offer).to_have_count(0)
    desk.wait_for_function("() => !document.title.includes('呼び出し')")
    # The next one rings in the moment this one ends: the own picture is there, and a telephone call is called one.
    home = replace(scenes.TICKET, id="t-20", number=20, state="offered", callback="kept")
    rig.show(replace(scenes.offered(), mine=m.MyTicket(ticket=home, offer_expires_in=16.0, offer_lasts=20.0)))
    expect(offer.get_by_role("button", name="電話番号を 出す F2")).to_be_visible()
    expect(offer).to_contain_text("受付番号 20 で お待ちの方でしょうか")
    expect(desk.locator(".prepare .own")).not_to_contain_text("カメラは 切れています")


def test_an_offer_that_somebody_else_took_is_said_in_one_sentence(desk: Page, rig: Rig) -> None:
    rig.refusals["accept"] = "stale"
    rig.show(scenes.offered())
    desk.get_by_role("button", name="応答 F2").first.click()
    expect(desk.get_by_role("status").filter(has_text="ほかの職員が 先に 応答しました")).to_be_visible()


def test_declining_asks_for_a_reason(desk: Page, rig: Rig) -> None:
    rig.show(scenes.offered())
    expect(desk.locator(".offer")).to_be_visible()
    desk.keyboard.press("Alt+n")
    desk.get_by_role("button", name="ほかの課が よい").click()
    decline = rig.expect(m.Decline)
    assert (decline.ticket, decline.generation, decline.reason) == ("t-12", 3, "other_department")


def test_turning_back_from_declining_declines_nothing(desk: Page, rig: Rig) -> None:
    rig.show(scenes.offered())
    expect(desk.locator(".offer")).to_be_visible()
    desk.keyboard.press("Alt+n")
    desk.keyboard.press("Escape")
    desk.keyboard.press("F2")
    rig.expect(m.Accept)
    assert not [x for x in rig.sent if isinstance(x, m.Decline)]


def test_the_queue_shows_what_to_know_and_a_ready_clerk_may_pick(desk: Page, rig: Rig) -> None:
    rig.show(scenes.view("ready", queue=scenes.QUEUE))
    row = desk.locator("[data-ticket=t-13]")
    for text in ("13", "証明書", "東公民館", "▲", "11分", "字で 話したい", "職員が 出ず もどった"):
        expect(row).to_contain_text(text)
    expect(desk.locator("[data-ticket=t-16]")).to_contain_text("プリンター: 紙切れ")
    ringing = replace(scenes.QUEUE[0], state="offered", urgency="waited", callback="kept")
    rig.show(scenes.view("ready", queue=(ringing, *scenes.QUEUE[1:])))
    for text in ("呼び出し中", "長く お待ち", "折り返し電話"):
        expect(row).to_contain_text(text)
    expect(row).not_to_contain_text("予約")
    expect(desk.locator(".calm")).to_contain_text("左の「応答」を 押すと")
    desk.get_by_role("button", name="受付番号 14 に 応答する").click()
    assert rig.expect(m.Accept).ticket == "t-14"


def test_a_clerk_who_missed_too_often_reads_why_nothing_comes(desk: Page, rig: Rig) -> None:
    rig.show(scenes.view("paused", pause_reason="missed", queue=scenes.QUEUE))
    expect(desk.get_by_text("応答が なかったので、一時停止に しました")).to_be_visible()
    expect(desk.locator(".waits")).to_contain_text(
        re.compile(r"いま 3人が 待っています。いちばん 長い方は\s*11分")
    )
    desk.keyboard.press("Alt+u")
    rig.expect(m.SetReady)


# ---------------------------------------------------------------- the conversation


def test_a_written_line_is_sent_and_stays_pending_until_the_kiosk_shows_it(call: Page, rig: Rig) -> None:
    call.keyboard.press("Alt+c")
    call.keyboard.type("続柄を のせますか")
    assert rig.relayed(m.Typing).on is True
    call.keyboard.press("Control+Enter")
    said = rig.relayed(m.Say)
    assert said.text == "続柄を のせますか"
    expect(call.locator(".pending")).to_contain_text("続柄を のせますか")
    rig.relay(3, scenes.snapshot(lines=(*scenes.LINES, Line(id=said.id, who="clerk", text=said.text))))
    expect(call.locator(".pending")).to_have_count(0)
    assert lines(call)[-1] == "続柄を のせますか"


def test_a_line_written_while_the_server_was_away_is_sent_when_it_is_back(call: Page, rig: Rig) -> None:
    rig.closed = True
    rig.cut()
    expect(call.get_by_role("alert")).to_contain_text("サーバーと つながりません")
    call.keyboard.press("Alt+1")
    rig.closed = False
    call.evaluate("dispatchEvent(new Event('online'))")
    assert rig.relayed(m.Say).text == "ゆっくりで だいじょうぶです。"


def test_keys_of_an_input_method_are_nobodys(call: Page, rig: Rig) -> None:
    call.keyboard.press("Alt+c")
    call.keyboard.type("にほんご")
    call.evaluate("""() => {
        const press = (init) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init }));
        press({ key: 'Enter', code: 'Enter', ctrlKey: true, isComposing: true });
        press({ key: 'x', code: 'KeyX', altKey: true, isComposing: true });
        press({ key: 'Process', code: 'Digit1', altKey: true, keyCode: 229 });
    }""")
    call.keyboard.press("Control+Enter")
    assert rig.relayed(m.Say).text == "にほんご"
    expect(call.locator("dialog")).to_have_count(0)


def test_what_belongs_to_an_older_conversation_is_not_shown(call: Page, rig: Rig) -> None:
    rig.relay(2, scenes.snapshot(lines=(Line(id="x", who="resident", text="まえの人"),)))
    rig.relay(3, scenes.snapshot(resident_typing=True))
    expect(call.get_by_role("log")).to_contain_text("書いています")
    assert "まえの人" not in call.content()


def test_a_card_is_asked_for_followed_and_shown_with_its_origin(call: Page, rig: Rig) -> None:
    expect(call.locator(".who")).to_contain_text("まだ 何も 確かめていません")
    call.keyboard.press("Alt+k")
    request = rig.expect(m.RequestCard)
    assert (request.ticket, request.generation) == ("t-12", 3)
    rig.show(scenes.serving(m.OrderForStaff(id=request.id, kind="card")))
    rig.relay(3, scenes.snapshot(card_step="pin", pin_tries_left=3))
    expect(call.locator(".who")).to_contain_text("暗証番号を 入力しています（見えません）")
    expect(call.locator(".who")).to_contain_text("あと 3回")
    rig.show(scenes.serving(m.OrderForStaff(id=request.id, kind="card", outcome="shared")))
    rig.relay(3, scenes.snapshot(attributes=scenes.HANAKO))
    for text in ("山田 花子", "カード", "昭和19年(1944年)5月3日", "見本市北町3丁目12番5号", "女"):
        expect(call.locator(".who")).to_contain_text(text)


def test_a_card_request_can_be_taken_back(call: Page, rig: Rig) -> None:
    rig.show(scenes.serving(m.OrderForStaff(id="c-1", kind="card")))
    call.get_by_role("button", name="お願いを 取り消す").click()
    assert rig.expect(m.WithdrawOrder).order == "c-1"


def test_a_slip_is_previewed_printed_once_and_asked_about_before_a_second(call: Page, rig: Rig) -> None:
    compose = call.locator(".compose")
    compose.get_by_role("button", name="＋ 葬祭費の 申し込み").click()
    compose.get_by_role("button", name="＋ 世帯主を 変える届").click()
    call.get_by_label("いつまで").fill("11月24日（火）まで")
    expect(call.get_by_role("img", name="印刷される紙の見本")).to_be_visible()
    rig.until(lambda: True if rig.posted and "11月24日" in str(rig.posted[-1]) else None)
    call.keyboard.press("Alt+p")
    order = rig.expect(m.PrintSlip)
    assert order.content.done == ("葬祭費の 申し込み",)
    assert order.content.next_steps[0].until == "11月24日（火）まで"
    assert rig.posted[-1][1]["content"]["done"] == ["葬祭費の 申し込み"]
    rig.show(scenes.serving(m.OrderForStaff(id=order.id, kind="slip")))
    expect(call.locator(".outcomes")).to_contain_text("印刷しています")
    call.keyboard.press("Alt+p")
    expect(call.get_by_role("status").filter(has_text="同じ紙を いま 印刷しています")).to_be_visible()
    rig.show(scenes.serving(m.OrderForStaff(id=order.id, kind="slip", outcome="unknown")))
    expect(call.locator(".outcomes")).to_contain_text("住民に たずねてください")
    call.keyboard.press("Alt+p")
    expect(call.get_by_role("heading", name="同じ紙を もう1枚 印刷しますか")).to_be_visible()
    call.keyboard.press("Escape")
    assert len([x for x in rig.sent if isinstance(x, m.PrintSlip)]) == 1
    call.get_by_role("button", name="紙を 印刷").first.click()
    call.get_by_role("button", name="もう1枚 印刷する").click()
    assert rig.expect(m.PrintSlip, 2).id != order.id


def test_paper_that_ran_out_is_said_and_printing_again_needs_no_question(call: Page, rig: Rig) -> None:
    call.locator(".compose").get_by_role("button", name="＋ 葬祭費の 申し込み").click()
    call.keyboard.press("Alt+p")
    order = rig.expect(m.PrintSlip)
    rig.show(scenes.serving(m.OrderForStaff(id=order.id, kind="slip", outcome="paper_out")))
    expect(call.locator(".outcomes")).to_contain_text("紙切れで 印刷できません")
    call.keyboard.press("Alt+p")
    rig.expect(m.PrintSlip, 2)


def test_an_empty_slip_is_not_printed(call: Page, rig: Rig) -> None:
    call.keyboard.press("Alt+p")
    expect(call.get_by_role("status").filter(has_text="紙に 何も 書かれていません")).to_be_visible()
    assert not [x for x in rig.sent if isinstance(x, m.PrintSlip)]


def test_a_hold_promises_minutes_and_is_ended_with_the_same_key(call: Page, rig: Rig) -> None:
    call.keyboard.press("Alt+h")
    call.get_by_role("button", name="およそ 5分").click()
    assert rig.expect(m.Hold).minutes == 5
    rig.show(scenes.serving(state="held", hold_minutes=5))
    expect(call.get_by_role("heading", name="保留中")).to_be_visible()
    expect(call.get_by_text("住民には「およそ 5分」と 伝えています。")).to_be_visible()
    call.keyboard.press("Alt+h")
    rig.expect(m.Resume)


def test_muting_is_shown_and_forgotten_in_the_next_conversation(call: Page, rig: Rig) -> None:
    call.keyboard.press("Alt+m")
    expect(call.get_by_role("button", name="ミュート中")).to_have_attribute("aria-pressed", "true")
    rig.show(scenes.view("wrapup", mine=scenes.mine("wrapup")))
    rig.show(scenes.serving())
    expect(call.get_by_role("button", name="ミュート Alt+M", exact=True)).to_have_attribute(
        "aria-pressed", "false"
    )


def test_ending_is_confirmed_and_the_result_closes_the_wrap_up(call: Page, rig: Rig) -> None:
    call.keyboard.press("Alt+x")
    expect(call.get_by_role("button", name="やめる")).to_be_focused()
    call.get_by_role("button", name="通話を 終わる").click()
    rig.expect(m.EndCall)
    rig.show(scenes.view("wrapup", in_state_for=3.0, mine=scenes.mine("wrapup", expires_in=297.0)))
    expect(call.get_by_role("heading", name="どう なりましたか")).to_be_visible()
    expect(call.locator(".wrapup")).to_contain_text("4:5")
    for gone in ("山田", "わかりました"):
        assert gone not in call.content()
    call.keyboard.press("Alt+u")
    call.locator("dialog").get_by_role("button", name="昼休み").click()
    assert rig.expect(m.Pause).reason == "lunch"
    resting = scenes.mine("wrapup", expires_in=280.0)
    rig.show(scenes.view("wrapup", in_state_for=20.0, mine=resting, pause_reason="lunch"))
    expect(call.locator(".wrapup")).to_contain_text("このあと 一時停止に なります（昼休み）")
    expect(call.locator(".hint")).to_have_text("結果を えらぶと、一時停止に なります。")
    call.get_by_role("button", name="やっぱり 続ける").click()
    rig.expect(m.SetReady)
    call.keyboard.press("Alt+3")
    done = rig.expect(m.FinishWrapup)
    assert (done.ticket, done.result) == ("t-12", "come_in")
    expect(call.locator(".toasts")).to_contain_text("「窓口に 来てもらう」と 書きました。直すときは")


def test_a_note_that_was_only_typed_is_kept_before_the_result_and_not_lost_with_its_tab(
    call: Page, rig: Rig
) -> None:
    rig.show(scenes.view("wrapup", in_state_for=3.0, mine=scenes.mine("wrapup", expires_in=297.0)))
    note = call.get_by_role("textbox", name="職員のメモ")
    note.fill("次は 通帳を 持ってくる")
    call.get_by_role("tab", name="渡す紙").click()
    call.get_by_role("tab", name="記録").click()
    expect(note).to_have_value("次は 通帳を 持ってくる")
    note.press("Alt+1")
    rig.expect(m.FinishWrapup)
    assert [body["text"] for path, body in rig.posted if path == "case/note"] == ["次は 通帳を 持ってくる"]
    expect(note).to_have_value("")
    note.fill("とちゅうの")
    rig.show(scenes.view("ready"))  # the minutes for it have passed
    rig.until(lambda: True if [b for _, b in rig.posted if b.get("text") == "とちゅうの"] else None)


def test_a_lost_kiosk_and_a_lost_server_are_told_apart(call: Page, rig: Rig) -> None:
    rig.show(scenes.serving(kiosk_connected=False, kiosk_lost_for=20.0))
    expect(call.get_by_role("heading", name="端末と つながりません")).to_be_visible()
    rig.closed = True
    rig.cut()
    expect(call.locator(".band")).to_contain_text("通話は そのまま つづきます")
    expect(call.get_by_role("button", name="終了")).to_be_disabled()


def test_a_kiosk_with_another_key_gets_no_picture_until_somebody_confirmed_it(desk: Page, rig: Rig) -> None:
    desk.evaluate("localStorage.setItem('komado.kiosk.k-kita', 'another')")
    rig.show(scenes.serving(state="connecting"))
    expect(desk.get_by_role("alert")).to_contain_text("端末の鍵が 前と ちがいます")
    assert not [b for b in rig.sent if isinstance(b, m.RelayToKiosk) and isinstance(b.body, m.Sdp)]
    desk.get_by_role("button", name="新しい鍵を 使う", exact=True).click()
    desk.get_by_role("button", name="確かめた。新しい鍵を 使う").click()
    assert rig.relayed(m.Sdp).kind == "offer"


def test_a_console_reloaded_in_a_call_continues_after_the_attempts_the_kiosk_has_seen(
    visit: Visit, rig: Rig
) -> None:
    rig.view = scenes.serving()
    visit()
    rig.connected()
    rig.relay(3, scenes.snapshot(attempts={"voice": 4, "eyes": 7}))
    attempts = {body.link: body.attempt for body in (rig.relayed(m.Sdp, 1), rig.relayed(m.Sdp, 2))}
    assert attempts == {"voice": 5, "eyes": 8}


def test_plain_http_from_another_machine_says_what_is_missing_and_still_writes(
    visit: Visit, rig: Rig
) -> None:
    rig.view = scenes.view("ready")
    page = visit(host="mihon.test")
    expect(page.locator(".alert")).to_contain_text("この開き方では カメラと マイクが 使えません")
    expect(page.locator(".alert")).to_contain_text("https://mihon.test/")
    assert rig.expect(m.StaffHello).session_key == b""
    rig.show(scenes.serving())
    rig.relay(3, scenes.snapshot())
    expect(page.get_by_role("log")).to_contain_text("わかりました")
    page.keyboard.press("Alt+4")
    assert rig.relayed(m.Say).text == "はい、合っています。"


def test_a_refused_camera_is_said_and_the_conversation_goes_on(visit: Visit, rig: Rig) -> None:
    rig.view = scenes.view("ready")
    page = visit(
        fault="navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    page.get_by_role("button", name="カメラと マイクを 確かめる").click()
    expect(page.locator(".alert")).to_contain_text("カメラか マイクが 使えません")
    rig.show(scenes.serving(state="connecting"))
    assert rig.relayed(m.Sdp).kind == "offer"
    page.keyboard.press("Alt+5")
    rig.relayed(m.Say)


# ---------------------------------------------------------------- everything by keyboard, readable, in its place


def test_a_whole_visit_needs_no_mouse(visit: Visit, rig: Rig) -> None:
    rig.view = scenes.view("away")
    page = visit()
    expect(page.get_by_role("button", name="受付を はじめる")).to_be_enabled()
    page.keyboard.press("Alt+u")
    rig.expect(m.SetReady)
    rig.show(scenes.offered())
    expect(page.locator(".offer")).to_be_visible()
    page.keyboard.press("F2")
    rig.expect(m.Accept)
    rig.show(scenes.serving())
    rig.relay(3, scenes.snapshot())
    expect(page.get_by_role("log")).to_contain_text("わかりました")
    page.keyboard.press("Alt+v")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="手元の書類")).to_be_focused()
    expect(page.get_by_role("tab", name="手元の書類")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Alt+3")
    assert rig.relayed(m.Say).text == "これで 合っていますか。"
    page.keyboard.press("Alt+s")
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+p")
    assert rig.expect(m.PrintSlip).content.done
    page.keyboard.press("Alt+h")
    page.keyboard.press("Enter")
    assert rig.expect(m.Hold).minutes == 2
    page.keyboard.press("Alt+x")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    rig.expect(m.EndCall)
    page.keyboard.press("Control+/")
    expect(page.get_by_role("heading", name="キーの一覧")).to_be_visible()
    page.keyboard.press("Escape")
    rig.show(scenes.view("wrapup", mine=scenes.mine("wrapup")))
    page.locator(".result").first.focus()
    page.keyboard.press("Enter")
    assert rig.expect(m.FinishWrapup).result == "done"


def test_no_key_without_alt_ctrl_or_f_does_anything(call: Page, rig: Rig) -> None:
    before = len(rig.sent)
    call.locator("body").click(position={"x": 5, "y": 5})
    call.keyboard.type("abcdefghijklmnopqrstuvwxyz0123456789/?")
    call.keyboard.press("Alt+c")
    expect(call.get_by_label("筆談の文")).to_be_focused()
    assert [x for x in rig.sent[before:] if isinstance(x, m.Command)] == []
    expect(call.locator("dialog")).to_have_count(0)


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 800)], ids=str)
def test_every_state_is_accessible_and_fits(visit: Visit, rig: Rig, size: tuple[int, int]) -> None:
    rig.view = scenes.view("away")
    page = visit(size=size)
    rig.connected()
    wrong: dict[str, list[str]] = {}

    def look(name: str) -> None:
        found = accessible(page) + overflowing(page)
        if found:
            wrong[name] = found

    look("away")
    rig.show(scenes.view("ready", queue=scenes.QUEUE * 4, kiosks_with_trouble=3))
    expect(page.locator("[data-ticket=t-13]").first).to_be_visible()
    look("queue")
    rig.show(scenes.offered())
    expect(page.locator(".offer")).to_be_visible()
    look("offer")
    rig.show(scenes.serving(m.OrderForStaff(id="c", kind="card")))
    rig.relay(3, scenes.snapshot(card_step="pin", pin_tries_left=1, resident_typing=True))
    expect(page.locator(".card-step")).to_be_visible()
    look("card")
    rig.show(
        scenes.serving(
            m.OrderForStaff(id="c", kind="card", outcome="shared"),
            m.OrderForStaff(id="p", kind="slip", outcome="unknown"),
        )
    )
    rig.relay(3, scenes.snapshot(attributes=scenes.HANAKO))
    for button in page.locator(".compose .adds button").all()[:2]:
        button.click()
    page.locator(".compose .adds").last.get_by_role("button").first.click()
    expect(page.locator(".preview canvas")).to_be_visible()
    look("slip")
    rig.show(scenes.serving(state="held", hold_minutes=2))
    expect(page.locator(".over")).to_be_visible()
    look("hold")
    rig.show(scenes.view("wrapup", mine=scenes.mine("wrapup", expires_in=200.0)))
    expect(page.locator(".wrapup")).to_be_visible()
    look("wrap-up")
    page.keyboard.press("Control+/")
    expect(page.locator("dialog")).to_be_visible()
    look("keys")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="サインアウト").click()
    expect(page.locator("k-sign-in")).to_be_visible()
    look("sign-in")
    assert wrong == {}
