"""What can never leave: for any command at any point, and proven on a card that would answer."""

import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.card.allowlist import (
    Conversation,
    Read,
    SelectApplication,
    SelectFile,
    Sign,
    guarded,
    heard,
    permit,
)
from hardware.card.dialogue import Dialogue, four_attributes
from hardware.card.layout import SHA256_INFO, VISUAL
from hardware.card.virtual import Quirks, VirtualCard, load, read
from hardware.card.virtual.files import COMMON, JUKI
from hardware.errors import ApduForbidden
from hardware.ports import Response

JPKI = bytes.fromhex("D392F000260100000001")
TEXT = bytes.fromhex("D3921000310001010408")


def aid(application: bytes) -> bytes:
    return bytes.fromhex("00A4040C0A") + application


def ef(file: int) -> bytes:
    return bytes.fromhex("00A4020C02") + file.to_bytes(2)


COUNT = bytes.fromhex("00200080")
PIN = bytes.fromhex("0020008004") + b"1234"
READ = bytes.fromhex("00B0000000")
WRONG_PIN = bytes.fromhex("0020008004") + b"0000"
NUMBER_B = bytes.fromhex("002000800E") + b"19050320341122"
PASSWORD = bytes.fromhex("002000800A") + b"KOMADO1234"
SIGN = bytes.fromhex("802A008033") + SHA256_INFO + bytes(32) + b"\x00"
CANARY = read("ordinary").number.encode()


def say(card: VirtualCard, *commands: bytes) -> list[int]:
    """Send everything the list lets pass; -1 stands for what it stopped."""
    talk, heard_words = Conversation(), list[int]()
    for command in commands:
        try:
            ask = permit(talk, command)
        except ApduForbidden:
            heard_words.append(-1)
            continue
        sw = int.from_bytes(card.execute(command)[-2:])
        talk = heard(talk, ask, sw)
        heard_words.append(sw)
    return heard_words


def test_the_card_itself_would_tell_the_number_for_the_same_pin():
    card = load("ordinary")
    for command in (aid(TEXT), ef(0x0011), PIN, ef(0x0001)):
        card.execute(command)
    assert CANARY in card.execute(READ)


