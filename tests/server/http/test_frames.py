"""What is not a message is refused by its place, never by its content."""

import pytest

from server.http.frames import BadFrame, Frames
from server.protocol.messages import MAX_FRAME, FromKiosk, FromStaff

pytestmark = pytest.mark.slow

kiosk = Frames[FromKiosk](FromKiosk)  # pyright: ignore[reportArgumentType]
staff = Frames[FromStaff](FromStaff)  # pyright: ignore[reportArgumentType]

CANARY = "山田花子"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("{", "not JSON"),
        ('{"type":"hang_up","id":"\ud800"}', "not JSON"),
        ("[1]", "$"),
        ("{}", "$"),
        ('{"type":"nope"}', "$.type"),
        (f'{{"type":"take_ticket","id":"a","purpose":"{CANARY}"}}', "$.purpose"),
        ('{"type":"report_health","id":"a","health":{"version":1}}', "$.health.version"),
        ('{"type":"take_ticket","id":"a"}', "$"),
        ('{"type":"hello"' + " " * MAX_FRAME + "}", "too long"),
    ],
)
def test_a_refusal_names_the_place_and_not_the_value(text: str, where: str) -> None:
    with pytest.raises(BadFrame) as refusal:
        kiosk.decode(text.encode("utf-8", "surrogatepass"))
    assert str(refusal.value) == where
    assert refusal.value.__cause__ is None


def test_a_name_in_a_map_key_is_not_repeated() -> None:
    body = f'{{"type":"call_snapshot","screen":"call","attempts":{{"{CANARY}":1}}}}'
    with pytest.raises(BadFrame) as refusal:
        kiosk.decode(f'{{"type":"relay_to_staff","generation":1,"body":{body}}}')
    assert CANARY not in str(refusal.value)


def test_a_kiosks_word_is_not_a_clerks() -> None:
    with pytest.raises(BadFrame):
        staff.decode('{"type":"take_ticket","id":"a","purpose":"talk"}')
