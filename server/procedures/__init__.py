"""The city's procedures as its staff write them: YAML in a folder, read strictly, with every mistake named."""
