"""The config is strict, and every complaint names the file and the key."""

from pathlib import Path

import pytest

from kiosk.config import BadConfig, load, private

GOOD = """
data = "data"
[server]
url = "https://window.mihon.example"
[devices.card]
driver = "simulated"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "kiosk.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_example_is_a_config():
    example = Path(__file__).parents[2] / "deploy" / "examples" / "kiosk.toml"
    place = load(example)
    assert place.data == example.parent / "data"
    assert place.config.screen.port == 8765


def test_paths_are_relative_to_the_file(tmp_path: Path):
    assert load(written(tmp_path, GOOD)).data == tmp_path / "data"


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (("data =", "date ="), "date"),
        (('driver = "simulated"', 'driver = "simulatd"'), "$.devices.card.driver"),
        (('driver = "simulated"', 'drivr = "simulated"'), "drivr"),
        (("https://window.mihon.example", "http://window.mihon.example"), "server.url"),
        (("[devices.card]", '[screen]\nbrowser = ["chromium"]\n[devices.card]'), "screen.browser"),
        (("[devices.card]", "[screen]\nport = 70000\n[devices.card]"), "$.screen.port"),
        (('url = "', 'ca = "missing.pem"\nurl = "'), "server.ca"),
        (("[server]", "[server"), "TOML"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(tmp_path: Path, change: tuple[str, str], names: str):
    path = written(tmp_path, GOOD.replace(*change))
    with pytest.raises(BadConfig) as caught:
        load(path)
    assert str(path) in str(caught.value)
    assert names in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path):
    with pytest.raises(BadConfig, match=r"nowhere\.toml"):
        load(tmp_path / "nowhere.toml")


def test_a_file_others_can_read_is_not_private(tmp_path: Path):
    path = written(tmp_path, GOOD)
    path.chmod(0o640)
    assert not private(path)
    path.chmod(0o600)
    assert private(path)
