"""The procedures engine: what a household has to do after a life event, by when, where, and why we think so."""
