"""Who is speaking: passwords, sessions and the proof a kiosk gives. The only importer of argon2.

Passwords are argon2id with m=19 MiB, t=2, p=1 (OWASP Password Storage; about 50 ms here) in a small pool whose queue
is bounded, so that sign-ins cannot starve the calls. An unknown account costs the same time as a wrong password and
gets the same answer. Tokens are 256 random bits; only their SHA-256 is stored.
"""

import asyncio
import hashlib
import logging
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Literal, TypeVar

import msgspec
from aiohttp import web
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from server.core.city import Device, Person
from server.http.ports import Registry
from server.http.throttle import ACCOUNT, ADDRESS, Ledger
from server.protocol.messages import Hello

log = logging.getLogger(__name__)

T = TypeVar("T")

HASHER = PasswordHasher(
    time_cost=2, memory_cost=19_456, parallelism=1, hash_len=32, salt_len=16, type=Type.ID
)
LONGEST_PASSWORD = 200
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0/O, 1/I/L: the code is read aloud and typed on an unknown keyboard. 31^8 = 8.5e11."""


class Busy(Exception):
    """Too many passwords are waiting to be checked: ask to come back."""


class Passwords:
    """Makes and checks argon2id texts in at most `workers` threads, with at most `waiting` in the queue."""

    def __init__(self, workers: int = 2, waiting: int = 32) -> None:
        self._pool = ThreadPoolExecutor(workers, "password")
        self._room = workers + waiting
        self._nobody = HASHER.hash(secrets.token_hex(16))

    async def hash(self, password: str) -> str:
        """Return argon2's text of a new password. Raises Busy."""
        return await self._run(lambda: HASHER.hash(password))

    async def fits(self, text: str | None, password: str) -> bool:
        """Say whether the password belongs to the text; None takes as long and fits nothing. Raises Busy."""
        known = self._nobody if text is None else text

        def check() -> bool:
            try:
                return HASHER.verify(known, password)
            except (VerificationError, InvalidHashError):
                return False

        return await self._run(check) and text is not None

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._room == 0:
            raise Busy
        self._room -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._room += 1


# ---------------------------------------------------------------- staff


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A new session: the token goes into the cookie and nowhere else."""

    person: Person
    token: str

    def __repr__(self) -> str:
        return f"<SignedIn {self.person.id}>"


class NotSignedIn(msgspec.Struct, frozen=True):
    """No: `wait` seconds before the next try, 0 = wrong account or password."""

    wait: float = 0.0


class Session(msgspec.Struct, frozen=True):
    """Who a request or socket belongs to; `digest` is the token's SHA-256."""

    person: Person
    digest: bytes

    def __repr__(self) -> str:
        return f"<Session {self.person.id}>"


class Sessions:
    """Signs people in and out, and says whose a request is. Time is handed in."""

    def __init__(self, registry: Registry, passwords: Passwords, *, secure: bool) -> None:
        self._registry = registry
        self._passwords = passwords
        self._secure = secure
        self._accounts = Ledger(ACCOUNT)
        self._addresses = Ledger(ADDRESS)

    @property
    def cookie(self) -> str:
        """The cookie's name: `__Host-` wherever TLS allows it."""
        return "__Host-komado" if self._secure else "komado"

    async def sign_in(
        self, account: str, password: str, address: str, now: float, wall: float
    ) -> SignedIn | NotSignedIn:
        """Check account and password and open a session. Raises Busy and NotStored."""
        name = account.strip().casefold()
        if (wait := max(self._accounts.wait(name, now), self._addresses.wait(address, now))) > 0:
            return NotSignedIn(wait)
        # Charged before the check and given back after it: a hundred tries at once are a hundred mistakes.
        self._accounts.mistake(name, now)
        self._addresses.mistake(address, now)
        found = await self._registry.account(account.strip())
        fits = await self._passwords.fits(None if found is None else found.password, password)
        if found is None or not fits or not found.person.enabled:
            log.warning("sign-in refused from %s", address)
            return NotSignedIn()
        self._accounts.success(name)
        self._addresses.forgive(address)
        token = secrets.token_urlsafe(32)
        await self._registry.open_session(digest(token), found.person.id, wall)
        log.info("staff %s signed in", found.person.id)
        return SignedIn(person=found.person, token=token)

    async def of(self, request: web.Request, wall: float) -> Session | None:
        """Return the live session of a request, or None. Raises NotStored."""
        token = request.cookies.get(self.cookie)
        if token is None or len(token) > 100:
            return None
        hashed = digest(token)
        person = await self._registry.use_session(hashed, wall)
        return None if person is None else Session(person, hashed)

    async def again(self, session: Session, wall: float) -> Session | None:
        """Look again whether a socket's session is live, and note that it was used. Raises NotStored."""
        person = await self._registry.use_session(session.digest, wall)
        return None if person is None else Session(person, session.digest)

    async def close(self, session: Session) -> None:
        """Sign out."""
        await self._registry.close_session(session.digest)
        log.info("staff %s signed out", session.person.id)

    def give(self, response: web.StreamResponse, token: str) -> None:
        """Put the token into the response's cookie."""
        response.set_cookie(
            self.cookie, token, path="/", httponly=True, secure=self._secure, samesite="Strict"
        )

    def take(self, response: web.StreamResponse) -> None:
        """Remove the cookie."""
        response.del_cookie(self.cookie, path="/", secure=self._secure, httponly=True, samesite="Strict")


def digest(token: str) -> bytes:
    """Return what is stored of a token or code."""
    return hashlib.sha256(token.encode()).digest()


# ---------------------------------------------------------------- kiosks

Denied = Literal["unknown_device", "bad_signature", "revoked", "copied_key"]


def hello_text(nonce: bytes, kiosk: str, machine: str) -> bytes:
    """Return what a kiosk signs to prove who it is."""
    return b"komado hello 1\n" + nonce + kiosk.encode() + b"\n" + machine.encode()


def judge(hello: Hello, nonce: bytes, device: Device | None) -> Denied | None:
    """Say why a kiosk may not come in; None = it may."""
    if device is None:
        return "unknown_device"
    try:
        key = Ed25519PublicKey.from_public_bytes(device.public_key)
        key.verify(hello.signature, hello_text(nonce, hello.kiosk, hello.machine))
    except (InvalidSignature, ValueError):
        return "bad_signature"
    if device.revoked:
        return "revoked"
    if hello.machine != device.machine:
        return "copied_key"
    return None


def usable_key(public_key: bytes) -> bool:
    """Say whether these bytes are an Ed25519 public key."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key)
    except ValueError:
        return False
    return True


def new_code() -> str:
    """Return a fresh enrolment code."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(8))


def tidy_code(typed: str) -> str:
    """Return a code as it was made, however it was typed."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def new_kiosk_id() -> str:
    """Return an id no other kiosk has."""
    return "k-" + secrets.token_hex(5)
