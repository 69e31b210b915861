"""The card: what is said to a My Number card, who may say it, and on which reader."""
