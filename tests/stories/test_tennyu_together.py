"""転入 for a family of four, from the card to the signed PDF and the printed 控え: nobody writes anything twice."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from server.documents.papers import Raster, png
from tests import reading
from tests.rig import SIMULATED, City, KioskMachine, until
from tests.stories.desk_printer import DeskPrinter
from tests.stories.form_work import add, choose, field, leaf_to, put, sign
from tests.stories.house import SHOTS, House, opened, shot
from tests.stories.people import Clerk, Resident

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PIN = "1234"
PASSWORD = "KOMADO1234"
BIRTHS = ("1988-01-02", "2018-04-01", "2026-02-01")
CANARY = "見本市中央三丁目4番5号"
DOTS = """canvas => { const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return Array.from({ length: data.length / 4 }, (_, dot) => (data[4 * dot] < 128 ? 1 : 0)).join(""); }"""
PEOPLE = {
    2: {"name": "太郎", "kana": "たろう", "sex": "男", "relation": "夫"},
    3: {"name": "髙﨑", "kana": "タカサキ", "sex": "男", "relation": "子"},
    4: {"name": "山田　吉乃", "kana": "ヨシノ", "sex": "女", "relation": "子"},
}


def _export(city: City) -> None:
    """Let signed forms go out into a folder, as a back office takes them."""
    with city.config.open("a") as file:
        file.write('\n[export]\nfolder = "outbox"\n')


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(browser, tmp_path_factory.mktemp("house"), kiosks=0, prepare=_export) as house:
        yield house


@pytest.fixture(scope="module")
def desk() -> Iterator[DeskPrinter]:
    """A printer whose paper can be looked at."""
    desk = DeskPrinter()
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def kiosk(house: House, desk: DeskPrinter) -> KioskMachine:
    """A kiosk on that printer."""
    own = '[devices.printer]\ndriver = "simulated"\n'
    devices = SIMULATED.replace(own, f'[devices.printer]\ndriver = "tcp"\nport = {desk.port}\n')
    return house.add_kiosk("1号機", devices)


def test_a_family_signs_its_moving_in_and_writes_nothing_but_a_name(
    house: House, kiosk: KioskMachine, desk: DeskPrinter
) -> None:
    resident, clerk = house.resident(kiosk), house.clerk("sato")
    page = clerk.page
    resident.begins()
    resident.press("引っ越してきた")
    resident.press("はい、つなぎます")
    ticket = until("a ticket", lambda: house.city.happened("ticket_taken"))[-1]["ticket"]
    house.answers(clerk, ticket)
    _checklist(house, page, ticket)
    name = _card(house, kiosk, clerk, resident)

    _knows_of_the_card(page)
    page.keyboard.press("Alt+KeyB")
    page.get_by_role("button", name=re.compile("^転入届")).click()
    # Card and questions have filled in what they know; nobody writes it again.
    expect(field(page, "name")).to_have_value(name)
    expect(field(page, "moved_on")).to_have_value("令和8年11月10日")
    expect(field(page, "old_address")).not_to_have_value("")
    expect(field(page, "member.2.birth")).to_have_value("昭和63年1月2日")
    resident.sees("いま 書いています")

    put(page, "kana", "みほん かな")
    resident.sees("ミホン")
    _wrong_then_right(page)
    put(page, "address", CANARY)
    resident.sees("見本市中央三丁目4番5号")
    shot(resident, "story-form-follow-resident")
    choose(page, "applicant_in", "はい")
    choose(page, "head_is", "届け出る人")
    expect(field(page, "member.1.relation")).to_have_value("head")  # who applies as the head is the head
    for row, person in PEOPLE.items():
        for key in ("name", "kana"):
            add(page, f"member.{row}.{key}", person[key])
        for key in ("sex", "relation"):
            choose(page, f"member.{row}.{key}", person[key])
    clerk.sees("そろいました。住民に 確かめてもらってください")
    # A family's name stood there already, and whoever wrote it all the same has it once.
    for row, whole in {
        2: ("山田　太郎", "ミホン　タロウ"),
        3: ("山田　髙﨑", "ミホン　タカサキ"),
        4: ("山田　吉乃", "ミホン　ヨシノ"),
    }.items():
        expect(field(page, f"member.{row}.name")).to_have_value(whole[0])
        expect(field(page, f"member.{row}.kana")).to_have_value(whole[1])
    shot(clerk, "story-form-clerk")

    clerk.press("確認を 送る")
    resident.sees("この内容で よいですか？")
    shot(resident, "story-form-read-resident")
    leaf_to(resident, 4)
    shot(resident, "story-form-read-people-resident")
    resident.press("ちがう")
    resident.sees("ちがう ところを 押してください")
    shot(resident, "story-form-which-resident")
    resident.press(re.compile("まえ"))  # the husband stands a page before
    resident.press(re.compile("太郎"))
    resident.sees("どこが ちがうか 職員に 話してください")
    expect(page.locator(".fplace.refused")).to_have_count(1)
    shot(clerk, "story-form-wrong-clerk")
    put(page, "member.2.name", "見本　大朗")
    resident.sees("大朗")
    clerk.press("確認を 送る")
    resident.sees("この内容で よいですか？")
    resident.press(re.compile("紙の 全部を 見る"))
    expect(resident.page.locator("k-form img")).to_have_js_property("complete", True)
    assert resident.page.locator("k-form img").evaluate("img => img.naturalWidth") > 800
    shot(resident, "story-form-look-resident")
    resident.press("見おわりました")
    leaf_to(resident, 4)
    resident.press("はい、これで よい")
    resident.sees("名前を 書いてください")
    sign(resident)
    shot(resident, "story-form-sign-resident")
    page.keyboard.press("Alt+KeyT")
    line = page.locator("li.needed").filter(has_text="転入届を出す")
    expect(line).to_contain_text("署名待ち")
    resident.press("できました")
    resident.sees("お名前を いただきました")
    shot(resident, "story-form-signed-resident")
    _settled_at_one_press(line)
    shot(clerk, "story-form-sheet-clerk")
    _sheet_in_hand(house, desk, clerk)
    page.keyboard.press("Alt+KeyB")
    clerk.sees("署名が すみました。内容は もう 変わりません")
    clerk.sees("庁内へ 渡した")
    assert page.locator(".forms input:not(:disabled)").count() == 0  # nothing of it changes any more

    page.get_by_role("button", name="控えを 印刷").click()
    shown = page.locator(".paperview canvas")
    expect(shown).to_be_visible()
    seen = shown.evaluate(DOTS)
    clerk.press("この内容で 印刷する")
    order = until("the order", lambda: house.orders("form"))[0]
    assert house.outcome(order) == "printed"
    _, paper = until("both papers", lambda: len(desk.printer.pages) == 2 and desk.printer.pages)
    (SHOTS / "story-form-copy.png").write_bytes(png(Raster(width=paper.width, rows=paper.rows)))
    dots = np.unpackbits(np.frombuffer(paper.rows, np.uint8))
    assert "".join(map(str, dots[: len(seen)])) == seen  # dot for dot what the clerk was shown
    shot(clerk, "story-form-done-clerk")
    _exported(house.city.home / "outbox", name)

    _signed_by_card(house, kiosk, clerk, resident)
    resident.press("わかりました")
    house.ends(clerk, resident)
    for path in (kiosk.folder / "kiosk.log", house.city.folder / "server.log", house.city.database):
        assert CANARY.encode() not in path.read_bytes(), path
    assert resident.complaints == []
    assert [one for one in clerk.complaints if "422" not in one] == []  # a refused value is an answer


def _checklist(house: House, page: Page, ticket: str) -> None:
    page.keyboard.press("Alt+KeyA")
    page.get_by_label("いつから見本市に住んでいますか").fill("2026-11-10")
    house.of(ticket, "sheet_changed", revision=1)
    for number, birth in enumerate(BIRTHS, start=1):
        page.get_by_role("button", name="＋ 1人 ふやす").click()
        field = page.get_by_label(f"{number}人目の 生年月日")
        expect(field).to_be_visible()
        field.fill(birth)
        house.of(ticket, "sheet_changed", revision=1 + 2 * number)


def _card(house: House, kiosk: KioskMachine, clerk: Clerk, resident: Resident) -> str:
    """Let the resident show a card; return the name on it."""
    clerk.page.keyboard.press("Alt+KeyK")
    resident.press("ある")
    resident.sees(re.compile("のせてください"))
    house.desk(kiosk, card="ordinary")
    resident.sees(re.compile("暗証番号を 入れて"))
    resident.types(PIN)
    resident.press("これで よい")
    resident.press(re.compile("はい、これで"))
    until("the end of the card", lambda: house.city.happened("order_closed"))
    house.desk(kiosk, card="")
    return "山田　花子"


def _knows_of_the_card(page: Page) -> None:
    """Whose card was read is not asked whether there is one."""
    page.keyboard.press("Alt+KeyA")
    asked = page.locator("k-questions li").filter(has_text="マイナンバーカードを持っている人は いますか")
    expect(asked.get_by_role("button", name="はい")).to_have_attribute("aria-pressed", "true")
    expect(asked).to_contain_text("カード はい")


def _settled_at_one_press(line: Locator) -> None:
    """A signed form shows on its line by itself and lets the result be expected; the clerk says it."""
    expect(line).to_contain_text("申請書 署名ずみ")
    expect(line.get_by_role("combobox")).to_have_value("")
    line.get_by_role("button", name="「来庁」に する").click()
    expect(line.get_by_role("combobox")).to_have_value("come_in")
    expect(line.get_by_role("button", name="「来庁」に する")).to_have_count(0)


def _sheet_in_hand(house: House, desk: DeskPrinter, clerk: Clerk) -> None:
    """What is still to be done goes home on paper: every line the checklist needs stands on it."""
    needed = clerk.page.locator("li.needed .head > b").all_inner_texts()
    clerk.press("チェックシートを 印刷")
    clerk.press("この内容で 印刷する")
    order = until("the order of the sheet", lambda: house.orders("sheet"))[0]
    assert house.outcome(order) == "printed"
    (paper,) = until("the sheet", lambda: desk.printer.pages)
    in_hand = "".join(reading.parts(paper.rows, until="職員が 確かめること").values())
    assert needed
    assert [what for what in needed if reading.closed(what) not in in_hand] == []


def _signed_by_card(house: House, kiosk: KioskMachine, clerk: Clerk, resident: Resident) -> None:
    """Have the card sign the very PDF that was exported; openssl, which is not ours, agrees."""
    clerk.press("カードで署名してもらう")
    clerk.sees("署名用の パスワード（英語の大文字と 数字で 6〜16文字）が いります")
    shot(clerk, "story-form-card-ask-clerk")
    clerk.press("端末に たのむ")
    clerk.sees("カードの署名を お願いしています")
    resident.sees("カードで 電子署名を しますか？")
    shot(resident, "story-form-card-ask-resident")
    resident.press("はい、使います")
    resident.sees(re.compile("のせてください"))
    house.desk(kiosk, card="ordinary")
    resident.sees("署名用の パスワードを 入れてください")
    for key in PASSWORD:
        resident.press(re.compile(f"^{key}$"))
    resident.press("これで よい")
    clerk.sees("カードの署名: 有効性未確認")  # this city has no authority configured
    shot(clerk, "story-form-card-done-clerk")
    house.desk(kiosk, card="")
    outbox = house.city.home / "outbox"
    (proof,) = until("the second package", lambda: list(outbox.glob("*/form.pdf.p7s")))
    checked = subprocess.run(
        ["openssl", "cms", "-verify", "-binary", "-noverify", "-inform", "DER", "-in", str(proof),
         "-content", str(proof.parent / "form.pdf"), "-out", "/dev/null"],
        check=False, capture_output=True,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr
    (plain,) = [one for one in outbox.glob("*/form.pdf") if one.parent != proof.parent]
    assert plain.read_bytes() == (proof.parent / "form.pdf").read_bytes()
    resident.sees("お名前を いただきました")


def _wrong_then_right(page: Page) -> None:
    """A telephone number that is none is said so, stays as it was typed, and is put right."""
    put(page, "phone", "12-34")
    expect(page.get_by_text("電話番号は 0から はじまる")).to_be_visible()
    expect(field(page, "phone")).to_have_value("12-34")
    put(page, "phone", "0901234ー5678")
    expect(field(page, "phone")).to_have_value("090-1234-5678")


def _exported(folder: Path, name: str) -> None:
    """What the back office takes is whole, and says what was signed."""
    (package,) = until(
        "the package", lambda: [one for one in folder.glob("*") if not one.name.startswith(".")]
    )
    form = json.loads((package / "form.json").read_text("utf-8"))
    values = {cell["slot"]: cell for cell in form["content"]["header"]}
    assert (values["name"]["value"], values["name"]["origin"]) == (name, "card")
    assert values["address"]["value"] == CANARY
    assert (package / "form.pdf").read_bytes().startswith(b"%PDF-")
    assert form["signature"]["strokes"]
