"""What the clerk sees of who sits there: one honest line, the card's menu, a number and a photo that leave no trace."""

from collections.abc import Callable
from typing import get_args

import pytest
from playwright.sync_api import Page, expect

from server.protocol import messages as m
from server.protocol.values import CardOutcome, Identification, IdentityOutcome
from tests.server.web import scenes
from tests.server.web.identification_shots import checked, face
from tests.server.web.looks import accessible, overflowing
from tests.server.web.rig import Rig
from tests.server.web.shots import in_call

pytestmark = [pytest.mark.browser, pytest.mark.slow]

Visit = Callable[..., Page]
REVOKED = """() => {
  const revoke = URL.revokeObjectURL; window.revoked = [];
  URL.revokeObjectURL = (url) => { window.revoked.push(url); revoke(url); };
}"""
"""Notes which pictures the page has let go of."""


@pytest.fixture
def call(visit: Visit, rig: Rig) -> Page:
    """Open a console in a conversation."""
    rig.view = scenes.view("away")
    page = visit(size=(1280, 800))
    rig.connected()
    in_call(rig, page)
    page.keyboard.press("F3")
    return page


def order(ask: str, outcome: str | None = None) -> m.OrderForStaff:
    return m.OrderForStaff(id="o", kind="card", ask=ask, outcome=outcome)  # pyright: ignore[reportArgumentType]


def test_only_a_checked_certificate_is_called_an_identification_and_the_line_says_when_and_why(
    call: Page, rig: Rig
) -> None:
    line = call.locator(".sure")
    expect(line).to_contain_text("未確認: カードでは まだ 何も 確かめていません")
    rig.show(scenes.serving(order("identity", "valid"), **checked("valid", "proved", "pin")))
    expect(line).to_contain_text("本人確認: 済み カードの電子証明書と暗証番号。失効していないことを")
    expect(line).to_contain_text("10:42に 確認")
    for outcome, certainty, why in (
        ("unchecked", "partly", "no_answer"),
        ("unchecked", "partly", "no_verifier"),
        ("unchecked", "partly", "something new"),
        ("revoked", "refused", None),
    ):
        rig.show(
            scenes.serving(
                order("identity", outcome),
                **checked(outcome, certainty, why=why),  # pyright: ignore[reportArgumentType]
            )
        )
        expect(line).to_contain_text("聞き取りで 確かめ")
        expect(line).not_to_contain_text("本人確認")
        assert accessible(call) + overflowing(call) == []


@pytest.mark.parametrize("size", [(1280, 800), (1366, 768)], ids=str)
def test_the_print_button_keeps_its_place_and_the_tab_gets_the_height_whatever_the_card_says(
    visit: Visit, rig: Rig, size: tuple[int, int]
) -> None:
    rig.view = scenes.view("away")
    page = visit(size=size)
    rig.connected()
    in_call(rig, page)
    button = page.get_by_role("button", name="紙を 印刷")
    expect(page.locator("#more-who")).to_be_hidden()
    place = button.bounding_box()
    assert place
    assert place["y"] + place["height"] < size[1]
    paper = page.locator(".slipbody")
    whole = paper.bounding_box()
    assert whole
    assert whole["height"] > size[1] / 2

    def same() -> None:
        assert button.bounding_box() == place
        expect(button).to_be_enabled()
        assert page.evaluate("document.querySelector('.col.rt').scrollTop") == 0
        assert overflowing(page) == []

    page.keyboard.press("F3")
    page.get_by_role("button", name="顔写真を見る").click()
    same()
    page.get_by_role("button", name="やめる").click()
    rig.show(scenes.serving(order("photo")))
    rig.relay(3, face(page, "o"))
    expect(page.locator(".photo img")).to_be_visible()  # what is new opens by itself
    rig.show(scenes.serving(order("photo", "shared"), **checked("valid", "proved", "pin", "photo")))
    rig.relay(3, scenes.snapshot(attributes=scenes.HANAKO))
    expect(page.get_by_text("昭和19年(1944年)5月3日")).to_be_visible()
    same()
    page.locator(".compose").get_by_role("button").first.click()
    expect(page.locator("#more-who")).to_be_hidden()  # work began below
    expect(page.locator(".sure")).to_contain_text("山田 花子")
    same()
    again = paper.bounding_box()
    assert again
    assert again["height"] > size[1] / 2


