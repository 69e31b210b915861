"""The kiosk's camera link: pictures out, never voice."""
