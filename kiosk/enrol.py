"""Enrolment: the key is made here, the one-time code of the fleet page gives it a name at the server."""

import base64
import ssl
from pathlib import Path

import aiohttp
import msgspec

from kiosk.identity import Named, machine_id, make_key, public_bytes, save
from kiosk.link import socket_url


class EnrolmentFailed(Exception):
    """It did not work; the text says why, in words for the technician (Japanese)."""


class _Problem(msgspec.Struct):
    message: str = ""


def tls_for(server: str, ca: Path | None) -> ssl.SSLContext | None:
    """Return how to trust the server: the city's CA if given, else what the system trusts; None on loopback http."""
    if server.startswith("http://"):
        return None
    return ssl.create_default_context(cafile=ca)


async def enrol(server: str, code: str, data: Path, ca: Path | None) -> Named:
    """Register this device and keep its new identity. Raises EnrolmentFailed, ValueError for a bad address."""
    socket_url(server)
    key = make_key(data)
    body = {
        "code": code.strip().upper().replace("-", ""),
        "public_key": base64.b64encode(public_bytes(key)).decode(),
        "machine": machine_id(data),
    }
    base = server.rstrip("/")
    try:
        tls = tls_for(server, ca)
        timeout = aiohttp.ClientTimeout(total=20)
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(
                f"{base}/api/enrol", json=body, headers={"Origin": base}, ssl=True if tls is None else tls
            ) as answer,
        ):
            content = await answer.read()
            status = answer.status
    except ssl.SSLError as error:
        raise EnrolmentFailed(
            "サーバの証明書を確かめられません。--ca に市のCAファイルを指定してください。"
        ) from error
    except aiohttp.ClientConnectorCertificateError as error:
        raise EnrolmentFailed(
            "サーバの証明書を確かめられません。--ca に市のCAファイルを指定してください。"
        ) from error
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise EnrolmentFailed("サーバにつながりません。アドレスとネットワークを確かめてください。") from error
    if status != 200:
        raise EnrolmentFailed(_why(content))
    try:
        named = msgspec.json.decode(content, type=Named)
    except msgspec.DecodeError as error:
        raise EnrolmentFailed("サーバの返事がわかりません。サーバの版を確かめてください。") from error
    save(data, named)
    return named


def _why(content: bytes) -> str:
    try:
        message = msgspec.json.decode(content, type=_Problem).message
    except msgspec.DecodeError:
        message = ""
    return message or "登録できませんでした。登録コードを確かめてください。"
