"""`[identity]` is opened at the start: what is wrong there is named by file and key, and never found out by a resident."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hardware.card.virtual.pki import write
from server import config
from server.config import ConfigError
from server.identity.crl import Crl
from server.identity.ocsp import Ocsp
from server.identity.revocation import Nobody
from tests.server.http.rig import CITY

pytestmark = pytest.mark.slow

EXAMPLE = Path(__file__).resolve().parents[3] / "deploy" / "examples" / "city.toml"
TRUST = '[identity.auth]\nanchors = ["pki/anchors/auth-2.pem"]\n'


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a PKI and some files that are none."""
    folder = tmp_path_factory.mktemp("city")
    write(folder / "pki", datetime.now(UTC))
    (folder / "noise.pem").write_text("これは 証明書では ありません")
    return folder


def city(place: Path, identity: str) -> Path:
    file = place / "city.toml"
    file.write_text(CITY + identity)
    return file


def test_left_out_there_is_no_verifier_and_nobody_is_trusted(place: Path) -> None:
    found = config.load_identity(city(place, ""))
    assert isinstance(found.revocation(), Nobody)
    assert found.auth.anchors == found.sign.anchors == ()


def test_each_driver_is_chosen_by_its_name(place: Path) -> None:
    for text, kind in (
        (f"[identity]\nrevocation = 'none'\n{TRUST}", Nobody),
        (f"[identity]\nrevocation = 'ocsp'\n{TRUST}[identity.ocsp]\nurl = 'http://ocsp.test/'\n", Ocsp),
        (f"[identity]\nrevocation = 'crl'\n{TRUST}[identity.crl]\nfiles = ['pki/crl/auth-2.pem']\n", Crl),
        (f"[identity]\nrevocation = 'crl'\n{TRUST}[identity.crl]\nurls = ['http://crl.test/a']\n", Crl),
    ):
        found = config.load_identity(city(place, text))
        assert isinstance(found.revocation(), kind)
        assert len(found.auth.anchors) == 1


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ("[identity]\nrevocation = 'oscp'\n", "identity.revocation", "使えません"),
        ("[identity]\nrevokation = 'ocsp'\n", "identity.revokation", "「revokation」"),
        ("[identity.auth]\nanchors = ['none.pem']\n", "identity.auth.anchors", "none.pem が ありません"),
        ("[identity.auth]\nanchors = ['noise.pem']\n", "identity.auth.anchors", "noise.pem は 認証局の"),
        (
            "[identity.auth]\nanchors = ['pki/cards/ordinary-auth.pem']\n",
            "identity.auth.anchors",
            "ordinary-auth.pem は 認証局の",
        ),
        ("[identity.sign]\npolicies = ['JPKI']\n", "identity.sign.policies[0]", "使えません"),
        (f"[identity]\nrevocation = 'ocsp'\n{TRUST}", "identity.ocsp", "調べ先を 書き足して"),
        (f"[identity]\nrevocation = 'crl'\n{TRUST}[identity.crl]\n", "identity.crl", "調べ先を 書き足して"),
        (
            f"[identity]\nrevocation = 'crl'\n{TRUST}[identity.crl]\nfiles = ['noise.pem']\n",
            "identity.crl.files",
            "noise.pem は 失効リスト",
        ),
        (
            "[identity]\nrevocation = 'ocsp'\n[identity.ocsp]\nurl = 'http://ocsp.test/'\n",
            "identity.auth.anchors",
            "認証局の証明書を",
        ),
        ("[identity.ocsp]\nurl = 'ocsp.test'\n", "identity.ocsp.url", "使えません"),
    ],
)
def test_a_wrong_line_stops_the_start_with_file_and_key(place: Path, text: str, key: str, says: str) -> None:
    file = city(place, text)
    with pytest.raises(ConfigError) as refusal:
        config.load_identity(file)
    assert (refusal.value.file, refusal.value.key) == (file, key)
    assert says in str(refusal.value)


def test_the_example_loads_as_it_is_and_with_its_identity_part_switched_on(place: Path) -> None:
    text = EXAMPLE.read_text()
    assert isinstance(config.load_identity(EXAMPLE).revocation(), Nobody)
    start = text.index("# [identity]")
    on = "\n".join(line.removeprefix("# ") for line in text[start:].splitlines())
    for name in ("auth-ca-2.pem", "auth-ca-3.pem"):
        (place / "ca").mkdir(exist_ok=True)
        (place / "ca" / name).write_bytes((place / "pki" / "anchors" / "auth-2.pem").read_bytes())
    file = place / "example.toml"
    file.write_text(text[:start] + on)
    found = config.load_identity(file)
    assert isinstance(found.revocation(), Ocsp)
    assert len(found.auth.anchors) == 2


def test_the_key_that_tells_cards_apart_is_made_once_and_readable_by_nobody_else(tmp_path: Path) -> None:
    (tmp_path / "server.toml").write_text("")
    loaded = config.load_server(tmp_path / "server.toml")
    loaded.data.mkdir()
    key = config.identity_key(loaded)
    assert len(key) == 32
    assert config.identity_key(loaded) == key
    file = loaded.data / "identity.key"
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_bytes(b"short")
    with pytest.raises(ConfigError, match="鍵では ありません"):
        config.identity_key(loaded)
