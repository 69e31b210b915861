"""Whether a card's own key answered our question, and what its issuer says of the certificate today."""
