"""The city's forms: YAML in a folder, read strictly, and what leaves the window when one is signed."""
