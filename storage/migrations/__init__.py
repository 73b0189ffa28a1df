"""One migration tree for both databases."""
