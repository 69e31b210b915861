"""The file with the four attributes: what is accepted, what is refused, and that a refusal never quotes it."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.card import basic_four
from hardware.card.virtual import read
from hardware.card.virtual.files import attributes_file, tlv
from hardware.errors import CardMute

NAME = tlv(b"\xdf\x22", "見本　花子".encode())
ADDRESS = tlv(b"\xdf\x23", "見本市１番地".encode())
BIRTH = tlv(b"\xdf\x24", b"19440503")
SEX = tlv(b"\xdf\x25", b"2")


def file(*fields: bytes) -> bytes:
    return tlv(b"\xff\x20", b"".join(fields))


@pytest.mark.parametrize(
    "content",
    [
        file(NAME, ADDRESS, BIRTH, SEX),
        file(SEX, BIRTH, ADDRESS, NAME),
        file(tlv(b"\xdf\x21", bytes(8)), NAME, ADDRESS, BIRTH, SEX),
        file(NAME, ADDRESS, BIRTH, SEX, tlv(b"\xdf\x40", b"of a later card")),
        file(NAME, b"\xff\xff", ADDRESS, b"\x00", BIRTH, SEX, b"\xff\xff"),
        file(NAME, ADDRESS, BIRTH, SEX) + b"\xff" * 40,
        b"\xff\xff" + file(NAME, ADDRESS, BIRTH, SEX),
        b"\x00" + file(NAME, ADDRESS, BIRTH, SEX),
        file(tlv(b"\xdf\x22", "　見本　花子　\x00".encode()), ADDRESS, BIRTH, SEX),
    ],
)
def test_what_a_person_would_not_see_does_not_matter(content: bytes):
    data = basic_four.parse(content)
    assert (data.name, data.address) == ("見本　花子", "見本市１番地")
    assert (data.birth_date, data.sex) == ("19440503", "2")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "FF20"),
        (b"\xff\x20", "length is missing"),
        (b"\x00\x00\x00" + file(NAME, ADDRESS, BIRTH, SEX), "FF20"),
        (b"\xff\x20\x83\x00\x00\x01", "length we do not understand"),
        (b"\xff\x20\x82\x01", "length we do not understand"),
        (file(NAME, ADDRESS, BIRTH, SEX)[:-1], "shorter than it says"),
        (file(NAME, ADDRESS, BIRTH), "no sex"),
        (file(NAME, NAME, ADDRESS, BIRTH, SEX), "name twice"),
        (file(NAME, ADDRESS, tlv(b"\xdf\x24", b"1944-5-3"), SEX), "eight digits"),
        (file(NAME, ADDRESS, tlv(b"\xdf\x24", "١٩٤٤٠٥٠٣".encode()), SEX), "eight digits"),
        (file(NAME, ADDRESS, BIRTH, tlv(b"\xdf\x25", b"3")), "sex is none of"),
        (file(tlv(b"\xdf\x22", b"\x8c\xa9"), ADDRESS, BIRTH, SEX), "name is not UTF-8"),
        (file(tlv(b"\xdf\x22", b""), ADDRESS, BIRTH, SEX), "empty or too long"),
        (file(NAME, tlv(b"\xdf\x23", b"A" * 801), BIRTH, SEX), "empty or too long"),
        (file(tlv(b"\xdf\x22", b"A\x1b[2J"), ADDRESS, BIRTH, SEX), "control characters"),
        (file(b"\x30\x02", NAME, ADDRESS, BIRTH, SEX), "tag we do not know"),
        (file(NAME, ADDRESS, BIRTH, b"\xdf\x25\x7f2"), "longer than the file"),
    ],
)
def test_a_wrong_file_is_refused_by_the_name_of_the_field(content: bytes, why: str):
    with pytest.raises(CardMute, match=why):
        basic_four.parse(content)


def test_a_refusal_carries_nothing_of_what_was_read():
    with pytest.raises(CardMute) as caught:
        basic_four.parse(file(tlv(b"\xdf\x22", "見本".encode() + b"\xff\xfe"), ADDRESS, BIRTH, SEX))
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "見本" not in str(caught.value)


@settings(derandomize=True, deadline=None, database=None)
@given(
    name=st.text(st.characters(categories=("L", "N")), min_size=1, max_size=400),
    address=st.text(st.characters(categories=("L", "N")), min_size=1, max_size=800),
    stray=st.integers(0, 2),
    filler=st.integers(0, 64),
)
def test_every_name_and_address_that_fits_comes_back(name: str, address: str, stray: int, filler: int):
    persona = read("ordinary")
    persona = msgspec.structs.replace(
        persona,
        name=name,
        address=address,
        quirks=msgspec.structs.replace(persona.quirks, stray=stray, filler=filler),
    )
    data = basic_four.parse(attributes_file(persona))
    assert (data.name, data.address) == (name, address)


@settings(derandomize=True, deadline=None, database=None, max_examples=500)
@given(st.binary(max_size=80).map(lambda tail: b"\xff\x20" + tail) | st.binary(max_size=80))
def test_any_bytes_at_all_give_data_or_our_error(content: bytes):
    try:
        basic_four.parse(content)
    except CardMute:
        pass