@pytest.mark.parametrize(
    "commands",
    [
        (aid(TEXT), ef(0x0001)),
        (aid(TEXT), ef(0x0003)),
        (aid(TEXT), ef(0x0006)),
        (aid(TEXT), ef(0x0007)),
        (aid(TEXT), ef(0x0014)),
        (aid(TEXT), ef(0x0015), COUNT, bytes.fromhex("002000800C") + CANARY),
        (aid(TEXT), ef(0x0015), COUNT, PIN),
        (aid(TEXT), ef(0x0015), NUMBER_B),
        (aid(TEXT), ef(0x0011), COUNT, NUMBER_B),
        (aid(TEXT), ef(0x0011), COUNT, bytes.fromhex("0020008006") + b"ABC123"),
        (
            aid(TEXT),
            ef(0x0002),
            bytes.fromhex("00B0810000"),
        ),  # a short file identifier names the number's file
        (aid(TEXT), ef(0x0011), COUNT, PIN, ef(0x0002), bytes.fromhex("00B0810011")),
        (aid(TEXT), ef(0x0011), COUNT, bytes.fromhex("0020009104") + b"1234"),
        (aid(TEXT), ef(0x0011), COUNT, bytes.fromhex("002000800C") + CANARY),
        (aid(TEXT), ef(0x0011), COUNT, bytes.fromhex("0020008004") + b"12a4"),
        (aid(TEXT), ef(0x0011), COUNT, bytes.fromhex("0020008003") + b"1234"),
        (aid(TEXT), ef(0x0011), PIN),
        (aid(TEXT), ef(0x0011), COUNT, PIN, PIN),
        (aid(TEXT), ef(0x0011), COUNT, PIN, COUNT, PIN),
        (aid(TEXT), ef(0x0011), COUNT, PIN, aid(TEXT), ef(0x0011), COUNT, PIN),
        (aid(TEXT), ef(0x0002), COUNT),
        (aid(TEXT), ef(0x0011), READ),
        (aid(TEXT), READ),
        (aid(TEXT), ef(0x0002), bytes.fromhex("00B0100000")),  # far behind any file of ours
        (aid(TEXT), ef(0x0002), bytes.fromhex("00C0000010")),
        (aid(TEXT), ef(0x0011), COUNT, PIN, bytes.fromhex("0024018004") + b"9999"),
        (aid(VISUAL), ef(0x0001)),
        (aid(VISUAL), ef(0x0003)),
        (aid(VISUAL), ef(0x0005)),
        (aid(VISUAL), ef(0x0011)),
        (aid(VISUAL), ef(0x0013)),
        (aid(VISUAL), ef(0x0012), COUNT, bytes.fromhex("002000800C") + CANARY),
        (aid(VISUAL), ef(0x0012), COUNT, NUMBER_B, ef(0x0002), bytes.fromhex("00B0850000")),
        (aid(VISUAL), ef(0x0002), bytes.fromhex("00B07FFF00")),
        (aid(JUKI),),
        (aid(COMMON),),
        (aid(JPKI), ef(0x0002)),
        (aid(JPKI), ef(0x000B)),
        (aid(JPKI), ef(0x0016)),
        (aid(JPKI), ef(0x0017), READ),
        (aid(JPKI), ef(0x0017), SIGN),
        (aid(JPKI), ef(0x0018), COUNT, PIN, SIGN),
        (aid(JPKI), ef(0x0018), COUNT, PIN, ef(0x001A), SIGN),
        (aid(JPKI), ef(0x0018), COUNT, PIN, ef(0x0017), SIGN, SIGN),
        (
            aid(JPKI),
            ef(0x0018),
            COUNT,
            PIN,
            ef(0x0017),
            bytes.fromhex("802A00800A") + b"a contract" + b"\x00",
        ),
        (aid(JPKI), ef(0x0018), COUNT, PIN, ef(0x0017), bytes.fromhex("802A008020") + bytes(33)),
        (aid(JPKI), ef(0x0018), COUNT, PIN, ef(0x0017), SIGN[:-1]),
        (aid(JPKI), ef(0x0018), COUNT, PIN, ef(0x0017), SIGN[:2] + b"\x01" + SIGN[3:]),
        (aid(JPKI), ef(0x0018), COUNT, WRONG_PIN, ef(0x0017), SIGN),
        (aid(JPKI), ef(0x0018), COUNT, PIN, ef(0x001B), COUNT, PASSWORD),
        (aid(JPKI), ef(0x001B), COUNT, PIN),
        (aid(JPKI), ef(0x001B), COUNT, bytes.fromhex("0020008006") + b"abc123"),
        (aid(JPKI), ef(0x001B), COUNT, PASSWORD, ef(0x0017), SIGN),
        (aid(JPKI), ef(0x001B), COUNT, PASSWORD, bytes.fromhex("0024018006") + b"ABC123"),
        (aid(TEXT), ef(0x0011), COUNT, PIN, aid(JPKI), ef(0x0017), SIGN),
        (ef(0x0002),),
        (READ,),
        (b"",),
        (aid(TEXT) + b"\x00",),
        (bytes.fromhex("00A404000A") + TEXT,),
        (bytes.fromhex("00A4040C05") + TEXT[:5],),  # a partial name selects something else
        (bytes.fromhex("80A4040C0A") + TEXT,),
        (bytes.fromhex("00880080"),),
        (bytes.fromhex("0084000008"),),
        (bytes.fromhex("00D6000001FF"),),
    ],
)
def test_the_last_of_these_commands_never_leaves(commands: tuple[bytes, ...]):
    card = load("ordinary")
    *before, last = say(card, *commands)
    assert -1 not in before
    assert last == -1


