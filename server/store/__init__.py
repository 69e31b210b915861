"""What the server keeps: the journal, the registry, and cases that can be forgotten. SQLite, one file, one writer."""
