"""Conversations by hand: what is sent, byte for byte, and what each answer means."""

from collections.abc import Iterator

import pytest

from hardware.card.dialogue import (
    Dialogue,
    LastTryRefused,
    OtherCard,
    PinLocked,
    WrongPin,
    four_attributes,
    identify,
    tries_left,
)
from hardware.errors import CardGone, CardMute, CardRefused
from hardware.ports import Response
from server.protocol.values import FourBasicData

SELECT_TEXT = "00A404 0C0A D3921000310001010408"
SELECT_JPKI = "00A404 0C0A D392F000260100000001"
SELECT_PIN = "00A4020C02 0011"
COUNT = "00200080"
VERIFY_1234 = "0020008004 31323334"
SELECT_ATTRIBUTES = "00A4020C02 0002"
HEAD = "00B0000007"

FILE = bytes.fromhex(
    "FF20 35"
    "DF2108 000E002000290034"
    + "DF220F" + "山田　花子".encode().hex()
    + "DF2306" + "見本".encode().hex()
    + "DF2408" + b"19440503".hex()
    + "DF2501" + "32"
)  # fmt: skip
"""As the references give it; the table of offsets is not looked at."""

Row = tuple[str, str | bytes, int]


def play(talk: Dialogue[object], *rows: Row) -> object:
    """Speak a dialogue against a script of (command, answer, status word); say how it ended."""
    script: Iterator[Row] = iter(rows)
    try:
        command = next(talk)
        for expected, answer, sw in script:
            assert bytes(command).hex().upper() == expected.replace(" ", "").upper()
            data = answer if isinstance(answer, bytes) else bytes.fromhex(answer)
            command = talk.send(Response(data, sw))
    except StopIteration as end:
        assert next(script, None) is None, "the dialogue ended before the script"
        return end.value
    raise AssertionError(f"one more command than expected: {bytes(command[:4]).hex()}")


def opened(left: int = 0x63C3) -> list[Row]:
    return [(SELECT_TEXT, "", 0x9000), (SELECT_PIN, "", 0x9000), (COUNT, "", left)]


def read(file: bytes) -> list[Row]:
    rest = len(file) - 7
    return [
        (VERIFY_1234, "", 0x9000),
        (SELECT_ATTRIBUTES, "", 0x9000),
        (HEAD, file[:7], 0x9000),
        (f"00B00007{rest:02X}", file[7:], 0x9000),
    ]


def test_the_four_attributes_take_seven_commands():
    data = play(four_attributes(bytearray(b"1234")), *opened(), *read(FILE))
    assert data == FourBasicData(name="山田　花子", address="見本", birth_date="19440503", sex="2")


def test_the_pin_and_the_command_that_carried_it_are_zeros_afterwards():
    pin = bytearray(b"1234")
    talk = four_attributes(pin)
    next(talk)
    for sw in (0x9000, 0x9000):
        talk.send(Response(b"", sw))
    command = talk.send(Response(b"", 0x63C3))
    assert bytes(command[5:]) == b"1234"
    with pytest.raises(StopIteration):
        talk.send(Response(b"", 0x63C2))
    assert pin == bytes(4)
    assert bytes(command) == bytes(9)


@pytest.mark.parametrize("commands", [1, 2, 3, 4])
def test_the_pin_is_wiped_wherever_the_card_is_taken_away(commands: int):
    pin = bytearray(b"1234")
    talk = four_attributes(pin)
    next(talk)
    for _, _, sw in opened()[: commands - 1]:
        talk.send(Response(b"", sw))
    with pytest.raises(CardGone):
        talk.throw(CardGone("taken away"))
    assert pin == bytes(4)


@pytest.mark.parametrize("pin", [b"", b"123", b"12345", b"12a4", b"\xff\x10\x11\x12"])
def test_what_is_not_four_digits_is_never_sent(pin: bytes):
    typed = bytearray(pin)
    with pytest.raises(ValueError, match="four digits"):
        next(four_attributes(typed))
    assert typed == bytes(len(pin))


@pytest.mark.parametrize(
    ("sw", "result"),
    [
        (0x63C2, WrongPin(2)),
        (0x63C1, WrongPin(1)),
        (0x63C0, PinLocked()),
        (0x6984, PinLocked()),
        (0x6983, PinLocked()),
    ],
)
def test_a_refused_pin_ends_the_dialogue(sw: int, result: object):
    assert play(four_attributes(bytearray(b"1234")), *opened(), (VERIFY_1234, "", sw)) == result


@pytest.mark.parametrize("sw", [0x6110, 0x6C10, 0x6F00, 0x6700, 0x6985])
def test_a_verify_is_never_followed_or_repeated(sw: int):
    with pytest.raises(CardRefused, match=f"verify: {sw:04X}"):
        play(four_attributes(bytearray(b"1234")), *opened(), (VERIFY_1234, "", sw))


def test_a_refusal_without_a_count_asks_the_counter_not_the_pin():
    talk = four_attributes(bytearray(b"1234"))
    assert play(talk, *opened(), (VERIFY_1234, "", 0x6300), (COUNT, "", 0x63C1)) == WrongPin(1)


@pytest.mark.parametrize(
    ("sw", "result"),
    [
        (0x63C0, PinLocked()),
        (0x6984, PinLocked()),
        (0x63C1, LastTryRefused(1)),
        (0x9000, LastTryRefused(None)),
        (0x6300, LastTryRefused(None)),
    ],
)
def test_the_counter_can_forbid_the_verify(sw: int, result: object):
    assert play(four_attributes(bytearray(b"1234")), *opened(sw)) == result


