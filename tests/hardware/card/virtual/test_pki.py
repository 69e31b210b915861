"""The authorities behind the virtual cards: like the real ones where a verifier looks, and the same in every process."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hardware.card.virtual import keys, pki, read
from hardware.card.virtual.authorities import OWNER
from hardware.card.virtual.pki import ODD, POLICY, TRUSTED, Use, anchors, authority, everything, issued, odd

USES: tuple[Use, ...] = ("auth", "sign")
NOW = datetime.now(UTC)


def public(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize("use", USES)
def test_all_generations_and_the_stranger_have_one_name_and_four_keys(use: Use):
    four = [*anchors(use), authority(use, "stranger").certificate]
    assert len({made.subject.rfc4514_string() for made in four}) == 1
    assert len({public(made) for made in four}) == 4


@pytest.mark.parametrize("use", USES)
def test_a_certificate_is_signed_by_exactly_one_generation(use: Use):
    for name, made in everything(use).items():
        signers = list[str]()
        for generation in (*TRUSTED, "stranger"):
            try:
                made.certificate.verify_directly_issued_by(authority(use, generation).certificate)
                signers.append(generation)
            except (InvalidSignature, TypeError, ValueError):
                pass
        assert signers == [made.authority.generation], name
    assert odd(use, "wrong_issuer").authority.generation == "stranger"


@pytest.mark.parametrize("use", USES)
def test_what_is_wrong_with_an_odd_certificate_is_the_only_thing_wrong(use: Use):
    for state in ("valid", *ODD):
        made = odd(use, state)
        certificate = made.certificate
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        policies = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value
        revoked = pki.crl(use, "2", NOW).get_revoked_certificate_by_serial_number(certificate.serial_number)
        flaws = {
            "expired": certificate.not_valid_after_utc < NOW,
            "revoked": revoked is not None,
            "wrong_use": not (usage.content_commitment if use == "sign" else usage.digital_signature),
            "wrong_policy": policies[0].policy_identifier.dotted_string != POLICY[use],
            "wrong_issuer": made.authority.generation == "stranger",
        }
        assert [name for name, found in flaws.items() if found] == ([] if state == "valid" else [state])
        assert certificate.not_valid_before_utc < NOW


def test_only_the_signing_certificate_names_its_owner():
    persona = read("ordinary")
    auth, sign = issued(persona, "auth"), issued(persona, "sign")
    assert auth is not None
    assert sign is not None
    assert persona.name.encode() in sign.der
    assert persona.name.encode() not in auth.der
    names = sign.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    said = {name.type_id.dotted_string: name.value for name in names if isinstance(name, x509.OtherName)}
    assert said[f"{OWNER}.4"].endswith(persona.birth_date.encode())
    assert persona.number.encode() not in sign.der + auth.der


def test_the_next_card_has_another_kind_of_key_and_every_other_card_its_own():
    keys_seen = list[bytes]()
    for name, made in everything("auth").items():
        key = made.certificate.public_key()
        assert isinstance(key, ec.EllipticCurvePublicKey if name == "next_generation" else rsa.RSAPublicKey)
        if not name.startswith("odd-"):
            keys_seen.append(public(made.certificate))
    assert len(set(keys_seen)) == len(keys_seen)


def test_no_known_key_has_to_be_searched():
    known = msgspec.yaml.decode((Path(keys.__file__).parent / "primes.yaml").read_bytes())
    for use in USES:
        for made in everything(use).values():
            assert isinstance(made.key, ec.EllipticCurvePrivateKey) or made.key.key_size == 2048
        rsa_personas = {name for name in everything(use) if not name.startswith("odd-")} - {"next_generation"}
        assert {f"{use}/{name}" for name in rsa_personas} <= set(known)


@pytest.mark.slow
def test_the_table_of_primes_is_what_a_search_finds():
    first = msgspec.yaml.decode((Path(keys.__file__).parent / "primes.yaml").read_bytes())["auth/ordinary"]
    assert list(keys.search("auth/ordinary")) == first


@pytest.mark.slow
def test_another_process_writes_the_same_certificates_and_openssl_agrees_with_them(tmp_path: Path):
    subprocess.run([sys.executable, "-m", "hardware.card.virtual.pki", "--out", str(tmp_path)], check=True)
    for use in USES:
        for name, made in everything(use).items():
            written = x509.load_pem_x509_certificate((tmp_path / "cards" / f"{name}-{use}.pem").read_bytes())
            assert written == made.certificate, name
        trusted = tmp_path / f"{use}.pem"
        trusted.write_text(
            "".join(
                (tmp_path / kind / f"{use}-{n}.pem").read_text()
                for kind in ("anchors", "crl")
                for n in TRUSTED
            )
        )
        verdicts = {
            name: _openssl(trusted, tmp_path / "cards" / f"{name}-{use}.pem") for name in everything(use)
        }
        bad = {name for name, good in verdicts.items() if not good}
        assert bad == {"expired", "revoked", "odd-expired", "odd-revoked", "odd-wrong_issuer"}


def _openssl(trusted: Path, certificate: Path) -> bool:
    done = subprocess.run(
        ["openssl", "verify", "-crl_check", "-CAfile", str(trusted), str(certificate)],
        capture_output=True,
        check=False,
    )
    return done.returncode == 0
