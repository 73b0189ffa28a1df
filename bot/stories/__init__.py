"""Stories: similarity, clustering, wire copies, related stories, headlines."""
