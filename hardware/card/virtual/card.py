"""A My Number card that is not there: answers commands as the real ones were measured to, and misbehaves on command."""

from collections import deque

import msgspec

from hardware.card.virtual.files import Application, Data, Key, Secret, applications
from hardware.card.virtual.keys import sign_raw
from hardware.card.virtual.persona import Persona

_OK = 0x9000


class Faults(msgspec.Struct):
    """What goes wrong, counted in commands since the last power-up (1 = the first)."""

    pull_at: int | None = None  # the card is taken away while it works on this command: no answer comes
    mute_from: int | None = None  # it stops answering
    garbage_from: int | None = None  # it answers `garbage` instead
    garbage: bytes = b"\x00\x00\x12"
    slow: float = 0.0  # seconds before each answer; the reader waits, not the card


class Pulled(Exception):
    """The card was taken away before it could answer."""


class Mute(Exception):
    """The card does not answer."""


class Answer(msgspec.Struct, frozen=True):
    """What one command was answered."""

    data: bytes
    sw: int


class VirtualCard:
    """An invented person's card; `execute` takes a command and gives data and status word.

    Its counters are as lasting as the object: a wrong PIN is still spent when it is put in again.
    """

    def __init__(self, persona: Persona) -> None:
        self.persona = persona
        self.faults = Faults()
        self.answered: deque[bytes] = deque(maxlen=4096)
        """Witness: every byte that left the card."""
        self.verify_commands = 0
        """Witness: how often somebody tried a PIN."""
        self.power_ups = 0
        self._applications = applications(persona)
        self._tries: dict[tuple[bytes, int], int] = {
            (aid, number): file.left
            for aid, files in self._applications.items()
            for number, file in files.items()
            if isinstance(file, Secret)
        }
        self.power_off()

    def __repr__(self) -> str:
        return f"<VirtualCard {self.persona.kind}>"

    @property
    def powered(self) -> bool:
        """Witness: whether it has power; without, nothing is verified."""
        return self._powered

    def atr(self, contactless: bool) -> bytes:
        """Say what a reader of this sort would report."""
        return bytes.fromhex(self.persona.atr_contactless if contactless else self.persona.atr_contact)

    def power_on(self) -> None:
        """Wake up; a card that is awake keeps its state (a warm reset does not clear a verified PIN)."""
        if not self._powered:
            self._powered = True
            self.power_ups += 1
            self.reset()

    def reset(self) -> None:
        """Forget what is selected, but not what is verified."""
        self._application: bytes | None = None
        self._file: int | None = None
        self._rest = b""

    def power_off(self) -> None:
        """Forget everything but the counters."""
        self._powered = False
        self._commands = 0
        self._verified: set[tuple[bytes, int]] = set()
        self.reset()

    def tries(self, application: bytes, file: int) -> int:
        """Witness: how many tries a PIN has left."""
        return self._tries[application, file]

    def execute(self, apdu: bytes | bytearray) -> bytes:
        """Answer a command; raises Pulled or Mute when a fault says so, after the command has had its effect."""
        self.power_on()
        self._commands += 1
        count, faults = self._commands, self.faults
        if faults.mute_from is not None and count >= faults.mute_from:
            raise Mute
        answer = self._answer(bytes(apdu))
        if faults.pull_at == count:
            raise Pulled
        raw = answer.data + answer.sw.to_bytes(2)
        if faults.garbage_from is not None and count >= faults.garbage_from:
            raw = faults.garbage
        self.answered.append(raw)
        return raw

    def _answer(self, apdu: bytes) -> Answer:
        if self.persona.quirks.first_command_fails and self._commands == 1:
            return Answer(b"", 0x6F00)
        if len(apdu) < 4:
            return Answer(b"", 0x6700)
        if apdu[0] != (0x80 if apdu[1] == 0x2A else 0x00):  # signing has a class byte of its own
            return Answer(b"", 0x6E00)
        body = _body(apdu)
        if body is None:
            return Answer(b"", 0x6700)
        data, expected = body
        rest, self._rest = self._rest, b""
        p1, p2 = apdu[2], apdu[3]
        match apdu[1]:
            case 0xA4:
                return Answer(b"", self._select(p1, data))
            case 0x20:
                return Answer(b"", self._verify(p1, p2, data))
            case 0xB0:
                return self._read(p1, p2, expected)
            case 0xC0 if rest:
                return self._hand_out(rest, expected or 256)
            case 0x2A if (p1, p2) == (0x00, 0x80):
                return self._sign(data)
            case 0x24 if p1 == 0x01:
                return Answer(b"", self._change(p2, data))
            case 0x84 if expected:
                return Answer(bytes(expected), _OK)
            case _:
                return Answer(b"", 0x6D00)

    def _select(self, p1: int, data: bytes) -> int:
        match p1:
            case 0x04:
                if data not in self._applications:
                    return 0x6A82
                self._application, self._file = data, None
                if self.persona.quirks.reselect_forgets:
                    self._verified.clear()
                return _OK
            case 0x02:
                number = int.from_bytes(data)
                if len(data) != 2 or number not in self._files:
                    return 0x6A82
                self._file = number
                return _OK
            case _:
                return 0x6A86

    def _verify(self, p1: int, p2: int, data: bytes) -> int:
        if p1 != 0x00 or not p2 & 0x80:
            return 0x6A86
        number = self._named(p2 & 0x1F)
        secret = self._files.get(number) if number is not None else None
        if self._application is None or number is None or not isinstance(secret, Secret):
            return 0x6A88
        place = (self._application, number)
        left, quirks = self._tries[place], self.persona.quirks
        if not data:
            return _OK if quirks.silent_counter else 0x63C0 | left
        self.verify_commands += 1
        if left == 0:
            return int(quirks.blocked, 16)
        if not secret.value or data != secret.value:
            self._tries[place] = left - 1
            self._verified.discard(place)
            return 0x6300 if quirks.wrong_without_count else 0x63C0 | (left - 1)
        self._tries[place] = secret.most
        self._verified.add(place)
        return _OK

    def _read(self, p1: int, p2: int, expected: int | None) -> Answer:
        number = self._named(p1 & 0x1F if p1 & 0x80 else 0)
        offset = p2 if p1 & 0x80 else p1 << 8 | p2
        file = self._files.get(number) if number is not None else None
        if not isinstance(file, Data):
            return Answer(b"", 0x6981 if file is not None else 0x6986)
        if not self._open(file.opened_by):
            return Answer(b"", 0x6982)
        content = file.content()
        if offset >= len(content):
            return Answer(b"", 0x6B00)
        wanted = expected or 256
        available = len(content) - offset
        quirks = self.persona.quirks
        if quirks.t0 and wanted > available:
            return Answer(b"", 0x6C00 | available)
        data = content[offset : offset + wanted]
        if quirks.t0:
            self._rest = data
            return Answer(b"", 0x6100 | min(len(data), quirks.part) & 0xFF)
        if len(data) > quirks.part:
            return Answer(data[: quirks.part], _OK)
        return Answer(data, _OK if wanted <= available else 0x6282)

    def _hand_out(self, rest: bytes, expected: int) -> Answer:
        size = min(expected, self.persona.quirks.part)
        self._rest = rest[size:]
        more = min(len(self._rest), self.persona.quirks.part)
        return Answer(rest[:size], 0x6100 | more & 0xFF if self._rest else _OK)

    def _sign(self, data: bytes) -> Answer:
        file = self._files.get(self._file) if self._file is not None else None
        if not isinstance(file, Key):
            return Answer(b"", 0x6981)
        if not self._open(frozenset({file.opened_by})):
            return Answer(b"", 0x6982)
        made = file.issued()
        if made is None:
            return Answer(b"", 0x6985)
        signature = sign_raw(made.key, data)
        if signature is None:
            return Answer(b"", 0x6700)
        if self.persona.quirks.t0:
            self._rest = signature
            return Answer(b"", 0x6100 | min(len(signature), self.persona.quirks.part) & 0xFF)
        return Answer(signature, _OK)

    def _change(self, p2: int, data: bytes) -> int:
        # A real card would; a kiosk must never ask, and a test would see the PIN changed.
        number = self._named(p2 & 0x1F)
        if self._application is None or number is None or (self._application, number) not in self._verified:
            return 0x6982
        files = dict(self._files)
        old = files[number]
        assert isinstance(old, Secret)
        files[number] = Secret(data, old.left, old.most)
        self._applications[self._application] = files
        return _OK

    @property
    def _files(self) -> Application:
        return self._applications.get(self._application, {}) if self._application is not None else {}

    def _named(self, short: int) -> int | None:
        """Follow a short file identifier (ISO 7816-4 §7.3.2); 0 = the selected file."""
        if short:
            self._file = short if short in self._files else None
        return self._file

    def _open(self, any_of: frozenset[int]) -> bool:
        if not any_of:
            return True
        return any((self._application, number) in self._verified for number in any_of)


def _body(apdu: bytes) -> tuple[bytes, int | None] | None:
    """Split a short APDU into data and expected length (ISO 7816-3 §12.1); None when its lengths do not fit."""
    rest = apdu[4:]
    if not rest:
        return b"", None
    if len(rest) == 1:
        return b"", rest[0] or 256
    length = rest[0]
    if len(rest) == 1 + length:
        return rest[1:], None
    if len(rest) == 2 + length:
        return rest[1:-1], rest[-1] or 256
    return None
