"""3 ANALYSIS: language, terms, entities, fingerprint and summary of a text."""
