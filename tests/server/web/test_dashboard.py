"""Field IT's page, in a real browser, with the wire's own messages."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from server.core.fleet import in_parts
from server.protocol import messages as m
from tests.server.web import scenes
from tests.server.web.looks import accessible, overflowing
from tests.server.web.rig import Rig

pytestmark = pytest.mark.browser


@pytest.fixture
def fleet(visit: Callable[..., Page], rig: Rig) -> Page:
    """Open the page on a mixed fleet."""
    rig.view = scenes.fleet()
    page = visit("/dashboard/")
    expect(page.get_by_role("row").nth(5)).to_be_visible()
    return page


def names(page: Page) -> list[str]:
    return [text.split()[0] for text in page.locator("tbody th").all_inner_texts()]


def test_the_worst_stands_first_with_one_reason(fleet: Page) -> None:
    assert names(fleet)[:4] == ["港公民館", "山の手公民館", "東公民館", "南支所"]
    expect(fleet.get_by_role("row").filter(has_text="南支所")).to_contain_text("プリンター: 紙が 残り少ない")
    expect(fleet.get_by_role("row").filter(has_text="山の手公民館")).to_contain_text("つながらない 12分")
    assert "旧北支所" not in names(fleet)


def test_a_tile_filters_and_the_same_tile_shows_all_again(fleet: Page) -> None:
    tile = fleet.get_by_role("button", name="注意")
    tile.click()
    assert names(fleet) == ["東公民館", "南支所"]
    tile.click()
    assert len(names(fleet)) == 16
    fleet.get_by_role("button", name="取り消し").click()
    assert names(fleet) == ["旧北支所"]


def test_what_ails_several_is_one_chip_that_shows_them_alone(fleet: Page, rig: Rig) -> None:
    view = scenes.fleet()
    ill = [
        replace(one, id=f"ill{n}", name=f"{n}号機", site="谷公民館", state="attention", reason="card.no_reader", connected=True)
        for n, one in enumerate([view.kiosks[0]] * 12)
    ]  # fmt: skip
    rig.show(replace(view, kiosks=(*ill, *view.kiosks)))
    chip = fleet.get_by_role("button", name="カードの機械が ない")
    expect(chip).to_contain_text("13台")
    chip.click()
    expect(fleet.locator("tbody tr")).to_have_count(13)
    assert accessible(fleet) + overflowing(fleet) == []
    well = tuple(one for one in view.kiosks if one.reason != "card.no_reader")
    rig.show(replace(view, kiosks=well))  # nobody is left to look at an empty list
    expect(fleet.locator("tbody tr")).to_have_count(15)


def test_the_last_fault_is_said_in_words_and_the_place_has_its_telephone(fleet: Page) -> None:
    fleet.get_by_role("button", name="山の手公民館").click()
    detail = fleet.locator(".detail")
    expect(detail.get_by_text("サーバーとの 線が 切れました")).to_be_visible()
    expect(detail.get_by_text("10:03")).to_be_visible()
    expect(detail.get_by_text("LinkLost at kiosk.link:142")).to_be_hidden()
    detail.locator("details.raw summary").click()
    expect(detail.get_by_text("LinkLost at kiosk.link:142")).to_be_visible()
    expect(detail.get_by_text("0000-00-0117")).to_be_visible()


def test_before_anybody_is_chosen_the_page_says_what_there_is_to_do(fleet: Page, rig: Rig) -> None:
    errands = fleet.locator(".errands li")
    expect(errands).to_have_count(5)  # who is between two visits, well or revoked is nobody's errand
    expect(errands.first).to_contain_text("同じ鍵の機械が ほかにも ある")
    expect(errands.nth(1)).to_contain_text("電源、ネットワークの線、ルーター")
    errands.nth(1).get_by_role("link", name="山の手公民館").click()
    expect(fleet.locator(".detail h2")).to_contain_text("山の手公民館")
    expect(fleet.locator(".detail .alert").get_by_role("link", name="0000-00-0117")).to_be_visible()
    fleet.get_by_role("button", name="する ことの 一覧").click()
    expect(errands).to_have_count(5)
    view = scenes.fleet()
    rig.show(replace(view, kiosks=tuple(one for one in view.kiosks if one.state == "ok")))
    expect(fleet.locator(".errands")).to_contain_text("端末は すべて 動いています")


def test_a_kiosk_of_another_version_than_the_server_is_marked(fleet: Page, rig: Rig) -> None:
    view = scenes.fleet()
    rig.show(replace(view, version="0.2.0", kiosks=(replace(view.kiosks[4], version="0.1.0"), replace(view.kiosks[3], version="0.2.0"))))  # fmt: skip
    expect(fleet.get_by_role("row").filter(has_text="北公民館")).to_contain_text("▲ 0.1.0")
    expect(fleet.get_by_role("row").filter(has_text="東公民館")).not_to_contain_text("▲ 0.2.0")
    fleet.get_by_role("button", name="北公民館").click()
    expect(fleet.locator(".detail")).to_contain_text("サーバーは 0.2.0")


def test_what_ails_a_kiosk_comes_with_what_to_do_about_it(fleet: Page) -> None:
    fleet.get_by_role("button", name="東公民館").click()
    expect(fleet.locator(".detail .alert")).to_contain_text("USBの線を さしなおして")
    fleet.get_by_role("button", name="山の手公民館").click()
    expect(fleet.locator(".detail .alert")).to_contain_text("電源、ネットワークの線、ルーター")


def test_every_reason_a_kiosk_can_be_in_trouble_for_has_advice(fleet: Page) -> None:
    advised = fleet.evaluate(
        """async () => {
            const { NAMES } = await import('/shared/names.ja.js');
            const { advice } = await import('/dashboard/advice.js');
            return Object.fromEntries(Object.keys(NAMES.note).map((note) => [note, advice({ state: 'attention', reason: `printer.${note}` })]));
        }"""
    )
    silent = {note for note, text in advised.items() if not text}
    assert silent == {"unknown", "warning", "clock", "connecting", "copied_key", "revoked", "never_connected"}


def test_who_may_not_see_the_page_is_led_to_their_own(visit: Callable[..., Page], rig: Rig) -> None:
    rig.roles = ("clerk",)
    page = visit("/dashboard/")
    expect(page.get_by_role("heading", name="佐藤 恵さんの 役割では 開けません")).to_be_visible()
    expect(page.get_by_role("link", name="職員の画面")).to_have_attribute("href", "/console/")
    assert accessible(page) == []


def test_a_kiosk_is_found_by_its_place(fleet: Page) -> None:
    fleet.get_by_role("searchbox").fill("図書")
    assert names(fleet) == ["図書館"]


def test_deeds_are_ordered_and_a_restart_is_asked_about_first(fleet: Page, rig: Rig) -> None:
    fleet.get_by_role("button", name="図書館").click()
    detail = fleet.locator(".detail")
    detail.get_by_role("button", name="試し印刷").click()
    kiosk = rig.expect(m.OrderTestPrint).kiosk
    detail.get_by_role("button", name="記録を 取る").click()
    assert rig.expect(m.OrderDevice).action == "logs"
    detail.get_by_role("button", name="再起動").click()
    fleet.get_by_role("button", name="やめる").click()
    detail.get_by_role("button", name="再起動").click()
    fleet.get_by_role("button", name="再起動する").click()
    restart = rig.expect(m.OrderDevice, 2)
    assert (restart.kiosk, restart.action) == (kiosk, "restart")


def test_a_kiosk_in_use_or_out_of_reach_is_left_alone_and_the_page_says_why(fleet: Page) -> None:
    fleet.get_by_role("button", name="北公民館").click()
    expect(fleet.locator(".deeds").get_by_role("button", name="再起動")).to_be_disabled()
    expect(fleet.locator(".deeds")).to_contain_text("使用中は 押せません")
    fleet.get_by_role("button", name="山の手公民館").click()
    expect(fleet.locator(".deeds").get_by_role("button", name="記録を 取る")).to_be_disabled()
    expect(fleet.locator(".deeds")).to_contain_text("つながると 押せます")


def test_logs_that_arrived_can_be_saved(fleet: Page) -> None:
    fleet.get_by_role("button", name="南支所").click()
    with fleet.expect_download() as download:
        fleet.get_by_role("button", name="受け取る").click()
    assert "o-2" in download.value.suggested_filename


def test_revoking_needs_the_place_typed(fleet: Page, rig: Rig) -> None:
    fleet.get_by_role("button", name="図書館").click()
    fleet.get_by_role("button", name="登録を 取り消す").click()
    yes = fleet.locator("dialog").get_by_role("button", name="登録を 取り消す")
    expect(yes).to_be_disabled()
    fleet.locator("dialog").get_by_role("textbox").fill("図書館")
    yes.click()
    path, _ = rig.until(lambda: next((x for x in rig.posted if x[0].endswith("/revoke")), None))
    assert path == "kiosks/k-026/revoke"


def test_enrolling_gives_the_code_and_the_exact_command(fleet: Page, rig: Rig) -> None:
    fleet.get_by_role("button", name="端末を 登録する").click()
    fleet.get_by_role("button", name="番号を 出す").click()
    expect(fleet.get_by_role("alert")).to_contain_text("端末の名前を 入れてください")
    fleet.get_by_role("combobox", name="場所").select_option(label="南支所")
    fleet.get_by_label("端末の名前").fill("2号機")
    fleet.keyboard.press("Enter")
    expect(fleet.locator(".code")).to_have_text("K7WM-4RXP")
    config = "--config /etc/komado/kiosk.toml"
    enrol = f"komado-kiosk enrol --server {rig.url} --code K7WM-4RXP --ca /etc/komado/ca.pem {config}"
    expect(fleet.locator("code")).to_have_text(
        [
            "install -m 644 ca.pem /etc/komado/ca.pem",
            enrol,
            f"komado-kiosk doctor {config}",
            "systemctl enable --now komado-kiosk komado-screen",
        ]
    )
    fleet.context.grant_permissions(["clipboard-read", "clipboard-write"])
    fleet.locator("dialog").get_by_role("listitem").nth(1).get_by_role("button", name="写す").click()
    expect(fleet.locator("dialog").get_by_role("listitem").nth(1)).to_contain_text("写しました")
    assert fleet.evaluate("navigator.clipboard.readText()") == enrol
    assert ("enrolments", {"site": "minami", "name": "2号機"}) in rig.posted


def test_a_server_everybody_trusts_needs_no_certificate_carried_about(fleet: Page, rig: Rig) -> None:
    rig.authority = False
    fleet.get_by_role("button", name="端末を 登録する").click()
    fleet.get_by_role("combobox", name="場所").select_option(label="南支所")  # once the places are there
    fleet.get_by_label("端末の名前").fill("2号機")
    fleet.keyboard.press("Enter")
    expect(fleet.locator("code").first).to_contain_text("enrol --server")
    assert "--ca" not in fleet.locator(".enrol").inner_text()


def test_a_kiosk_that_never_started_or_is_between_two_visits_worries_nobody(fleet: Page) -> None:
    expect(fleet.get_by_role("row").filter(has_text="新町集会所")).to_contain_text("起動前")
    expect(fleet.get_by_role("row").filter(has_text="みどり児童館")).to_contain_text("まもなく もどります")
    fleet.get_by_role("button", name="起動前").click()
    assert names(fleet) == ["新町集会所"]
    fleet.get_by_role("button", name="新町集会所").click()
    expect(fleet.locator(".detail")).to_contain_text("端末の電源を 入れ")


def test_the_alarm_of_a_copied_key_is_ended_by_a_person_who_is_asked_first(fleet: Page, rig: Rig) -> None:
    fleet.get_by_role("button", name="港公民館").click()
    fleet.get_by_role("button", name="警報を 消す").click()
    fleet.get_by_role("button", name="確かめた。警報を 消す").click()
    assert rig.expect(m.ClearKeyAlarm).kiosk == "k-009"


def test_a_large_fleet_arrives_in_parts_and_is_shown_whole(visit: Callable[..., Page], rig: Rig) -> None:
    rows = tuple(scenes.kiosk(number, f"集会所{number}", "1号機") for number in range(1000))
    parts = in_parts(m.FleetView(seq=1, now="2026-11-20T10:16:10+09:00", version="1", kiosks=rows))
    assert len(parts) > 5
    rig.view = parts[0]
    page = visit("/dashboard/")
    rig.connected()
    expect(page.get_by_text("つないでいます")).to_be_visible()
    expect(page.get_by_role("button", name="止まっている")).to_contain_text(
        "—"
    )  # nobody knows yet: 0 would be a claim
    for part in parts[1:]:
        rig.say(part)
    expect(page.locator("tbody tr")).to_have_count(1000)
    expect(page.get_by_role("button", name="正常")).to_contain_text("1000")


def test_a_refused_deed_is_said(fleet: Page, rig: Rig) -> None:
    rig.refusals["order_test_print"] = "not_now"
    fleet.get_by_role("button", name="図書館").click()
    fleet.get_by_role("button", name="試し印刷").click()
    expect(fleet.get_by_role("status").filter(has_text="いまは できません")).to_be_visible()


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 800)], ids=str)
def test_the_page_is_accessible_and_fits(visit: Callable[..., Page], rig: Rig, size: tuple[int, int]) -> None:
    rig.view = scenes.fleet()
    page = visit("/dashboard/", size)
    for name in ("南支所", "山の手公民館"):
        page.get_by_role("button", name=name).click()
        expect(page.locator(".detail h2")).to_contain_text(name)
        assert accessible(page) + overflowing(page) == []
    page.get_by_role("button", name="端末を 登録する").click()
    expect(page.get_by_role("combobox", name="場所")).to_be_visible()
    assert accessible(page) + overflowing(page) == []
