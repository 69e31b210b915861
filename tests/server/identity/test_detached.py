"""What a card signed lies beside its document in a form that a stranger's tool can check."""

import subprocess
from pathlib import Path

import pytest

from server.identity.detached import detached
from server.identity.verify import to_sign
from tests.server.identity.cards import card, sign

pytestmark = pytest.mark.slow  # openssl is a process of its own

PDF = b"%PDF-1.7 a form of this visit"


@pytest.mark.parametrize("persona", ["ordinary", "next_generation"])
@pytest.mark.parametrize("raw", [True, False], ids=["numbers", "sequence"])
def test_openssl_finds_the_signature_good_for_its_document_and_for_no_other(
    tmp_path: Path, persona: str, raw: bool
):
    one = card(persona, "sign")
    (tmp_path / "form.pdf.p7s").write_bytes(
        detached(one.der, sign(one, to_sign(one.certificate, PDF), raw=raw))
    )
    (tmp_path / "form.pdf").write_bytes(PDF)
    (tmp_path / "other.pdf").write_bytes(PDF + b" ")
    assert _checked(tmp_path, "form.pdf") == 0
    assert _checked(tmp_path, "other.pdf") != 0


def _checked(folder: Path, document: str) -> int:
    return subprocess.run(
        [
            "openssl", "cms", "-verify", "-binary", "-noverify", "-inform", "DER", "-in", "form.pdf.p7s",
            "-content", document, "-out", "/dev/null",
        ],
        cwd=folder, check=False, capture_output=True,
    ).returncode  # fmt: skip
