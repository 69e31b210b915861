"""Carries one card's proof from its certificate to the board: asks, checks, and lets the hub write down what came of it.

Open questions live in memory only: after a restart the kiosk presents its certificate again. Whoever may say that a
certificate is revoked is asked only once the card has signed: until then its owner has not agreed to be checked.
"""

import asyncio
import hashlib
import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import NamedTuple

import msgspec
from cryptography import x509

from server.core import orders
from server.core.board import PlacedOrder
from server.core.commands import IdentityJudged, ServerActor
from server.core.forms.by_card import COUNTS, CardWord
from server.core.hours import JAPAN
from server.hub import Hub
from server.identity import challenge, verify
from server.identity.challenge import Challenge, Occasion
from server.identity.detached import detached
from server.identity.revocation import Revocation, Standing
from server.identity.verify import Examined, Trust
from server.protocol.messages import PresentCertificate, PresentSignature, Reply, ToSign
from server.protocol.values import (
    CommandId,
    DocumentDigest,
    Identity,
    IdentityOutcome,
    KioskId,
    OrderId,
    RefusalCode,
)

log = logging.getLogger(__name__)

REMEMBERED = 500
"""Answers kept for commands that are sent again."""

Presented = PresentCertificate | PresentSignature


class Answered(NamedTuple):
    """What a kiosk is told: the reply, and the question if there is one."""

    reply: Reply
    to_sign: ToSign | None = None


class _Kept(NamedTuple):
    digest: bytes
    work: asyncio.Task[RefusalCode | None]


