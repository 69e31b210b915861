"""What the kiosk decides, without devices, sockets or clocks."""
