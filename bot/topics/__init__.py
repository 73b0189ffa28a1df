"""5 TOPIC: the query language, and matching each new article once against all topics."""
