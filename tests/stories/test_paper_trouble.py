"""What became of a paper is told as it is, a new order prints after the repair, and no order is ever printed twice."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.rig import SIMULATED, KioskMachine, until
from tests.stories.desk_printer import DeskPrinter
from tests.stories.house import House, opened, shot
from tests.stories.people import Clerk, Resident

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(browser, tmp_path_factory.mktemp("house"), clerks=2) as house:
        yield house


@pytest.fixture(scope="module")
def talking(house: House) -> Iterator[tuple[Resident, Clerk]]:
    """One conversation, in which the clerk orders slips again and again."""
    resident, clerk = house.resident(), house.clerk("sato")
    house.talk(resident, clerk)
    yield resident, clerk
    house.ends(clerk, resident)


@pytest.fixture(scope="module")
def desk() -> Iterator[DeskPrinter]:
    """A printer that stays while kiosks die."""
    desk = DeskPrinter()
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def other(house: House, desk: DeskPrinter) -> KioskMachine:
    """A second kiosk, on that printer."""
    own = '[devices.printer]\ndriver = "simulated"\n'
    devices = SIMULATED.replace(own, f'[devices.printer]\ndriver = "tcp"\nport = {desk.port}\n')
    return house.add_kiosk("2号機", devices)


@pytest.mark.parametrize(
    ("trouble", "repair", "outcome", "clerk_reads", "resident_reads"),
    [
        ({"paper": "out"}, {"paper": "enough"}, "paper_out", "紙切れで 印刷できません", "紙が 切れています"),
        ({"cover_open": True}, {"cover_open": False}, "cover_open", "ふたが 開いていて", "ふたが 開いています"),
        ({"cut_after_rows": 60}, {"paper": "enough"}, "paper_out", "紙切れで 印刷できません", "紙が 切れています"),
        ({"printer_silent": True}, {"printer_silent": False}, "unknown", "印刷できたか わかりません", "紙が 出たか わかりません"),
    ],
    ids=["no paper", "an open cover", "paper that ends in the middle", "a silent printer"],
)  # fmt: skip
def test_the_clerk_reads_what_really_became_of_the_slip_and_after_the_repair_a_new_one_prints(
    house: House,
    talking: tuple[Resident, Clerk],
    trouble: dict[str, object],
    repair: dict[str, object],
    outcome: str,
    clerk_reads: str,
    resident_reads: str,
):
    resident, clerk = talking
    house.desk(**trouble)
    orders = _order(house, clerk)
    assert house.outcome(orders[-1]) == outcome
    clerk.sees(re.compile(clerk_reads))
    resident.sees(re.compile(resident_reads))
    shot(clerk, f"paper-{outcome}-clerk")
    shot(resident, f"paper-{outcome}-resident")

    pages = house.desk(**repair)["printer"]["pages"]
    again = _order(house, clerk)
    assert house.outcome(again[-1]) == "printed"
    clerk.sees("印刷できました")
    assert house.desk()["printer"]["pages"] >= pages + 1


def test_a_slip_that_came_out_is_not_printed_again_by_a_kiosk_that_was_restarted(
    house: House, desk: DeskPrinter, other: KioskMachine
):
    resident, clerk = house.resident(other), house.clerk("suzuki")
    house.talk(resident, clerk)
    orders = _order(house, clerk)
    assert house.outcome(orders[-1]) == "printed"
    pages = len(desk.printer.pages)
    other.agent.kill()
    other.start()
    resident.sees("ここを さわって")
    house.finishes(clerk)
    assert len(desk.printer.pages) == pages
    assert house.orders("slip") == orders


def test_a_kiosk_killed_while_it_prints_says_it_does_not_know_and_prints_nothing_more(
    house: House, desk: DeskPrinter, other: KioskMachine
):
    desk.printer.silent = True  # the kiosk waits for its word, so that it can be killed in the middle
    resident, clerk = house.resident(other), house.clerk("suzuki")
    house.talk(resident, clerk)
    pages = len(desk.printer.pages)
    orders = _order(house, clerk)
    until("the paper is out", lambda: len(desk.printer.pages) > pages)
    other.agent.kill()
    desk.printer.silent = False
    other.start()
    assert house.outcome(orders[-1]) == "unknown"
    clerk.sees("印刷できたか わかりません")
    house.finishes(clerk)
    resident.sees("ここを さわって")
    assert len(desk.printer.pages) == pages + 1


def _order(house: House, clerk: Clerk) -> list[str]:
    """Write something on the slip if it is empty, order it, and return all orders so far."""
    before = len(house.orders("slip"))
    if not clerk.page.locator(".compose .line, .compose fieldset").count():
        clerk.page.locator(".compose button").first.click()
    clerk.page.keyboard.press("Alt+KeyP")
    again = clerk.page.get_by_role("button", name="もう1枚 印刷する")

    def ordered() -> list[str] | None:
        if again.count():
            again.first.click()
        orders = house.orders("slip")
        return orders if len(orders) > before else None

    return until("an order", ordered)


def test_a_slip_that_did_not_come_out_waits_for_another_community_centre_and_prints_there_once(
    house: House, talking: tuple[Resident, Clerk], desk: DeskPrinter, other: KioskMachine
):
    resident, clerk = talking
    house.desk(paper="out")
    missing = clerk.page.locator(".after li")
    before = missing.count()
    orders = _order(house, clerk)
    assert house.outcome(orders[-1]) == "paper_out"
    expect(missing).to_have_count(before + 1)  # the journal knows before the clerk's page does
    clerk.page.get_by_role("button", name="あとで 別の公民館で 印刷").last.click()
    kept = until("a waiting paper", lambda: house.city.happened("paper_kept"))[-1]
    code = f"{kept['code'][:3]} {kept['code'][3:]}"
    clerk.sees(re.compile(f"紙の番号 {kept['code']}"))
    resident.sees(re.compile(code))
    shot(clerk, "paper-later-clerk")
    shot(resident, "paper-later-resident")
    house.desk(paper="enough")

    pages = len(desk.printer.pages)
    elsewhere, colleague = house.resident(other), house.clerk("suzuki")
    house.talk(elsewhere, colleague)
    box = colleague.page.get_by_label("紙の番号で 印刷")
    box.fill(kept["code"])
    box.press("Enter")
    fetched = until("an order", lambda: [o for o in house.city.happened("order_placed") if o.get("code")])[-1]
    assert house.outcome(fetched["order"]) == "printed"
    assert len(desk.printer.pages) == pages + 1
    box.fill(kept["code"])
    box.press("Enter")
    colleague.sees(re.compile("その番号の 紙は ありません"))
    assert len(desk.printer.pages) == pages + 1
    house.ends(colleague, elsewhere)

    # Noted wrongly, and put right from the day's history.
    row = colleague.page.locator("k-visits li").filter(has_text="鈴木").first
    row.get_by_role("button", name="書き直す").click()
    colleague.page.get_by_label("受付の 結果").select_option(index=1)
    shot(colleague, "result-corrected-dialog")
    colleague.page.get_by_role("dialog").get_by_role("button", name="書き直す").click()
    colleague.sees("書き直しました")
    assert until("a correction", lambda: house.city.happened("result_corrected"))
    expect(row.get_by_text("書き直した 記録")).to_be_visible()
    shot(colleague, "result-corrected-history")
