"""The city's file is read again while people wait: all of it or nothing, and a lane with people in it stays."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from server import config
from server.config import ConfigError
from server.core.city import City
from server.protocol.values import LaneId
from server.reload import reasons_against
from tests.server.core.desk import Desk
from tests.server.core.example import KITA, OTHER_LANE, SATO, city

FILE = Path("city.toml")


def told(desk: Desk, new: City) -> list[str]:
    return list(reasons_against(desk.board, desk.city, new, FILE))


def test_a_lane_with_people_in_it_is_not_removed_and_the_count_is_said():
    desk = Desk()
    desk.kiosk_on(KITA)
    desk.here(SATO)
    smaller = city(OTHER_LANE)
    assert told(desk, smaller) == []
    ticket = desk.call(SATO)
    (why,) = told(desk, smaller)
    assert "「shimin」は 消せません。いま 1人が います" in why
    desk.end(SATO, ticket)
    desk.finish(SATO, ticket)
    assert told(desk, smaller) == []


def test_a_place_with_kiosks_and_the_city_itself_stay():
    desk = Desk()
    fewer = replace(desk.city, sites=desk.city.sites[1:])
    assert "端末が 1台" in told(desk, fewer)[0]
    assert "id" in told(desk, replace(desk.city, id="other"))[0]


def test_lanes_that_change_otherwise_are_taken_over():
    desk = Desk()
    desk.kiosk_on(KITA)
    desk.here(SATO)
    desk.take(KITA)
    lanes = (
        *(replace(lane, max_wait=60.0) for lane in desk.city.lanes),
        replace(OTHER_LANE, id=LaneId("new")),
    )
    assert told(desk, replace(desk.city, lanes=lanes)) == []


def test_a_wrong_file_is_named_with_its_key(tmp_path: Path):
    text = (Path(config.__file__).parent / "city.toml").read_text()
    file = tmp_path / "city.toml"
    file.write_text(text.replace('id = "kita"\n', 'id = "kita"\nexceptions = { "2026-13-01" = [] }\n'))
    with pytest.raises(ConfigError, match=r"sites\[0\]\.exceptions\.2026-13-01"):
        config.load_city(file)
