"""The city-hall side of Komado: queue, signalling, papers, and the pages staff use."""
