"""Asks a verifier over HTTP: one bounded try, one bounded answer. The only place here that speaks aiohttp."""

import aiohttp


class Silent(Exception):
    """No usable answer came in time. Carries no address and no content."""


class Web:
    """HTTP as RFC 6960, appendix A, and RFC 5280, 4.2.1.13, use it; answers are signed, so TLS is not what protects them."""

    def __init__(self, timeout: float) -> None:
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, body: bytes, content_type: str, limit: int) -> bytes:
        """Return the answer to a request. Raises Silent."""
        return await self._fetch("POST", url, limit, body, {"Content-Type": content_type})

    async def get(self, url: str, limit: int) -> bytes:
        """Return a file. Raises Silent."""
        return await self._fetch("GET", url, limit, None, {})

    async def close(self) -> None:
        """Give connections back."""
        if self._session is not None:
            await self._session.close()

    async def _fetch(
        self, method: str, url: str, limit: int, body: bytes | None, headers: dict[str, str]
    ) -> bytes:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        try:
            # A redirect would carry the question to somebody who was not configured.
            async with self._session.request(
                method, url, data=body, headers=headers, allow_redirects=False
            ) as answer:
                if answer.status != 200:
                    raise Silent(f"status {answer.status}")
                content = await answer.content.read(limit + 1)
                while len(content) <= limit and (more := await answer.content.read(limit + 1 - len(content))):
                    content += more
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Silent(type(error).__name__) from None  # the text of the cause names the address
        if len(content) > limit:
            raise Silent("too long")
        return content
