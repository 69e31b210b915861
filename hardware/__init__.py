"""Card reader, printer, panel and cameras: small ports, each with a real and a simulated driver."""
