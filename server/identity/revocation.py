"""The port to whoever may say that a certificate was revoked; one driver is chosen by name, and none is a choice too."""

from typing import Literal, Protocol

import msgspec
from cryptography import x509

from server.protocol.values import Key

Source = Literal["ocsp", "crl", "none"]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a certificate: "unknown" carries the reason, everything else the time it was true at."""

    state: Literal["good", "revoked", "unknown"]
    source: Source = "none"
    as_of: float | None = None  # wall time
    why: Key | None = None


class Revocation(Protocol):
    """Answers within a bounded time and never raises: what could not be learned is "unknown"."""

    async def standing(self, certificate: x509.Certificate, issuer: x509.Certificate, now: float) -> Standing:
        """Return what is known of `certificate`, issued by `issuer`, at wall time `now`."""
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...


class Nobody:
    """No verifier is configured: nothing is ever known."""

    async def standing(self, certificate: x509.Certificate, issuer: x509.Certificate, now: float) -> Standing:
        """Say that nobody was asked."""
        del certificate, issuer, now
        return Standing(state="unknown", why="no_verifier")

    async def close(self) -> None:
        """Nothing is open."""
