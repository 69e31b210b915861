"""Walks a kiosk through events and keeps what it did, so that a test reads like a visit."""

from typing import TypeVar

from kiosk.flow import effects as do
from kiosk.flow import events as ev
from kiosk.flow.effects import Effect, KioskCommand
from kiosk.flow.states import Kiosk
from kiosk.flow.step import step
from kiosk.flow.view import display_for
from server.protocol import screen as s
from tests.kiosk.flow.examples import NOW, READY

E = TypeVar("E")


class Walk:
    def __init__(self, kiosk: Kiosk = READY) -> None:
        self.kiosk = kiosk
        self.now = NOW
        self.effects: list[Effect] = []

    def on(self, *events: ev.Event, after: float = 0.0) -> "Walk":
        """Let time pass, then let events happen; what was done on the last one is in `effects`."""
        self.now += after
        for event in events:
            self.kiosk, effects = step(self.kiosk, event, self.now)
            self.effects = list(effects)
        return self

    def touch(self, *words: ev.Word) -> "Walk":
        return self.on(*(ev.Touch(word) for word in words))

    @property
    def screen(self) -> s.Screen:
        return display_for(self.kiosk, self.now).screen

    @property
    def display(self) -> s.Display:
        return display_for(self.kiosk, self.now)

    def told(self) -> list[KioskCommand]:
        return [effect.command for effect in self.effects if isinstance(effect, do.Tell)]

    def did(self, kind: type[E]) -> list[E]:
        return [effect for effect in self.effects if isinstance(effect, kind)]
