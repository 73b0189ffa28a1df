"""Word lists: stop words, lemma exceptions, countries, names in several spellings."""
