"""`make demo`: a server, one simulated kiosk and a page with both sides. Not installed in a city."""
