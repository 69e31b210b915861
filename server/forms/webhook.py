"""Webhook: a package as one POST to a system of the city, repeated a few times under the same key until it is taken."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping

import aiohttp
import msgspec

from server.forms.export import DeliveryFailed, Package

TRIES = 5
FIRST_PAUSE = 1.0
TIMEOUT = aiohttp.ClientTimeout(total=20.0)
LATER = frozenset({408, 409, 425, 429})
"""Answers below 500 that may change: a timeout, a conflict under way, too early, too many."""


class Webhook:
    """Posts packages to one address; `Idempotency-Key` makes a repetition harmless on the other side."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        token: str,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._session = session
        self._url = url
        self._token = token
        self._pause = pause

    async def deliver(self, package: Package) -> None:
        """Post a package until it is accepted, at most `TRIES` times. Raises DeliveryFailed."""
        manifest = package.manifest
        body = msgspec.json.encode(
            {
                "manifest": manifest,
                "files": {name: base64.b64encode(data).decode() for name, data in package.files.items()},
            }
        )
        await self.post(manifest.key, body, {"Authorization": f"Bearer {self._token}"})

    async def signed(self, key: str, body: bytes) -> None:
        """Post what is signed with the token instead of showing it (HMAC-SHA256). Raises DeliveryFailed."""
        mac = hmac.new(self._token.encode(), f"{key}\n".encode() + body, hashlib.sha256).hexdigest()
        await self.post(key, body, {"Komado-Signature": f"sha256={mac}"})

    async def post(self, key: str, body: bytes, proof: Mapping[str, str]) -> None:
        """Post until it is accepted, at most `TRIES` times, under one key. Raises DeliveryFailed."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": key, **proof}
        why = ""
        for attempt in range(TRIES):
            if attempt:
                await self._pause(FIRST_PAUSE * 2 ** (attempt - 1))
            try:
                async with self._session.post(
                    self._url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False
                ) as answer:
                    status = answer.status
            except (aiohttp.ClientError, TimeoutError) as error:
                why = type(error).__name__  # its message may hold the address
                continue
            if 200 <= status < 300:
                return
            why = f"status {status}"
            if status < 500 and status not in LATER:  # a redirect too: personal data follow nobody elsewhere
                raise DeliveryFailed(why, again=False)
        raise DeliveryFailed(why, again=True)
