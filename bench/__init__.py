"""`make bench`: ratios measured in one run, under one pinned worker. Writes the table in docs/performance.md."""
