"""A wrong line stops the start with one sentence that names the file, the key and what to do."""

from pathlib import Path

import pytest

from server import config
from server.config import ConfigError

EXAMPLES = Path(__file__).resolve().parents[2] / "deploy" / "examples"
CITY = (EXAMPLES / "city.toml").read_text()


def server_of(tmp_path: Path, text: str) -> config.Server:
    file = tmp_path / "server.toml"
    file.write_text(text)
    return config.load_server(file)


def test_the_examples_load() -> None:
    server = config.load_server(EXAMPLES / "server.toml")
    city = config.load_city(server.city)
    assert server.listen.host == "127.0.0.1"
    assert not server.secure
    assert [site.name for site in city.sites][:2] == ["北公民館", "南支所"]
    assert len(city.purposes) == 18
    assert city.lanes[0].openings[0].opens == 8 * 60 + 30


def test_what_init_writes_is_the_example() -> None:
    assert (Path(config.__file__).parent / "city.toml").read_text() == CITY


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ("[listen]\nhots = 1", "listen.hots", "「hots」という項目は ありません"),
        ("[listen]\nport = 'a'", "listen.port", "文字 では なく 整数"),
        ("[listen]\nport = 70000", "listen.port", "65535"),
        ("log_level = 'loud'", "log_level", "使えません"),
        ("data = 3", "data", "整数 では なく 文字"),
        ("[[ice_servers]]\nurl = ['x']", "ice_servers[0].urls", "「urls」が ありません"),
        ("[pages]\nframe_ancestors = ['*']", "pages.frame_ancestors[0]", "使えません"),
        ("listen = [", "", "TOML"),
        ("[listen]\nhost = '0.0.0.0'", "listen.host", "tls.certificate"),
        ("[tls]\ncertificate = 'a.pem'", "tls", "両方"),
        ("[turn]\nurls = ['turn:x']", "turn.secret_file", "secret_file"),
    ],
)
def test_a_wrong_server_toml_is_explained(tmp_path: Path, text: str, key: str, says: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        server_of(tmp_path, text)
    assert refusal.value.key == key
    assert str(refusal.value).startswith(str(tmp_path / "server.toml"))
    assert says in str(refusal.value)


@pytest.mark.parametrize(
    ("before", "after", "key", "says"),
    [
        ('telephone = "0000-00-0000"', "", "telephone", "書き足してください"),
        ('mon = ["08:30-17:15"]', 'mon = ["8時半から"]', "hours.mon", "受付時間では ありません"),
        ('mon = ["08:30-17:15"]', 'mon = ["17:15-08:30"]', "hours.mon", "受付時間では ありません"),
        ('telephone = "0000-00-0101"', 'telephone = "事務室"', "sites[0].telephone", "使えません"),
        ('mon = ["08:30-17:15"]', 'mn = ["08:30-17:15"]', "hours.mn", "「mn」"),
        ('id = "minami"', 'id = "kita"', "sites", "「kita」が 2回"),
        ('purposes = ["shibo"]', 'purposes = ["shibou"]', "lanes.purposes", "「shibou」は [[purposes]] に"),
        ('purposes = ["shibo"]', 'purposes = ["talk"]', "lanes.purposes", "「talk」が 2回"),
        ('"gomi", ', "", "purposes", "用件「gomi」を 受ける窓口が"),
        ("offer_lasts = 20", "offer_lasts = -1", "lanes[0].offer_lasts", "使えません"),
        ("page = 2\n", "page = 3\n", "purposes[9].page", "使えません"),
    ],
)
def test_a_wrong_city_toml_is_explained(tmp_path: Path, before: str, after: str, key: str, says: str) -> None:
    assert before in CITY
    file = tmp_path / "city.toml"
    file.write_text(CITY.replace(before, after, 1))
    with pytest.raises(ConfigError) as refusal:
        config.load_city(file)
    assert refusal.value.key == key
    assert says in str(refusal.value)


def test_without_hours_a_city_is_always_open(tmp_path: Path) -> None:
    start = CITY.index("[hours]")
    file = tmp_path / "city.toml"
    file.write_text(CITY[:start] + CITY[CITY.index("[[sites]]") :])
    assert all(lane.openings == () for lane in config.load_city(file).lanes)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="komado-server init"):
        config.load_server(tmp_path / "server.toml")


def test_a_secret_that_others_may_read_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "case.key"
    key.write_bytes(bytes(32))
    key.chmod(0o640)
    loaded = server_of(tmp_path, "case_key = 'case.key'")
    with pytest.raises(ConfigError, match="chmod 600"):
        config.case_key(loaded)
    key.chmod(0o600)
    assert config.case_key(loaded) == bytes(32)


def test_a_key_of_the_wrong_length_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "case.key"
    key.touch(0o600)
    with pytest.raises(ConfigError, match="32バイト"):
        config.case_key(server_of(tmp_path, "case_key = 'case.key'"))