@pytest.mark.parametrize(
    ("name", "commands"),
    [
        ("ordinary", (aid(TEXT), ef(0x0011), COUNT, PIN, ef(0x0002), READ)),
        ("ordinary", (aid(TEXT), ef(0x0015), COUNT, NUMBER_B, ef(0x0002), READ)),
        ("ordinary", (aid(VISUAL), ef(0x0012), COUNT, NUMBER_B, ef(0x0002), READ)),
        ("ordinary", (aid(JPKI), ef(0x000A), READ)),
        ("ordinary", (aid(JPKI), ef(0x0018), COUNT, PIN, ef(0x0017), SIGN)),
        ("ordinary", (aid(JPKI), ef(0x001B), COUNT, PASSWORD, ef(0x0001), READ, ef(0x001A), SIGN)),
    ],
)
def test_what_a_window_needs_is_sent_and_answered(name: str, commands: tuple[bytes, ...]):
    answers = say(load(name), *commands)
    assert -1 not in answers
    assert answers[-1] in (0x9000, 0x6282)  # 6282: the file was shorter than was asked for


@pytest.mark.slow
def test_of_all_files_there_could_be_only_these_can_be_selected_or_read():
    selectable = {
        TEXT: {0x0002, 0x0011, 0x0015},
        VISUAL: {0x0002, 0x0012},
        JPKI: {0x0001, 0x0006, 0x0008, 0x000A, 0x0017, 0x0018, 0x001A, 0x001B},
        JUKI: set[int](),
        COMMON: set[int](),
    }
    readable = {TEXT: {0x0002}, VISUAL: {0x0002}, JPKI: {0x0001, 0x0006, 0x0008, 0x000A}}
    for application, files in selectable.items():
        place = Conversation(application=application)
        assert {file for file in range(0x10000) if passes(place, ef(file))} == files
        there = {f for f in range(0x100) if passes(Conversation(application=application, file=f), READ)}
        assert there == readable.get(application, set())


def passes(place: Conversation, command: bytes) -> bool:
    try:
        permit(place, command)
    except ApduForbidden:
        return False
    return True


def test_after_a_failed_select_only_a_select_may_follow():
    talk = Conversation(application=TEXT, file=0x0002)
    assert heard(talk, SelectFile(0x0011), 0x6A82) == Conversation(application=TEXT)
    assert heard(talk, SelectApplication(JPKI), 0x6A82) == Conversation()


def test_the_rest_of_an_answer_may_be_fetched_only_after_a_read_or_a_signature():
    rest = bytes.fromhex("00C0000010")
    file, key = Conversation(application=TEXT, file=0x0002), Conversation(application=JPKI, file=0x0017)
    for talk, ask in ((file, Read(256)), (key, Sign())):
        more = heard(talk, ask, 0x6110)
        assert permit(heard(more, permit(more, rest), 0x6110), rest)
        for place, sw in ((talk, 0x9000), (Conversation(application=TEXT), 0x6110)):
            with pytest.raises(ApduForbidden):
                permit(heard(place, ask, sw), rest)


def test_a_forbidden_command_is_named_by_its_header_only():
    with pytest.raises(ApduForbidden) as caught:
        permit(Conversation(), PIN)
    assert str(caught.value) == "not on the allow-list: 00200080"


def test_a_dialogue_that_asks_for_too_much_is_closed_and_told_nothing():
    closed: list[bool] = []

    def greedy() -> Dialogue[None]:
        try:
            yield aid(TEXT)
            yield ef(0x0001)
        finally:
            closed.append(True)

    talk = guarded(greedy())
    assert bytes(next(talk)) == aid(TEXT)
    with pytest.raises(ApduForbidden):
        talk.send(Response(b"", 0x9000))
    assert closed == [True]


def test_giving_up_in_the_middle_wipes_the_pin():
    pin = bytearray(b"1234")
    talk = guarded(four_attributes(pin))
    next(talk)
    talk.close()
    assert pin == bytes(4)


