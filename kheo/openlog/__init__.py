"""The public log and the write door. Rooms use ``kheo.openlog.door`` (writes, act, lock) and ``kheo.openlog.verbs``."""
