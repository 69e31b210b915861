"""Speaking with a virtual card without a reader, and listening to what a dialogue is told."""

from typing import TypeVar

from hardware.card.allowlist import guarded
from hardware.card.dialogue import Dialogue
from hardware.card.virtual import VirtualCard
from hardware.ports import Response

T = TypeVar("T")


def talk(card: VirtualCard, dialogue: Dialogue[T]) -> T:
    """Speak a dialogue with a card that was just powered up, through the allow-list."""
    speech = guarded(dialogue)
    card.power_off()
    try:
        command = next(speech)
        while True:
            raw = card.execute(command)
            command = speech.send(Response(raw[:-2], int.from_bytes(raw[-2:])))
    except StopIteration as end:
        return end.value
    finally:
        speech.close()


def tapped(dialogue: Dialogue[T], told: list[bytes]) -> Dialogue[T]:
    """Pass a dialogue on, and keep every answer it is given."""
    try:
        command = next(dialogue)
        while True:
            response = yield command
            told.append(response.data)
            command = dialogue.send(response)
    except StopIteration as end:
        return end.value
    finally:
        dialogue.close()
