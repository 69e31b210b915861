"""From the fleet page a kiosk is enrolled, tried, restarted, asked for its logs and sent away, and each deed says how it went."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.rig import SIMULATED, run, until
from tests.stories.house import WIDE, House, opened, shot

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RESTART = 75
LINE = "だれにも 見せない 筆談"


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(browser, tmp_path_factory.mktemp("house")) as house:
        yield house


def test_a_kiosk_enrolled_with_the_code_and_command_on_the_page_appears_as_healthy(
    house: House, tmp_path: Path
):
    person = house.field_it()
    person.press("端末を 登録する")
    shot(person, "fleet-enrol")
    person.page.locator("input[name=name]").fill("新しい 2号機")
    person.press("番号を 出す")
    person.sees("登録の番号")
    shot(person, "fleet-code")
    code = person.page.locator(".code").inner_text().strip()
    with person.page.expect_download() as waiting:
        person.page.get_by_role("link", name=re.compile("ca.pem")).click()
    ca = tmp_path / "ca.pem"
    waiting.value.save_as(ca)
    command = person.page.locator(".command code").filter(has_text="enrol").inner_text()
    assert command.startswith(f"komado-kiosk enrol --server {house.city.url} --code {code} ")

    config = tmp_path / "kiosk.toml"
    config.write_text(
        f'data = "data"\n[server]\nurl = "{house.city.url}"\nca = "{house.city.ca}"\n{SIMULATED}', "utf-8"
    )
    places = {"/etc/komado/ca.pem": str(ca), "/etc/komado/kiosk.toml": str(config)}
    run("kiosk", *(places.get(word, word) for word in command.split()[1:]))
    person.press("閉じる")
    person.sees("新しい 2号機")
    shot(person, "fleet-enrolled")


def test_a_test_print_comes_out_and_its_outcome_is_read(house: House):
    person = house.field_it(WIDE)
    person.looks_at("1号機")
    before = house.desk()["printer"]["pages"]
    person.press("試し印刷")
    until("the test page", lambda: house.desk()["printer"]["pages"] == before + 1)
    person.sees("印刷できました")
    shot(person, "fleet-test-print-wide")


def test_a_restart_ends_the_agent_for_its_supervisor_and_is_done_once_it_is_back(house: House):
    person = house.field_it()
    person.looks_at("1号機")
    person.press("再起動")
    person.sees("1分ほど 使えなくなります")
    shot(person, "fleet-restart")
    person.press("再起動する")
    agent = house.kiosk.agent
    assert until("the agent's end", lambda: agent.code) == RESTART
    person.sees(re.compile("止まっている"))
    house.kiosk.start()
    person.sees("すみました")
    assert house.outcome(house.orders("restart")[-1]) == "done"
    house.desk()
    agent.check()


def test_logs_arrive_readable_and_without_a_word_of_any_visit(house: House):
    resident, clerk = house.resident(), house.clerk()
    house.talk(resident, clerk)
    clerk.writes(LINE)
    resident.sees(LINE)
    house.ends(clerk, resident)
    person = house.field_it()
    person.looks_at("1号機")
    person.press("記録を 取る")
    with person.page.expect_download() as waiting:
        person.press("受け取る")
    logs = Path(waiting.value.path()).read_text("utf-8")
    assert "InCall" in logs
    assert LINE not in logs
    assert "佐藤" not in logs
    shot(person, "fleet-logs")


def test_a_revoked_kiosk_is_cut_off_and_says_so_on_both_sides(house: House):
    resident, person = house.resident(), house.field_it()
    person.looks_at("1号機")
    person.press("登録を 取り消す")
    person.page.get_by_role("dialog").locator("input").fill("北公民館")
    shot(person, "fleet-revoke")
    person.page.get_by_role("dialog").get_by_role("button", name="登録を 取り消す").click()
    person.sees("登録を 取り消しました。")
    resident.sees(re.compile("点検中"))
    shot(resident, "fleet-revoked-resident")
    shot(person, "fleet-revoked")