def test_every_outcome_has_a_sentence_for_the_clerk(call: Page) -> None:
    words = call.evaluate("() => import('/shared/names.ja.js').then((it) => it.NAMES)")
    # What succeeded is seen: the data, the photo, the line above.
    assert set(get_args(CardOutcome)) - {"shared"} <= set(words["card.outcome"])
    assert set(get_args(IdentityOutcome)) - {"valid"} <= set(words["card.outcome"])
    reasons = {f"identity.{outcome}" for outcome in get_args(IdentityOutcome)}
    assert reasons - {"identity.valid", "identity.unchecked"} <= set(words["sure"])
    assert {"photo", "pin", "number"} <= set(words["sure"]) & set(words["sure.also"])


def test_the_fourteen_digits_go_to_the_kiosk_after_the_request_and_stay_nowhere(call: Page, rig: Rig) -> None:
    call.get_by_role("button", name="氏名・住所を読む（照合番号B）").click()
    assert accessible(call) + overflowing(call) == []
    send = call.get_by_role("button", name="この番号で 住民に たのむ")
    expect(call.get_by_label("生年月日")).to_be_focused()
    call.keyboard.type("190503")
    expect(send).to_be_disabled()
    call.keyboard.type("2034")
    call.get_by_label("セキュリティコード").fill("７８９０")
    expect(send).to_be_enabled()
    call.keyboard.press("Enter")
    request = rig.expect(m.RequestCard)
    assert (request.ask, request.ticket, request.generation) == ("attributes_by_number", "t-12", 3)
    number = rig.relayed(m.CardNumber)
    assert (number.order, number.digits) == (request.id, "19050320347890")
    expect(call.locator(".digits")).to_have_count(0)
    kept = "() => [...document.querySelectorAll('input')].map((it) => it.value).join() + JSON.stringify([{...localStorage}, {...sessionStorage}])"
    assert "7890" not in call.content() + call.evaluate(kept)


def test_a_request_that_is_refused_sends_no_number(call: Page, rig: Rig) -> None:
    rig.refusals["request_card"] = "not_now"
    call.get_by_role("button", name="顔写真を見る").click()
    call.keyboard.type("19050320347890")
    call.keyboard.press("Enter")
    rig.expect(m.RequestCard)
    expect(call.locator(".toast")).to_be_visible()
    assert not [
        one for one in rig.sent if isinstance(one, m.RelayToKiosk) and isinstance(one.body, m.CardNumber)
    ]


def test_while_a_request_runs_the_menu_says_why_nothing_else_can_be_asked(call: Page, rig: Rig) -> None:
    call.get_by_role("button", name="本人確認（電子証明書）").click()
    assert rig.expect(m.RequestCard).ask == "identity"
    rig.show(scenes.serving(order("identity")))
    rig.relay(3, scenes.snapshot(card_step="checking"))
    expect(call.get_by_text("カードの証明書を 確かめています")).to_be_visible()
    call.locator("details.asks summary").press("Enter")
    expect(call.get_by_role("button", name="顔写真を見る")).to_be_disabled()
    expect(call.get_by_text("いまの お願いが 終わってから えらべます")).to_be_visible()
    rig.show(scenes.serving(order("identity", "no_certificate")))
    expect(call.get_by_text("このカードには 電子証明書が ありません")).to_be_visible()
    expect(call.get_by_role("button", name="顔写真を見る")).to_be_enabled()


def test_a_photo_is_shown_to_whom_asked_for_a_minute_and_never_after_the_call(visit: Visit, rig: Rig) -> None:
    rig.view = scenes.view("away")
    page = visit(size=(1280, 800), spoils=True)
    rig.connected()
    in_call(rig, page)
    photo = page.locator(".photo img")
    page.evaluate(REVOKED)
    rig.relay(3, face(page, "o"))
    rig.show(
        scenes.serving(
            order("photo", "shared"), identification=Identification(certainty="partly", reasons=("photo",))
        )
    )
    expect(page.locator(".sure")).to_contain_text("カードの顔写真を 見ました")
    expect(photo).to_have_count(0)  # it came before it was asked for
    rig.relay(3, face(page, "o"))
    expect(photo).to_be_visible()
    url = photo.get_attribute("src")
    assert accessible(page) + overflowing(page) == []
    page.get_by_role("button", name="いま 消す").click()
    expect(photo).to_have_count(0)
    assert page.evaluate("window.revoked") == [url]
    page.clock.install()
    rig.relay(3, face(page, "o"))
    expect(photo).to_be_visible()
    page.clock.fast_forward(61_000)
    expect(photo).to_have_count(0)
    rig.relay(3, face(page, "o"))
    expect(photo).to_be_visible()
    rig.show(scenes.view("ready"))
    expect(photo).to_have_count(0)
