"""The virtual card behaves as real ones were measured to."""

import msgspec
import pytest
from cryptography import x509

from hardware.card.dialogue import (
    LastTryRefused,
    PinLocked,
    WrongPin,
    four_attributes,
    identify,
    tries_left,
)
from hardware.card.layout import JPKI, TEXT, VISUAL
from hardware.card.virtual import Faults, Mute, Pulled, Quirks, VirtualCard, load, personas, read
from hardware.card.virtual.pki import issued
from server.protocol.values import FourBasicData
from tests.hardware.card.by_hand import talk


def say(card: VirtualCard, *commands: str) -> list[str]:
    return [card.execute(bytes.fromhex(command)).hex().upper() for command in commands]


TEXT_AP = "00A4040C0A" + TEXT.hex()
JPKI_AP = "00A4040C0A" + JPKI.hex()
PIN = "00A4020C020011"
VERIFY = "0020008004" + b"1234".hex()
NUMBER = "00A4020C020001"
ATTRIBUTES = "00A4020C020002"
READ = "00B0000000"


def test_the_same_pin_opens_the_attributes_and_the_number():
    card = load("ordinary")
    *_, answer = say(card, TEXT_AP, PIN, VERIFY, NUMBER, READ)
    assert answer == "FF100C" + card.persona.number.encode().hex() + "FFFF" + "6282"
    assert say(card, ATTRIBUTES, READ)[-1].startswith("FF20")


def test_files_are_closed_without_the_pin_and_after_a_power_cycle():
    card = load("ordinary")
    assert say(card, TEXT_AP, ATTRIBUTES, READ)[-1] == "6982"
    say(card, PIN, VERIFY)
    assert say(card, ATTRIBUTES, READ)[-1].startswith("FF20")
    card.reset()
    assert say(card, TEXT_AP, ATTRIBUTES, READ)[-1].startswith("FF20"), "a warm reset does not close them"
    card.power_off()
    assert say(card, TEXT_AP, ATTRIBUTES, READ)[-1] == "6982"


def test_number_a_opens_everything_and_number_b_all_but_the_number():
    card = load("ordinary")
    number, fourteen = card.persona.number, card.persona.pins.verification_b if card.persona.pins else ""
    b = "00A4020C020015"
    verify_b = "002000800E" + fourteen.encode().hex()
    assert say(card, TEXT_AP, b, verify_b, ATTRIBUTES, READ)[-1].startswith("FF20")
    assert say(card, NUMBER, READ)[-1] == "6982"
    say(card, "00A4020C020014", "002000800C" + number.encode().hex())
    assert say(card, NUMBER, READ)[-1].startswith("FF10")
    visual = "00A4040C0A" + VISUAL.hex()
    assert say(card, visual, "00A4020C020012", verify_b, "00A4020C020005", READ)[-1] == "6982"
    assert say(card, "00A4020C020002", READ)[-1].startswith("FF20")


def test_a_counter_goes_down_to_blocked_and_only_success_resets_it():
    card = load("ordinary")
    wrong, count = "0020008004" + b"0000".hex(), "00200080"
    assert say(card, TEXT_AP, PIN, count, wrong, count) == ["9000", "9000", "63C3", "63C2", "63C2"]
    assert say(card, VERIFY, count) == ["9000", "63C3"]
    assert say(card, wrong, wrong, wrong, VERIFY, count) == ["63C2", "63C1", "63C0", "6984", "63C0"]
    assert say(card, JPKI_AP, "00A4020C020018", count)[-1] == "63C3", "the other PIN has its own counter"


def test_the_signing_certificate_needs_its_password_and_names_its_owner():
    card = load("ordinary")
    assert say(card, JPKI_AP, "00A4020C020001", READ)[-1] == "6982"
    password = b"KOMADO1234"
    say(card, "00A4020C02001B", f"00200080{len(password):02X}" + password.hex())
    assert say(card, "00A4020C020001", READ)[-1].startswith("3082")
    made = issued(card.persona, "sign")
    assert made is not None
    names = made.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    values = [name.value for name in names.value if isinstance(name, x509.OtherName)]
    assert values[0].endswith(card.persona.name.encode())


def test_a_key_signs_only_after_its_pin():
    card = load("ordinary")
    sign = "802A008003" + "010203" + "00"
    assert say(card, JPKI_AP, "00A4020C020017", sign)[-1] == "6982"
    answer = say(card, "00A4020C020018", VERIFY, "00A4020C020017", sign)[-1]
    assert len(answer) == 2 * 258
    assert answer.endswith("9000")


