"""Running a city: ``kheo init``, ``serve``, ``backup``, ``restore``. Above every room; no room imports it."""
