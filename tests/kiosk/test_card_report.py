"""The card report helps field IT, and tells nobody who somebody is unless it is told to."""

import os
import pty
import sys
from pathlib import Path

import pytest

from hardware.card.simulated import SimulatedCardReader
from hardware.card.virtual import Faults, VirtualCard, load, personas
from kiosk import card_report
from kiosk.__main__ import main
from kiosk.card_report import NO_CARD, NO_READER, OK, OTHER_CARD, UNREADABLE
from tests.kiosk.agent_rig import enrolled


async def report(card: VirtualCard | str | None, *, show: bool = False, pin: bytes = b"") -> tuple[int, str]:
    """Report on a card; say the exit code and everything that was printed."""
    reader = SimulatedCardReader(contactless=False)
    if card is not None:
        reader.insert(card)
    said: list[str] = []
    code = await card_report.report(
        reader, show=show, wait=0.05, say=said.append, ask=lambda _question: bytearray(pin)
    )
    await reader.close()
    return code, "\n".join(said)


@pytest.mark.parametrize("name", [name for name, _ in personas()])
async def test_every_card_gets_a_report_without_anything_personal(name: str):
    card = load(name)
    code, said = await report(card)
    assert code == (OTHER_CARD if card.persona.kind == "other" else OK)
    assert "カードリーダー" in said
    assert "命令" in said
    assert card.verify_commands == 0
    persona = card.persona
    for personal in (
        persona.name,
        persona.address,
        persona.number,
        f"{persona.birth_date[4:6]}-{persona.birth_date[6:]}",
    ):
        assert not personal.strip("-") or personal not in said


async def test_a_locked_and_an_expired_card_are_said_to_be_so():
    assert "ロックされています" in (await report("locked"))[1]
    assert "期限切れ" in (await report("expired"))[1]
    assert "※推定です" in (await report("face_only"))[1]


async def test_only_when_asked_for_and_with_the_pin_the_person_is_shown():
    code, said = await report("ordinary", show=True, pin=b"1234")
    assert code == OK
    assert "山田　花子" in said
    assert "1944-05-03" in said
    assert "番号を照合する" in said
    assert "山田" not in (await report("ordinary", show=True))[1]


@pytest.mark.parametrize(
    ("name", "pin", "words", "spent"),
    [
        ("ordinary", b"0000", "あと 2 回", 1),
        ("ordinary", b"12", "送っていません", 0),
        ("one_try_left", b"7890", "ここからは送りません", 0),
        ("locked", b"6789", "ロックされています", 0),
    ],
)
async def test_a_pin_is_spent_with_care_here_too(name: str, pin: bytes, words: str, spent: int):
    card = load(name)
    _, said = await report(card, show=True, pin=pin)
    assert words in said
    assert card.verify_commands == spent


async def test_no_card_no_reader_and_a_bad_card_have_their_sentence_and_exit_code():
    code, said = await report(None)
    assert (code, "置いて" in said) == (NO_CARD, True)
    reader = SimulatedCardReader()
    reader.unplug()
    lines: list[str] = []
    assert (
        await card_report.report(reader, show=False, wait=1, say=lines.append, ask=card_report.typed)
        == NO_READER
    )
    assert "USB" in lines[-1]
    for faults, words in ((Faults(mute_from=2), "正しく答えません"), (Faults(pull_at=3), "離れました")):
        card = load("ordinary")
        card.faults = faults
        code, said = await report(card)
        assert (code, words in said) == (UNREADABLE, True)


@pytest.mark.slow
def test_the_command_says_that_nothing_lies_on_a_simulated_reader(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    place, _ = enrolled(tmp_path, "http://127.0.0.1:1")
    assert main(["--config", str(place.file), "card", "--wait", "0.05"]) == NO_CARD
    said = capsys.readouterr().out
    assert "お試し用" in said
    assert "カードがありません" in said


@pytest.mark.slow
def test_digits_typed_at_a_terminal_are_not_echoed(monkeypatch: pytest.MonkeyPatch):
    master, slave = pty.openpty()
    with os.fdopen(slave, "rb", buffering=0) as terminal, os.fdopen(master, "rb+", buffering=0) as hand:
        monkeypatch.setattr(sys, "stdin", terminal)
        original = os.readv

        def typing(door: int, buffers: list[bytearray]) -> int:
            hand.write(b"1234\n")  # a person types once the echo is off
            return original(door, buffers)

        monkeypatch.setattr(os, "readv", typing)
        assert card_report.typed("?") == bytearray(b"1234")
        hand.write(b"x\n")
        assert b"1234" not in os.read(master, 100)
