"""A tool that plays days of a city through the real decisions: `komado-bench queue`."""