class Proofs:
    """The proofs under way in one city."""

    def __init__(
        self,
        hub: Hub,
        trust: Trust,
        revocation: Revocation,
        key: bytes,
        *,
        documents: Trust,
        keep: Callable[[CardWord], Awaitable[None]],
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        """`keep` puts what a card came to beside the document it was to sign, before the board hears of it."""
        self._hub = hub
        self._trust = trust
        self._revocation = revocation
        self._key = key
        self._documents = documents
        self._keep = keep
        self._random = random
        self._open: challenge.Open = {}
        self._kept: dict[tuple[KioskId, str], _Kept] = {}

    async def certificate(self, kiosk: KioskId, command: PresentCertificate) -> Answered:
        """Ask the card's key a question, or settle the order because this certificate cannot answer one."""
        refused = await self._once(kiosk, command, lambda: self._examine(kiosk, command))
        asked = self._open.get(OrderId(command.order))
        if refused is not None or asked is None or asked.certificate != command.certificate:
            return Answered(Reply(id=command.id, refused=refused))
        parsed = x509.load_der_x509_certificate(asked.certificate)
        return Answered(
            Reply(id=command.id),
            ToSign(
                order=command.order,
                data=verify.to_sign(parsed, challenge.text(asked)),
                expires_in=max(0.0, asked.until - self._hub.now().elapsed),
            ),
        )

    async def signature(self, kiosk: KioskId, command: PresentSignature) -> Reply:
        """Check what the card signed and settle the order; a question is used up by the first answer to it."""
        refused = await self._once(kiosk, command, lambda: self._check(kiosk, command))
        return Reply(id=command.id, refused=refused)

    async def close(self) -> None:
        """Drop what is under way; the kiosks present again."""
        for kept in self._kept.values():
            kept.work.cancel()
        await asyncio.gather(*(kept.work for kept in self._kept.values()), return_exceptions=True)
        await self._revocation.close()

    # ------------------------------------------------------------ the two steps

    async def _examine(self, kiosk: KioskId, command: PresentCertificate) -> RefusalCode | None:
        order = orders.find(self._hub.board(), kiosk, OrderId(command.order))
        if order is not None and order.settled_by == command.id:
            return None
        occasion = _occasion(kiosk, order)
        if not isinstance(occasion, Occasion):
            return occasion
        if order is not None and order.document is not None:
            return "invalid"  # its certificate comes with the signature: both are read with one password
        now = self._hub.now()
        examined = verify.examine(command.certificate, self._trust, now.wall)
        if isinstance(examined, Examined):
            fresh = self._random(challenge.RANDOM)
            self._open, _ = challenge.make(self._open, occasion, command.certificate, fresh, now.elapsed)
            return None
        return await self._settle(occasion, command.id, self._identity(examined), command.certificate)

    async def _check(self, kiosk: KioskId, command: PresentSignature) -> RefusalCode | None:
        order = orders.find(self._hub.board(), kiosk, OrderId(command.order))
        if order is not None and order.settled_by == command.id:
            return None
        occasion = _occasion(kiosk, order)
        if not isinstance(occasion, Occasion):
            return occasion
        if order is not None and order.document is not None:
            identity = await self._judge_document(order.document, command)
            counts = identity.outcome in COUNTS
            word = CardWord(
                ticket=occasion.ticket,
                order=order.id,
                document=order.document,
                identity=identity,
                proof=detached(command.certificate, command.signature) if counts else b"",
            )
            await self._keep(word)
            return await self._settle(occasion, command.id, identity, command.certificate)
        self._open, asked = challenge.consume(self._open, occasion, self._hub.now().elapsed)
        if asked is None:
            return "stale"
        identity = await self._judge(asked, command.signature)
        return await self._settle(occasion, command.id, identity, asked.certificate)

    async def _judge(self, asked: Challenge, signature: bytes) -> Identity:
        now = self._hub.now()
        examined = verify.examine(asked.certificate, self._trust, now.wall)
        if not isinstance(examined, Examined):
            return self._identity(examined)
        digest = verify.digest_of(examined.certificate, challenge.text(asked))
        if not verify.fits(examined.certificate, digest, signature):
            return self._identity("bad_signature")
        return await self._stands(examined)

    async def _judge_document(self, document: DocumentDigest, command: PresentSignature) -> Identity:
        wall = self._hub.now().wall
        judged = verify.document_signed(
            command.certificate, document, command.signature, self._documents, wall
        )
        return await self._stands(judged) if isinstance(judged, Examined) else self._identity(judged)

    async def _stands(self, examined: Examined) -> Identity:
        """Return what is left to ask of a certificate that signed: was it revoked?"""
        now = self._hub.now()
        if examined.issuer is None:
            return self._identity("unchecked", Standing(state="unknown", why="no_anchors"))
        standing = await self._revocation.standing(examined.certificate, examined.issuer, now.wall)
        match standing.state:
            case "good":
                return self._identity("valid", standing)
            case "revoked":
                return self._identity("revoked", standing)
            case "unknown":
                return self._identity("unchecked", standing)

    async def _settle(
        self, occasion: Occasion, command: str, identity: Identity, certificate: bytes
    ) -> RefusalCode | None:
        judged = IdentityJudged(
            kiosk=occasion.kiosk,
            order=occasion.order,
            ticket=occasion.ticket,
            generation=occasion.generation,
            command=CommandId(command),
            identity=identity,
            card=_keyed(self._key, certificate),
        )
        refused = (await self._hub.submit(ServerActor(), judged)).refused
        if refused is None:
            log.info("order %s: identity %s, by %s", occasion.order, identity.outcome, identity.source)
        return refused

    def _identity(self, outcome: IdentityOutcome, standing: Standing | None = None) -> Identity:
        at = _written(self._hub.now().wall)
        if standing is None:
            return Identity(outcome=outcome, at=at)
        as_of = "" if standing.as_of is None else _written(standing.as_of)
        return Identity(outcome=outcome, at=at, source=standing.source, source_at=as_of, why=standing.why)

    # ------------------------------------------------------------ once

    async def _once(
        self, kiosk: KioskId, command: Presented, work: Callable[[], Awaitable[RefusalCode | None]]
    ) -> RefusalCode | None:
        """Do the work of a command once, whoever sends it again, also while it is still under way."""
        name, digest = (kiosk, command.id), hashlib.sha256(msgspec.json.encode(command)).digest()
        kept = self._kept.get(name)
        if kept is None:
            kept = _Kept(digest, asyncio.create_task(_awaited(work), name=f"proof {command.order}"))
            self._kept[name] = kept
            self._forget()
        elif not hmac.compare_digest(kept.digest, digest):
            return "different_body"
        # A line that breaks meanwhile does not stop the work: the question is used up, its answer must count.
        refused = await asyncio.shield(kept.work)
        if refused == "store":  # nothing happened, and the kiosk will say it again
            self._kept.pop(name, None)
        return refused

    def _forget(self) -> None:
        done = [name for name, kept in self._kept.items() if kept.work.done()]
        for name in done[: max(0, len(self._kept) - REMEMBERED)]:
            del self._kept[name]


async def _awaited(work: Callable[[], Awaitable[RefusalCode | None]]) -> RefusalCode | None:
    return await work()


def _occasion(kiosk: KioskId, order: PlacedOrder | None) -> Occasion | RefusalCode:
    if order is None:
        return "unknown"
    if order.ask not in ("identity", "signature") or order.ticket is None:
        return "invalid"
    if order.outcome is not None:
        return "stale"
    return Occasion(kiosk=kiosk, order=order.id, ticket=order.ticket, generation=order.generation)


def _keyed(key: bytes, certificate: bytes) -> str:
    """Return what tells this card from others to whoever has the key, and nothing to anybody else."""
    parsed = verify.parse(certificate)
    if parsed is None:
        return ""
    message = parsed.issuer.public_bytes() + str(parsed.serial_number).encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()


def _written(wall: float) -> str:
    return datetime.fromtimestamp(wall, JAPAN).isoformat(timespec="seconds")
