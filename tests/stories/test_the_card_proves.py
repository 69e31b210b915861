"""The card's own key proves over the real PC/SC service who is there, its photo is looked at, and nothing of either is left."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.sync_api import Browser, expect

from hardware.card.virtual import load, pki
from tests.hardware.card.pcscd import Service
from tests.memory import children, found_in
from tests.rig import City
from tests.stories.card_place import CardPlace
from tests.stories.house import House, opened, shot
from tests.stories.people import Clerk, Resident

pytestmark = [pytest.mark.browser, pytest.mark.pcsc, pytest.mark.slow]

PCSC = """[devices.card]
driver = "pcsc"
[devices.printer]
driver = "simulated"
[devices.panel]
driver = "simulated"
[devices.face]
driver = "simulated"
[devices.document]
driver = "simulated"
"""


def trusts_the_virtual_authorities(city: City) -> None:
    """Give the city anchors and revocation lists of today."""
    for generation, anchor in zip(pki.TRUSTED, pki.anchors("auth"), strict=True):
        (city.home / f"auth-{generation}.pem").write_bytes(anchor.public_bytes(Encoding.PEM))
        revoked = pki.crl("auth", generation, datetime.now(UTC))
        (city.home / f"auth-{generation}.crl").write_bytes(revoked.public_bytes(Encoding.PEM))
    anchors, lists = ([f"auth-{generation}.{kind}" for generation in pki.TRUSTED] for kind in ("pem", "crl"))
    file = city.home / "city.toml"
    file.write_text(
        f'{file.read_text("utf-8")}\n[identity]\nrevocation = "crl"\n[identity.crl]\nfiles = {lists}\n'
        f'[identity.auth]\nanchors = {anchors}\npolicies = ["{pki.POLICY["auth"]}"]\n',
        "utf-8",
    )


@pytest.fixture
def place() -> Iterator[CardPlace]:
    with Service():
        place = CardPlace()
        yield place
        place.close()


@pytest.fixture
def house(browser: Browser, tmp_path: Path, place: CardPlace) -> Iterator[House]:
    with opened(browser, tmp_path, kiosks=0, prepare=trusts_the_virtual_authorities) as house:
        house.add_kiosk("1号機", PCSC)
        yield house


def test_a_card_proves_who_is_there_and_shows_a_face_and_nothing_of_it_is_left(
    house: House, place: CardPlace
):
    resident, clerk = house.resident(), house.clerk()
    card = load("ordinary")
    assert card.persona.pins is not None
    number = card.persona.pins.verification_b
    house.talk(resident, clerk)

    asked(resident, clerk)
    shot(resident, "proof-asked-resident")
    resident.press("はい、使います")
    place.insert(card)
    typed(resident, "1234")
    clerk.sees("本人確認: 済み")
    resident.sees("カードの 確認が おわりました")
    shot(resident, "proof-resident")
    shot(clerk, "proof-clerk")

    clerk.press("顔写真を見る")
    for name, digits in (("birth", number[:6]), ("expiry", number[6:10]), ("code", number[10:])):
        clerk.page.locator(f"k-card-number input[name={name}]").fill(digits)
    clerk.press("この番号で 住民に たのむ")
    resident.sees("カードの 顔写真を 職員に 見せても")
    shot(resident, "photo-asked-resident")
    resident.press("はい、使います")
    resident.sees("顔写真を 職員が 見ています")
    expect(clerk.page.locator("figure.photo img")).to_be_visible(timeout=60_000)
    shot(clerk, "photo-clerk")
    place.pull()
    assert [event["identity"]["outcome"] for event in house.city.happened("identity_checked")] == ["valid"]
    house.ends(clerk, resident)

    made = pki.issued(card.persona, "auth")
    assert made is not None
    words = {
        "certificate": made.der[200:260],
        "certificate on the wire": b64encode(made.der)[320:380],
        "number": number.encode(),
        "number in another coding": number.encode("utf-16-le"),
    }
    agent = house.kiosk.agent
    assert {pid: found for pid in (agent.pid, *children(agent.pid)) if (found := found_in(pid, words))} == {}
    for path in house.folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            assert not [name for name, word in words.items() if word in path.read_bytes()], path


def asked(resident: Resident, clerk: Clerk) -> None:
    if clerk.page.locator("#more-who").is_hidden():
        clerk.page.keyboard.press("F3")
    clerk.press("本人確認（電子証明書）")
    resident.sees("カードで ご本人の 確認を")


def typed(resident: Resident, pin: str) -> None:
    resident.sees("本人確認用の 4けたの 暗証番号を")
    resident.types(pin)
    resident.press("これで よい")
