"""Who this kiosk is: a key made here that never leaves, what the server named us, and which machine this is."""

import hashlib
import os
import secrets
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from kiosk.config import private

KEY = "device.key"
NAME = "identity.json"
MACHINE = "machine"


class NotEnrolled(Exception):
    """There is no usable identity here; the text says what to do (Japanese)."""


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """What the server answered to the enrolment."""

    kiosk: str
    city: str = ""
    site: str = ""
    municipality: str = ""


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a `Hello` is made of."""

    named: Named
    machine: str
    key: Ed25519PrivateKey

    def __repr__(self) -> str:
        return f"<Identity {self.named.kiosk}>"


def machine_id(data: Path, system: Path = Path("/etc/machine-id")) -> str:
    """Return 32 hexadecimal digits that are this machine's alone: hashed, or made and kept when it has none."""
    try:
        own = system.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        own = ""
    if not own:
        kept = data / MACHINE
        if not kept.exists():
            _write(kept, secrets.token_hex(32).encode())
        own = kept.read_text("ascii").strip()
    return hashlib.sha256(b"komado machine 1\n" + own.encode()).hexdigest()[:32]


def load(data: Path, system: Path = Path("/etc/machine-id")) -> Identity:
    """Read the identity. Raises NotEnrolled."""
    try:
        if not private(data / KEY):
            raise NotEnrolled(
                f"{data / KEY}: ほかの人が読めます。chmod 600 にして、読まれた恐れがあれば登録しなおしてください。"
            )
        key = load_pem_private_key((data / KEY).read_bytes(), password=None)
        named = msgspec.json.decode((data / NAME).read_bytes(), type=Named)
    except (OSError, ValueError) as error:
        raise NotEnrolled(
            f"{data}: まだ登録されていません。komado-kiosk enrol --server URL --code CODE を実行してください。"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise NotEnrolled(f"{data / KEY}: この鍵は使えません。登録しなおしてください。")
    return Identity(named=named, machine=machine_id(data, system), key=key)


def make_key(data: Path) -> Ed25519PrivateKey:
    """Return the key waiting to be enrolled, making it if there is none; only its owner can read it."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = data / KEY
    if path.exists() and private(path):
        kept = load_pem_private_key(path.read_bytes(), password=None)
        if isinstance(kept, Ed25519PrivateKey):
            return kept
    key = Ed25519PrivateKey.generate()
    _write(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """Return the 32 bytes the server knows us by."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def save(data: Path, named: Named) -> None:
    """Keep what the server named us."""
    _write(data / NAME, msgspec.json.encode(named))


def _write(path: Path, content: bytes) -> None:
    """Write a file that is whole or absent, and private from its first byte."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(new, path)
