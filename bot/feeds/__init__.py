"""FEED: from an address to entries: fetch, parse, cadence, discover."""
