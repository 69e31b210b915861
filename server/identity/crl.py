"""Revocation by lists (RFC 5280, 5): files somebody puts there, or addresses we fetch; only a signed list of today counts.

`judge` is pure; `Crl` keeps the newest list of each source.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from server.identity.fetch import Silent, Web
from server.identity.revocation import Standing
from server.identity.verify import STRONG, UNREADABLE

log = logging.getLogger(__name__)

LONGEST = 256 * 1024 * 1024
"""A country's list is large."""
SKEW = timedelta(minutes=5)
UNDERSTOOD = (
    x509.AuthorityKeyIdentifier,
    x509.CRLNumber,
    x509.IssuingDistributionPoint,
    x509.IssuerAlternativeName,
    x509.FreshestCRL,
)

Lists = Sequence[x509.CertificateRevocationList]


class NotAList(Exception):
    """The bytes are no revocation list."""


def read(content: bytes) -> x509.CertificateRevocationList:
    """Return the list in these bytes, PEM or DER. Raises NotAList."""
    try:
        pem = content.lstrip().startswith(b"-----BEGIN")
        one = x509.load_pem_x509_crl(content) if pem else x509.load_der_x509_crl(content)
        _ = one.extensions, one.issuer, one.last_update_utc, one.next_update_utc
    except UNREADABLE as error:
        raise NotAList from error
    return one


def signed(one: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    """Say whether the issuer's own key signed this list."""
    try:
        if not isinstance(one.signature_hash_algorithm, STRONG) or one.issuer != issuer.subject:
            return False
        return one.is_signature_valid(
            issuer.public_key()  # pyright: ignore[reportArgumentType]  a key of another kind raises
        )
    except UNREADABLE:
        return False


def judge(certificate: x509.Certificate, lists: Lists, now: float) -> Standing:
    """Return what these lists, all signed by the certificate's issuer, say of it."""
    when = datetime.fromtimestamp(now, UTC)
    covering = [one for one in lists if _covers(one, certificate)]
    if not covering:
        return Standing(state="unknown", why="not_known")
    # Only the newest counts: a certificate on hold may have been released since (RFC 5280, 5.3.1).
    newest = max(covering, key=lambda one: one.last_update_utc)
    as_of = newest.last_update_utc.timestamp()
    if newest.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None:
        return Standing(
            state="revoked", source="crl", as_of=as_of
        )  # also by an old one: better asked once too often
    if not _of_today(newest, when):
        return Standing(state="unknown", why="out_of_date")
    return Standing(state="good", source="crl", as_of=as_of)


def _of_today(one: x509.CertificateRevocationList, when: datetime) -> bool:
    ends = one.next_update_utc
    return one.last_update_utc <= when + SKEW and ends is not None and when <= ends


def _covers(one: x509.CertificateRevocationList, certificate: x509.Certificate) -> bool:
    """Say whether a list would name this certificate if it were revoked (RFC 5280, 6.3.3 b)."""
    for extension in one.extensions:
        if extension.critical and not isinstance(extension.value, UNDERSTOOD):
            return False
        point = extension.value
        if not isinstance(point, x509.IssuingDistributionPoint):
            continue
        partial = point.only_contains_ca_certs or point.only_contains_attribute_certs
        if partial or point.indirect_crl or point.only_some_reasons or point.relative_name:
            return False
        if point.full_name and not set(point.full_name) & _points(certificate):
            return False  # one part of a divided list, and not ours
    return True


def _points(certificate: x509.Certificate) -> set[x509.GeneralName]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return set()
    return {name for point in points for name in point.full_name or ()}


class _Kept(msgspec.Struct, frozen=True):
    """A list as it was last read, and what tells that there is a newer one."""

    mark: object
    list: x509.CertificateRevocationList
    signers: dict[bytes, bool]
    """Who signed it, by the issuer's fingerprint: a large list is hashed once, not per question."""


class Crl:
    """Looks certificates up in the lists of all sources."""

    def __init__(self, files: Sequence[Path], urls: Sequence[str], *, refresh: float, timeout: float) -> None:
        self._files = tuple(files)
        self._urls = tuple(urls)
        self._refresh = refresh
        self._web = Web(timeout)
        self._kept: dict[Path | str, _Kept] = {}
        self._tried: dict[str, float] = {}
        self._one_at_a_time = asyncio.Lock()

    async def standing(self, certificate: x509.Certificate, issuer: x509.Certificate, now: float) -> Standing:
        """Return what the lists say; one that cannot be had any more is used until its nextUpdate."""
        async with self._one_at_a_time:
            for file in self._files:
                await asyncio.to_thread(self._read, file)
            for url in self._urls:
                await self._fetch(url, now)
            return await asyncio.to_thread(self._judge, certificate, issuer, now)

    async def close(self) -> None:
        """Give connections back."""
        await self._web.close()

    def _judge(self, certificate: x509.Certificate, issuer: x509.Certificate, now: float) -> Standing:
        name = issuer.fingerprint(hashes.SHA256())
        ours: list[x509.CertificateRevocationList] = []
        for kept in self._kept.values():
            if name not in kept.signers:
                kept.signers[name] = signed(kept.list, issuer)
            if kept.signers[name]:
                ours.append(kept.list)
        if not self._kept:
            return Standing(state="unknown", why="no_answer")
        try:
            return judge(certificate, ours, now)
        except UNREADABLE as error:  # signed by its issuer, and still no list as the RFC wants it
            log.warning("crl: a list is not usable, %s", type(error).__name__)
            return Standing(state="unknown", why="not_believed")

    def _read(self, file: Path) -> None:
        try:
            stat = file.stat()
            mark = (stat.st_mtime_ns, stat.st_size)
            kept = self._kept.get(file)
            if kept is None or kept.mark != mark:
                self._kept[file] = _Kept(mark, read(file.read_bytes()), {})
        except (OSError, NotAList) as error:
            log.warning("crl: a file cannot be read, %s", type(error).__name__)

    async def _fetch(self, url: str, now: float) -> None:
        kept, tried = self._kept.get(url), self._tried.get(url)
        ends = None if kept is None else kept.list.next_update_utc
        over = ends is None or ends.timestamp() <= now
        if tried is not None and 0 <= now - tried < (min(60.0, self._refresh) if over else self._refresh):
            return
        self._tried[url] = now
        try:
            content = await self._web.get(url, LONGEST)
            self._kept[url] = _Kept(now, await asyncio.to_thread(read, content), {})
        except (Silent, NotAList) as error:
            log.warning("crl: a list cannot be fetched, %s", type(error).__name__)
