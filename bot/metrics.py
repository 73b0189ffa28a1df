"""Every figure the program counts, in one place; served by the web server."""

from prometheus_client import Counter, Gauge, Histogram

ARTICLES = Counter("depesche_articles_total", "Articles taken in", ["outcome"])
FETCHES = Counter("depesche_fetches_total", "Looks at feeds", ["outcome"])
PAGES = Counter("depesche_pages_total", "Pages of articles fetched", ["outcome"])
PAGES_WAITING = Gauge("depesche_pages_waiting", "Pages of articles still to be fetched")
STORIES = Counter("depesche_stories_grouped_total", "Articles placed in stories", ["outcome"])
STORIES_LEFT_OUT = Counter("depesche_stories_left_out_total", "Stories that could not be told")
EDITIONS = Counter("depesche_editions_total", "Editions built", ["state"])
SENDS = Counter("depesche_sends_total", "Messages tried", ["outcome"])
UPDATES = Counter("depesche_updates_total", "Updates from Telegram handled", ["outcome"])
OUTBOX_WAITING = Gauge("depesche_outbox_waiting", "Messages owed to Telegram")
OUTBOX_OLDEST = Gauge("depesche_outbox_oldest_seconds", "Age of the oldest message owed")
LOOP_SECONDS = Histogram("depesche_loop_seconds", "Time of one round of a loop", ["loop"])
LOOP_ERRORS = Counter("depesche_loop_errors_total", "Rounds of a loop that failed", ["loop"])
