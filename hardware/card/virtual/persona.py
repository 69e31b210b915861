"""Whose card it is: one YAML file per invented person, decoded strictly.

Every 12-digit number in these files has a wrong check digit, so it cannot be anybody's; tests use it as a canary.
"""

from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

_FOLDER = Path(__file__).parent / "personas"

Digits4 = Annotated[str, Meta(pattern=r"^([0-9]{4})?$")]
Digits12 = Annotated[str, Meta(pattern=r"^[0-9]{12}$")]
Digits14 = Annotated[str, Meta(pattern=r"^[0-9]{14}$")]
Hex = Annotated[str, Meta(pattern=r"^([0-9A-Fa-f]{2} ?)+$")]


State = Literal["valid", "expired", "revoked", "wrong_use", "wrong_policy", "wrong_issuer", "none"]
"""What there is to say about a certificate; only a verifier can tell."""


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Pins(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The secrets of an invented person; an empty one was never set, and no value is right."""

    text: Digits4
    auth: Digits4
    sign: Annotated[str, Meta(pattern=r"^([A-Z0-9]{6,16})?$")]
    verification_b: (
        Digits14  # birth date in the Japanese era, year of expiry, security code; printed on the card
    )


class Tries(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often each may still be wrong."""

    text: Annotated[int, Meta(ge=0, le=3)] = 3
    auth: Annotated[int, Meta(ge=0, le=3)] = 3
    sign: Annotated[int, Meta(ge=0, le=5)] = 5
    verification_b: Annotated[int, Meta(ge=0, le=10)] = 10


class Certificates(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which certificates the card holds, and of what kind its keys are."""

    auth: State = "valid"
    sign: State = "valid"
    key: Literal["rsa", "p384"] = "rsa"


class Quirks(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where real cards are known or suspected to differ: a reader must live with every combination."""

    stray: Annotated[int, Meta(ge=0, le=2)] = 0  # bytes in front of FF20
    filler: Annotated[int, Meta(ge=0, le=1024)] = 32  # FF after the end of an object
    reselect_forgets: bool = False  # selecting an application again drops a verified PIN
    first_command_fails: bool = False  # 6F00 after power-up, once
    blocked: Literal["6984", "6983"] = "6984"
    silent_counter: bool = False  # an empty VERIFY answers 9000
    wrong_without_count: bool = False  # a wrong PIN answers 6300
    t0: bool = False  # 6Cxx for a wrong Le, 61xx for the rest of an answer
    part: Annotated[int, Meta(ge=1, le=256)] = 256  # the most a READ hands out at once


class Persona(_Section, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An invented card and its owner."""

    label: str
    id: str = ""  # the name of its file
    kind: Literal["my_number", "face_only", "phone", "other"] = "my_number"
    name: str = ""
    address: str = ""
    birth_date: Annotated[str, Meta(pattern=r"^([0-9]{8})?$")] = ""
    sex: Literal["1", "2", "9", "0"] = "9"
    number: Digits12 = "000000000001"
    expires: Annotated[str, Meta(pattern=r"^[0-9]{8}$")] = "20340503"
    pins: Pins | None = None
    tries: Tries = Tries()
    certificates: Certificates = Certificates()
    quirks: Quirks = Quirks()
    atr_contact: Hex = "3B DA 13 FF 81 31 FB 46 80 12 39 2F 31 C1 73 C6 01 C0 3B"
    atr_contactless: Hex = "3B 88 80 01 00 00 05 E0 B3 81 A1 00 7F"

    def __repr__(self) -> str:
        return f"<Persona {self.kind}>"


def personas() -> list[tuple[str, str]]:
    """List every invented card: its name and what it is, in Japanese."""
    return [(name, read(name).label) for name in sorted(path.stem for path in _FOLDER.glob("*.yaml"))]


def read(name: str) -> Persona:
    """Read one persona; raises KeyError for a name that is not in the folder."""
    known = {path.stem: path for path in _FOLDER.glob("*.yaml")}
    persona = msgspec.yaml.decode(known[name].read_bytes(), type=Persona)
    return msgspec.structs.replace(persona, id=name)
