"""What is said to a My Number card and what its answers mean, without a reader: everything a caller needs, by one name.

A dialogue is a generator: it yields commands and is sent a `Response` for each. A driver speaks it through
`allowlist.guarded` and powers the card off afterwards; a test speaks it by hand. Whether selecting an application
again drops a verified PIN is not known, so nothing here relies on either.

    kind = await reader.talk(identify())
    tries = await reader.talk(tries_left())
    result = await reader.talk(four_attributes(pin))        # `pin` is all zeros afterwards

Every secret is checked for its form first (ValueError), its counter is read before it is sent, it is sent once, and it
is overwritten whatever happens.
"""

from hardware.card.exchange import (
    Certificate,
    Command,
    Dialogue,
    LastTryRefused,
    NoCertificate,
    OtherCard,
    PinLocked,
    Refused,
    Signature,
    WrongPin,
    wipe,
)
from hardware.card.jpki import (
    Document,
    Signed,
    Validity,
    authenticate,
    authentication_certificate,
    authentication_dates,
    is_password,
    sign,
    signable,
    signing_certificate,
    validity,
)
from hardware.card.kinds import CardFacts, CardKind, Kind, examine, identify
from hardware.card.text import Attributes, attributes_by_number, four_attributes, tries_left
from hardware.card.visual import Photo, face_photo

__all__ = [
    "Attributes",
    "CardFacts",
    "CardKind",
    "Certificate",
    "Command",
    "Dialogue",
    "Document",
    "Kind",
    "LastTryRefused",
    "NoCertificate",
    "OtherCard",
    "Photo",
    "PinLocked",
    "Refused",
    "Signature",
    "Signed",
    "Validity",
    "WrongPin",
    "attributes_by_number",
    "authenticate",
    "authentication_certificate",
    "authentication_dates",
    "examine",
    "face_photo",
    "four_attributes",
    "identify",
    "is_password",
    "sign",
    "signable",
    "signing_certificate",
    "tries_left",
    "validity",
    "wipe",
]
