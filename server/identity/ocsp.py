"""Revocation by OCSP (RFC 6960): each question carries a nonce, each answer is checked before it is believed.

`question` and `judge` are pure; `Ocsp` asks, and remembers an answer until its nextUpdate.
"""

import hashlib
import logging
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from server.identity.fetch import Silent, Web
from server.identity.revocation import Standing
from server.identity.verify import STRONG, UNREADABLE, issued_by, lives
from server.protocol.values import Key

log = logging.getLogger(__name__)

CONTENT = "application/ocsp-request"
LONGEST = 64 * 1024
NONCE = 32
"""RFC 9654: 32 bytes."""
SKEW = timedelta(minutes=5)
"""How far two well-kept clocks may differ; also how old an answer without nextUpdate may be."""
REMEMBERED = 500


class Question(msgspec.Struct, frozen=True):
    """What is asked, and what the answer must fit."""

    request: ocsp.OCSPRequest
    nonce: bytes
    issuer: x509.Certificate

    def __repr__(self) -> str:
        return "<Question redacted>"

    @property
    def der(self) -> bytes:
        """What travels."""
        return self.request.public_bytes(serialization.Encoding.DER)


class Answer(msgspec.Struct, frozen=True):
    """A believed answer, and until when it may be used again (wall time)."""

    standing: Standing
    until: float


def question(certificate: x509.Certificate, issuer: x509.Certificate, nonce: bytes) -> Question:
    """Return the request for one certificate."""
    # SHA-1 only names the issuer here and is what every responder understands (RFC 5019, 2.1.1).
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())
    return Question(builder.add_extension(x509.OCSPNonce(nonce), critical=False).build(), nonce, issuer)


def judge(asked: Question, body: bytes, now: float, *, nonce_required: bool = True) -> Answer | Key:
    """Return the answer if it is one to this very question, signed by who may, and of today; else the reason."""
    try:
        response = ocsp.load_der_ocsp_response(body)
        if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
            return "no_answer"
        if not _signed(response, asked.issuer, datetime.fromtimestamp(now, UTC)):
            return "not_believed"
        nonce = _nonce(response)
        single = next((one for one in response.responses if _about(one, asked.request)), None)
    except UNREADABLE:
        return "not_believed"
    if single is None or (nonce != asked.nonce and (nonce is not None or nonce_required)):
        return "not_believed"
    return _of_today(single, now)


def _of_today(single: ocsp.OCSPSingleResponse, now: float) -> Answer | Key:
    when = datetime.fromtimestamp(now, UTC)
    begins, ends = single.this_update_utc, single.next_update_utc
    if begins > when + SKEW or (ends or begins) < when - SKEW:
        return "out_of_date"
    as_of, until = begins.timestamp(), now if ends is None else ends.timestamp()
    match single.certificate_status:
        case ocsp.OCSPCertStatus.GOOD:
            return Answer(Standing(state="good", source="ocsp", as_of=as_of), until)
        case ocsp.OCSPCertStatus.REVOKED:
            return Answer(Standing(state="revoked", source="ocsp", as_of=as_of), until)
        case ocsp.OCSPCertStatus.UNKNOWN:
            return "not_known"


def _signed(response: ocsp.OCSPResponse, issuer: x509.Certificate, when: datetime) -> bool:
    algorithm = response.signature_hash_algorithm
    if not isinstance(algorithm, STRONG):
        return False
    for signer in _signers(response, issuer, when):
        key = signer.public_key()
        try:
            match key:
                case rsa.RSAPublicKey():
                    key.verify(response.signature, response.tbs_response_bytes, padding.PKCS1v15(), algorithm)
                case ec.EllipticCurvePublicKey():
                    key.verify(response.signature, response.tbs_response_bytes, ec.ECDSA(algorithm))
                case _:
                    continue
        except InvalidSignature:
            continue
        return True
    return False


def _signers(
    response: ocsp.OCSPResponse, issuer: x509.Certificate, when: datetime
) -> Iterator[x509.Certificate]:
    """Who may speak: the issuer, or whom it made its responder for just that (RFC 6960, 4.2.2.2)."""
    yield issuer
    for one in response.certificates:
        try:
            uses = one.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        except (x509.ExtensionNotFound, *UNREADABLE):
            continue
        if ExtendedKeyUsageOID.OCSP_SIGNING in uses and issued_by(one, issuer) and lives(one, when):
            yield one


def _nonce(response: ocsp.OCSPResponse) -> bytes | None:
    try:
        return response.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        return None


def _about(single: ocsp.OCSPSingleResponse, request: ocsp.OCSPRequest) -> bool:
    return (
        single.serial_number == request.serial_number
        and single.issuer_key_hash == request.issuer_key_hash
        and single.issuer_name_hash == request.issuer_name_hash
    )


class Ocsp:
    """Asks one responder, the configured one; the address in a certificate is never used."""

    def __init__(self, url: str, *, timeout: float, nonce_required: bool = True) -> None:
        self._url = url
        self._web = Web(timeout)
        self._nonce_required = nonce_required
        self._kept: dict[bytes, Answer] = {}

    async def standing(self, certificate: x509.Certificate, issuer: x509.Certificate, now: float) -> Standing:
        """Return what the responder says, or said and still stands by."""
        name = _name(certificate, issuer)
        kept = self._kept.get(name)
        if kept is not None and now < kept.until:
            return kept.standing
        asked = question(certificate, issuer, secrets.token_bytes(NONCE))
        try:
            body = await self._web.post(self._url, asked.der, CONTENT, LONGEST)
        except Silent as error:
            log.warning("ocsp: no answer, %s", error)
            return Standing(state="unknown", why="no_answer")
        judged = judge(asked, body, now, nonce_required=self._nonce_required)
        if isinstance(judged, str):
            log.warning("ocsp: no use, %s", judged)
            return Standing(state="unknown", why=judged)
        self._kept.pop(name, None)
        if judged.until > now:
            self._kept[name] = judged
            while len(self._kept) > REMEMBERED:
                del self._kept[next(iter(self._kept))]
        return judged.standing

    async def close(self) -> None:
        """Give connections back."""
        await self._web.close()


def _name(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """A hash, so that no serial number lies about in memory."""
    der = serialization.Encoding.DER
    return hashlib.sha256(certificate.public_bytes(der) + issuer.public_bytes(der)).digest()