SHAPES = re.compile(
    r"00a4040c0a(d3921000310001010408|d3921000310001010402|d392f000260100000001)"
    r"|00a4020c0200(01|02|06|08|0a|11|12|15|17|18|1a|1b)"
    r"|00200080(04(3[0-9]){4}|0e(3[0-9]){14}|(0[6-9a-f]|10)(3[0-9]|4[1-9a-f]|5[0-9a])+)?"
    r"|00b0[0-7][0-9a-f]{3}[0-9a-f]{2}"
    r"|00c00000[0-9a-f]{2}"
    r"|802a008033" + SHA256_INFO.hex() + r"[0-9a-f]{64}00"
    r"|802a008030[0-9a-f]{96}00"
)
places = st.builds(
    Conversation,
    application=st.sampled_from([None, TEXT, JPKI, VISUAL]),
    file=st.sampled_from([None, *range(0x1C)]),
    counted=st.booleans(),
    verified=st.booleans(),
    opened=st.sampled_from([None, (JPKI, 0x0018), (JPKI, 0x001B)]),
    signed=st.booleans(),
    more=st.sampled_from(["nothing", "read", "signature"]),
)
headers = st.sampled_from(
    [
        "00A4040C",
        "00A4020C",
        "00200080",
        "00B00000",
        "00B08100",
        "00C00000",
        "00240180",
        "802A0080",
        "00200091",
    ]
).map(bytes.fromhex)
commands = st.one_of(
    st.binary(max_size=40),
    st.tuples(headers, st.binary(max_size=16)).map(b"".join),
    st.tuples(headers, st.binary(max_size=12)).map(lambda pair: pair[0] + bytes((len(pair[1]),)) + pair[1]),
)


@pytest.mark.slow
@settings(derandomize=True, deadline=None, database=None, max_examples=1500)
@given(places, commands)
def test_anything_that_passes_has_one_of_seven_shapes(place: Conversation, command: bytes):
    try:
        permit(place, command)
    except ApduForbidden:
        return
    assert SHAPES.fullmatch(command.hex())
    assert (place.application, place.file) not in ((TEXT, 0x0001), (VISUAL, 0x0005)) or command[1] == 0xA4


blocks = st.one_of(
    st.sampled_from([aid(name) for name in (TEXT, JPKI, VISUAL, JUKI, COMMON)]),
    st.sampled_from([ef(file) for file in range(1, 0x1C)]),
    st.sampled_from([NUMBER_B, PASSWORD, SIGN]),
    st.sampled_from(
        [
            (aid(TEXT), ef(0x0011), COUNT, PIN),
            (aid(TEXT), ef(0x0015), COUNT, NUMBER_B),
            (aid(VISUAL), ef(0x0012), COUNT, NUMBER_B),
        ]
    ),
    st.just(aid(TEXT)),
    st.just(ef(0x0011)),
    st.just(ef(0x0002)),
    st.sampled_from([COUNT, PIN, READ]),
    st.just(bytes.fromhex("002000800C") + CANARY),
    st.sampled_from([bytes.fromhex(f"00B0{0x80 | short:02X}0000") for short in range(1, 0x1F)]),
    st.sampled_from([bytes.fromhex(f"002000{0x80 | short:02X}04") + b"1234" for short in range(1, 0x1F)]),
    st.just(bytes.fromhex("0024018004") + b"9999"),
    st.just(bytes.fromhex("00C0000000")),
    commands,
)
cards = st.builds(Quirks, reselect_forgets=st.booleans(), t0=st.booleans(), silent_counter=st.booleans())


@pytest.mark.slow
@settings(derandomize=True, deadline=None, database=None, max_examples=500)
@given(st.lists(blocks, max_size=40), cards)
def test_no_sequence_makes_the_card_tell_the_number(
    sequence: list[bytes | tuple[bytes, ...]], quirks: Quirks
):
    card = VirtualCard(msgspec.structs.replace(read("ordinary"), quirks=quirks))
    say(card, *(word for item in sequence for word in ((item,) if isinstance(item, bytes) else item)))
    assert not any(CANARY in answer for answer in card.answered)
    assert card.verify_commands <= 1


def test_a_buffer_is_judged_like_bytes():
    assert permit(Conversation(), bytearray(aid(TEXT))) == SelectApplication(TEXT)
    with pytest.raises(ApduForbidden):
        permit(Conversation(), bytearray(PIN))
