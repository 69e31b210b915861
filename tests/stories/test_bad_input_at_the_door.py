"""Who has no business here is turned away in one sentence, and what is broken at the door is named, with what to do."""

import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.json import decode, encode
from playwright.sync_api import Browser
from websockets.sync.client import connect

from kiosk.enrol import tls_for
from kiosk.identity import load
from kiosk.link import socket_url
from server.protocol.messages import Challenge, Goodbye, Hello
from server.protocol.values import Health
from tests.rig import ROOT, KioskMachine, free_port, until
from tests.stories.house import CONSOLE_TONE, House, opened, shot

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def house(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(browser, tmp_path_factory.mktemp("house"), kiosks=2) as house:
        yield house


def test_wrong_passwords_in_a_row_make_the_next_try_wait_and_say_how_long(house: House):
    clerk = house.clerk(ready=False, password="nobody-has-this-one")
    clerk.sees("IDか パスワードが ちがいます。")
    for _ in range(6):
        if clerk.page.get_by_text("まちがいが 続いたので").count():
            break
        clerk.signs_in("sato", "nobody-has-this-one")
        clerk.sees(re.compile("パスワードが ちがいます|まちがいが 続いたので"))
        clerk.page.wait_for_load_state("networkidle")
    clerk.sees(re.compile(r"まちがいが 続いたので、[0-9]+秒 待ってから"))
    shot(clerk, "door-throttled")
    assert clerk.page.locator("input[name=password]").input_value() == ""


def test_a_copied_device_key_is_refused_on_another_machine_and_stands_on_the_fleet_page(house: House):
    person = house.field_it()
    person.looks_at("2号機")
    stolen, other = house.folder / "stolen", house.folder / "machine-id"
    shutil.copytree(house.kiosks[1].folder / "data", stolen)
    other.write_text("0123456789abcdef0123456789abcdef\n", "ascii")
    assert _turned_away(house, stolen, other) == "copied_key"
    person.sees("鍵の重なり")
    person.sees("同じ鍵が 別の機械で 使われました")
    shot(person, "door-copied-key")
    assert house.desk(house.kiosks[1])["panel"], "the rightful one goes on"


def _turned_away(house: House, data: Path, machine: Path) -> str:
    """Say hello with this key from that machine; return why the server wants nothing to do with it."""
    who = load(data, machine)
    with connect(socket_url(house.city.url), ssl=tls_for(house.city.url, house.city.ca)) as socket:
        challenge = decode(socket.recv(timeout=10), type=Challenge)
        name = who.named.kiosk.encode() + b"\n" + who.machine.encode()
        signature = who.key.sign(b"komado hello 1\n" + challenge.nonce + name)
        hello = Hello(
            kiosk=who.named.kiosk, machine=who.machine, signature=signature, health=Health(version="copy")
        )
        socket.send(encode(hello).decode())
        return decode(socket.recv(timeout=10), type=Goodbye).reason


def test_a_camera_pulled_out_in_a_call_costs_the_picture_and_nothing_else(house: House):
    resident, clerk, person = house.resident(), house.clerk(), house.field_it()
    ticket = house.talk(resident, clerk)
    resident.hears(CONSOLE_TONE)
    house.desk(face_camera=False)
    person.looks_at("1号機")
    person.sees("注意")
    person.sees(re.compile("顔のカメラ"))
    until("the camera is reported", lambda: _reported(house, "face_camera"))
    resident.hears(CONSOLE_TONE)
    clerk.writes("声は 聞こえています")
    resident.sees("声は 聞こえています")
    shot(clerk, "door-camera-clerk")
    shot(person, "door-camera-fleet")
    house.never(ticket, "call_ended", "ticket_returned")
    house.desk(face_camera=True)
    house.ends(clerk, resident)


def _reported(house: House, device: str) -> bool:
    news = house.city.happened("health_reported")
    return any(
        found["name"] == device and found["state"] not in ("ok", "unknown")
        for found in news[-1]["health"]["devices"]
    )


def test_a_revoked_kiosk_is_cut_off_at_once(house: House):
    resident = house.resident(house.kiosks[1])
    resident.sees(re.compile("ここを さわって|出られる職員が"))
    kiosk = load(house.kiosks[1].folder / "data").named.kiosk
    cookie = house.city.sign_in(*house.city.ADMINISTRATOR)
    status, answer, _ = house.city.request("POST", f"/api/kiosks/{kiosk}/revoke", {}, cookie)
    assert status == 200, answer
    resident.sees("ただいま 点検中です")
    shot(resident, "door-revoked-resident")
    went = [event for event in house.city.happened("kiosk_went") if event["kiosk"] == kiosk]
    assert went, "its socket is closed"


def test_an_enrolment_code_works_once(house: House, tmp_path: Path):
    kiosk = KioskMachine(house.city, tmp_path / "first", devices="", name="3号機")
    config = tmp_path / "kiosk.toml"
    config.write_text(f'data = "data"\n[server]\nurl = "{house.city.url}"\nca = "{house.city.ca}"\n', "utf-8")
    code, said = _fails(
        "kiosk", "--config", str(config), "enrol", "--server", house.city.url, "--code", kiosk.code,
        "--ca", str(house.city.ca),
    )  # fmt: skip
    assert code == 69
    assert "登録の番号が ちがうか、期限が 切れています" in said


@pytest.mark.parametrize("module", ["server", "kiosk"])
def test_a_slip_of_the_pen_in_a_config_is_named_with_file_and_key(house: House, tmp_path: Path, module: str):
    whole = house.city.config if module == "server" else house.kiosk.config
    spoilt = tmp_path / whole.name
    spoilt.write_text(whole.read_text("utf-8").replace("port = ", "prot = ", 1), "utf-8")
    code, said = _fails(module, "--config", str(spoilt), "run")
    assert code == 2
    assert str(spoilt) in said
    assert "prot" in said
    assert "Traceback" not in said


def test_a_server_whose_port_is_taken_says_so_in_a_sentence(house: House, tmp_path: Path):
    taken = tmp_path / "server.toml"
    text = house.city.config.read_text("utf-8")
    text = re.sub(r'(?m)^(city|case_key|certificate|key) = "', rf'\g<1> = "{house.city.home}/', text)
    taken.write_text(re.sub(r"(?m)^data = .*$", f'data = "{tmp_path / "data"}"', text), "utf-8")
    code, said = _fails("server", "--config", str(taken), "run")
    assert code != 0
    assert f":{house.city.port} は ほかのプログラムが 使っています" in said
    assert "Traceback" not in said


def test_a_kiosk_whose_port_is_taken_says_so_in_a_sentence(house: House, tmp_path: Path):
    with socket.socket() as other:
        port = free_port()
        other.bind(("127.0.0.1", port))
        other.listen()
        config = tmp_path / "kiosk.toml"
        text = house.kiosk.config.read_text("utf-8")
        text = text.replace(f"port = {house.kiosk.port}", f"port = {port}")
        config.write_text(text.replace('data = "data"', f'data = "{house.kiosk.folder / "data"}"'), "utf-8")
        code, said = _fails("kiosk", "--config", str(config), "run")
    assert code == 69
    assert f"screen.port {port}" in said
    assert "Traceback" not in said


def _fails(module: str, *arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode != 0
    return done.returncode, done.stdout + done.stderr
