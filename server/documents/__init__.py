"""Papers, made on the server only: what a resident takes home, and a test page. Data in, dots out."""
