"""ARTICLE: from entry, page or dump to one stored text."""