@pytest.mark.parametrize("sw", [0x63C1, 0x9000])
def test_the_last_try_is_spent_only_when_chosen(sw: int):
    talk = four_attributes(bytearray(b"1234"), allow_last_try=True)
    assert isinstance(play(talk, *opened(sw), *read(FILE)), FourBasicData)


def test_the_first_select_is_repeated_once_after_6f00():
    talk = tries_left()
    assert play(talk, (SELECT_TEXT, "", 0x6F00), *opened()) == 3
    talk = identify()
    assert (
        play(talk, (SELECT_TEXT, "", 0x6F00), (SELECT_TEXT, "", 0x6F00), (SELECT_JPKI, "", 0x6A82)) == "other"
    )


@pytest.mark.parametrize(
    ("sw", "left"), [(0x63C3, 3), (0x63C0, 0), (0x6984, 0), (0x6983, 0), (0x9000, None), (0x6300, None)]
)
def test_the_counter_is_read_as_the_card_means_it(sw: int, left: int | None):
    assert play(tries_left(), *opened(sw)) == left


def test_two_stray_bytes_before_the_object_are_skipped():
    file = b"\x00\x00" + FILE
    assert isinstance(play(four_attributes(bytearray(b"1234")), *opened(), *read(file)), FourBasicData)


def test_a_file_longer_than_256_bytes_is_read_in_parts():
    body = b"\xdf\x22\x06" + "見本".encode() + b"\xdf\x23\x82\x01\x20" + b"A" * 288
    body += b"\xdf\x24\x08" + b"19440503" + b"\xdf\x25\x01\x31"
    file = b"\xff\x20\x82" + len(body).to_bytes(2) + body
    rest = len(file) - 7 - 256
    talk = four_attributes(bytearray(b"1234"))
    data = play(
        talk,
        *opened(),
        *read(file)[:3],
        ("00B0000700", file[7:263], 0x9000),
        (f"00B00107{rest:02X}", file[263:], 0x9000),
    )
    assert isinstance(data, FourBasicData)
    assert data.address == "A" * 288


def test_6cxx_and_61xx_are_followed_around_a_read():
    rest = len(FILE) - 7
    data = play(
        four_attributes(bytearray(b"1234")),
        *opened(),
        *read(FILE)[:3],
        (f"00B00007{rest:02X}", "", 0x6C00 | rest),
        (f"00B00007{rest:02X}", FILE[7:20], 0x6100 | (rest - 13)),
        (f"00C00000{rest - 13:02X}", FILE[20:30], 0x6100 | (rest - 23)),
        (f"00C00000{rest - 23:02X}", FILE[30:], 0x9000),
    )
    assert isinstance(data, FourBasicData)


@pytest.mark.parametrize("end", [0x6B00, 0x6282, 0x9000])
def test_a_file_that_ends_before_its_header_says_is_no_data(end: int):
    with pytest.raises(CardMute, match="shorter than it says"):
        play(
            four_attributes(bytearray(b"1234")),
            *opened(),
            *read(FILE)[:3],
            (f"00B00007{len(FILE) - 7:02X}", FILE[7:20], 0x6282),
            (f"00B00014{len(FILE) - 20:02X}", "", end),
        )


def test_a_read_that_needs_a_pin_after_all_is_refused():
    with pytest.raises(CardRefused, match="read: 6982"):
        play(four_attributes(bytearray(b"1234")), *opened(), *read(FILE)[:2], (HEAD, "", 0x6982))


def test_another_card_is_recognised_before_a_pin_is_sent():
    assert play(four_attributes(bytearray(b"1234")), (SELECT_TEXT, "", 0x6A82)) == OtherCard()
    with pytest.raises(CardRefused):
        play(tries_left(), (SELECT_TEXT, "", 0x6A82))


def test_a_card_is_known_by_what_it_can_do():
    token = "00A4020C02 0006"
    assert play(identify(), *opened()) == "my_number"
    assert play(identify(), *opened(0x9000)) == "my_number"
    assert play(identify(), (SELECT_TEXT, "", 0x6A82), (SELECT_JPKI, "", 0x6A82)) == "other"
    for label, kind in (
        (b"JPKIAPIOSTOKEN", "phone"),
        (b"JPKIAPGPSETOKEN", "phone"),
        (b"JPKIAPICCTOKEN2", "other"),
    ):
        rows: list[Row] = [
            (SELECT_TEXT, "", 0x6A82),
            (SELECT_JPKI, "", 0x9000),
            (token, "", 0x9000),
            ("00B0000020", label.ljust(32, b" "), 0x9000),
        ]
        assert play(identify(), *rows) == kind


@pytest.mark.parametrize(
    ("first", "left", "kind"),
    [(0x8F, None, "my_number"), (0x00, 0x63C3, "my_number"), (0x00, 0x63C0, "face_only")],
)
def test_a_card_without_pins_is_told_from_a_locked_one(first: int, left: int | None, kind: str):
    rows: list[Row] = [
        *opened(0x63C0),
        (SELECT_JPKI, "", 0x9000),
        ("00A4020C02 0008", "", 0x9000),
        ("00B0000003", bytes((first, 0x8F, 0)), 0x9000),
    ]
    if left is not None:
        rows += [("00A4020C02 0018", "", 0x9000), (COUNT, "", left)]
    assert play(identify(), *rows) == kind


def test_what_is_no_status_word_is_no_answer():
    with pytest.raises(CardMute, match="no status word"):
        play(identify(), (SELECT_TEXT, "", 0x1234))
