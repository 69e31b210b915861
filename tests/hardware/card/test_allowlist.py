"""What can never leave: for any command at any point, and proven on a card that would answer."""

import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.card.allowlist import Conversation, Read, SelectApplication, SelectFile, guarded, heard, permit
from hardware.card.dialogue import Dialogue, four_attributes
from hardware.card.virtual import Quirks, VirtualCard, load, read
from hardware.card.virtual.files import COMMON, JUKI, VISUAL
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
        (aid(TEXT), ef(0x0014)),
        (aid(TEXT), ef(0x0015)),
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
        (aid(VISUAL),),
        (aid(JUKI),),
        (aid(COMMON),),
        (aid(JPKI), ef(0x000A)),
        (aid(JPKI), ef(0x0001)),
        (aid(JPKI), ef(0x0017)),
        (aid(JPKI), ef(0x001B)),
        (aid(JPKI), ef(0x0018), COUNT, PIN),
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


def test_after_a_failed_select_only_a_select_may_follow():
    talk = Conversation(application=TEXT, file=0x0002)
    assert heard(talk, SelectFile(0x0011), 0x6A82) == Conversation(application=TEXT)
    assert heard(talk, SelectApplication(JPKI), 0x6A82) == Conversation()


def test_the_rest_of_an_answer_may_be_fetched_only_after_a_read():
    rest = bytes.fromhex("00C0000010")
    talk = Conversation(application=TEXT, file=0x0002)
    assert permit(heard(talk, Read(), 0x6110), rest)
    for place, sw in ((talk, 0x9000), (Conversation(application=TEXT), 0x6110)):
        with pytest.raises(ApduForbidden):
            permit(heard(place, Read(), sw), rest)


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
    r"00a4040c0a(d3921000310001010408|d392f000260100000001)"
    r"|00a4020c0200(02|11|06|08|18)"
    r"|00200080(04(3[0-9]){4})?"
    r"|00b0[01][0-9a-f]{3}[0-9a-f]{2}"
    r"|00c00000[0-9a-f]{2}"
)
places = st.builds(
    Conversation,
    application=st.sampled_from([None, TEXT, JPKI, VISUAL]),
    file=st.sampled_from([None, 0x0001, 0x0002, 0x0006, 0x0011, 0x0014, 0x0018]),
    counted=st.booleans(),
    verified=st.booleans(),
    more=st.sampled_from(["nothing", "read"]),
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


@settings(derandomize=True, deadline=None, database=None, max_examples=1500)
@given(places, commands)
def test_anything_that_passes_has_one_of_six_shapes(place: Conversation, command: bytes):
    try:
        permit(place, command)
    except ApduForbidden:
        return
    assert SHAPES.fullmatch(command.hex())


blocks = st.one_of(
    st.sampled_from([aid(name) for name in (TEXT, JPKI, VISUAL, JUKI, COMMON)]),
    st.sampled_from([ef(file) for file in (1, 2, 3, 5, 6, 8, 0xA, 0x11, 0x12, 0x13, 0x14, 0x15, 0x17, 0x18)]),
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


@settings(derandomize=True, deadline=None, database=None, max_examples=500)
@given(st.lists(blocks, max_size=40), cards)
def test_no_sequence_makes_the_card_tell_the_number(sequence: list[bytes], quirks: Quirks):
    card = VirtualCard(msgspec.structs.replace(read("ordinary"), quirks=quirks))
    say(card, *sequence)
    assert not any(CANARY in answer for answer in card.answered)
    assert card.verify_commands <= 1


def test_a_buffer_is_judged_like_bytes():
    assert permit(Conversation(), bytearray(aid(TEXT))) == SelectApplication(TEXT)
    with pytest.raises(ApduForbidden):
        permit(Conversation(), bytearray(PIN))