@pytest.mark.parametrize(
    ("command", "sw"),
    [
        ("00A4", "6700"),
        ("80A4040C0A" + TEXT.hex(), "6E00"),
        ("00A4040C0AD392F0002601000000", "6700"),
        ("00A4040C02D392", "6A82"),
        ("00A4000C023F00", "6A86"),
        ("00CA000000", "6D00"),
        (READ, "6986"),
        ("00200080", "6A88"),
        ("00C0000010", "6D00"),
    ],
)
def test_what_it_does_not_know_it_refuses(command: str, sw: str):
    assert say(load("ordinary"), command) == [sw]


def test_reading_past_the_end_and_reading_a_pin():
    card = load("ordinary")
    assert say(card, JPKI_AP, "00A4020C020008", "00B0010000")[-1] == "6B00"
    assert say(card, "00A4020C020018", READ)[-1] == "6981"


@pytest.mark.parametrize("persona", ["ordinary", "long_name", "gaiji"])
@pytest.mark.parametrize(
    "quirks",
    [
        Quirks(),
        Quirks(stray=2, filler=0),
        Quirks(reselect_forgets=True, first_command_fails=True),
        Quirks(blocked="6983", wrong_without_count=True),
        Quirks(t0=True),
        Quirks(t0=True, part=40, filler=0),
        Quirks(part=20),
    ],
)
def test_our_dialogues_live_with_every_quirk(persona: str, quirks: Quirks):
    made = msgspec.structs.replace(read(persona), quirks=quirks)
    card = VirtualCard(made)
    pin = (made.pins.text if made.pins else "").encode()
    assert talk(card, identify()) == "my_number"
    assert talk(card, tries_left()) == 3
    assert talk(card, four_attributes(bytearray(b"0000"))) == WrongPin(2)
    data = talk(card, four_attributes(bytearray(pin)))
    assert data == FourBasicData(
        name=made.name, address=made.address, birth_date=made.birth_date, sex=made.sex
    )
    for result in (WrongPin(2), WrongPin(1), LastTryRefused(1)):
        assert talk(card, four_attributes(bytearray(b"0000"))) == result
    assert talk(card, four_attributes(bytearray(b"0000"), allow_last_try=True)) == PinLocked()
    assert talk(card, four_attributes(bytearray(pin), allow_last_try=True)) == PinLocked()


def test_a_card_that_does_not_say_how_many_tries_is_not_tried_blindly():
    card = VirtualCard(msgspec.structs.replace(read("ordinary"), quirks=Quirks(silent_counter=True)))
    assert talk(card, tries_left()) is None
    assert talk(card, four_attributes(bytearray(b"1234"))) == LastTryRefused(None)
    assert isinstance(talk(card, four_attributes(bytearray(b"1234"), allow_last_try=True)), FourBasicData)


def test_faults_happen_after_the_command_had_its_effect():
    card = load("ordinary")
    card.faults = Faults(pull_at=3)
    say(card, TEXT_AP, PIN)
    with pytest.raises(Pulled):
        say(card, "0020008004" + b"0000".hex())
    assert card.tries(TEXT, 0x0011) == 2
    card.faults = Faults(mute_from=1)
    card.power_off()
    with pytest.raises(Mute):
        say(card, TEXT_AP)
    card.faults = Faults(garbage_from=1, garbage=b"\x01")
    assert say(card, TEXT_AP) == ["01"]


def test_no_number_in_a_persona_could_be_anybodys():
    for name, _ in personas():
        number = read(name).number
        # 番号法 総務省令第85号 §5: the check digit over the eleven others
        total = sum(
            int(digit) * (n + 1 if n <= 6 else n - 5)
            for n, digit in enumerate(reversed(number[:11]), start=1)
        )
        assert int(number[11]) != (0 if total % 11 <= 1 else 11 - total % 11), name


def test_personas_have_a_name_and_a_japanese_label_and_a_typing_error_is_an_error():
    assert [name for name, _ in personas()] == sorted(
        [
            "child",
            "expired",
            "face_only",
            "foreigner",
            "gaiji",
            "juki",
            "licence",
            "locked",
            "long_name",
            "next_generation",
            "one_try_left",
            "ordinary",
            "phone",
            "revoked",
        ]
    )
    assert all(label and not label.isascii() for _, label in personas())
    with pytest.raises(KeyError):
        load("nobody")


def test_neither_card_nor_persona_prints_what_it_knows():
    card = load("ordinary")
    for shown in (repr(card), repr(card.persona), repr(issued(card.persona, "auth"))):
        assert "花子" not in shown
        assert card.persona.number not in shown
