"""Counting elections over a budget exactly: whole numbers and fractions, never floats. No Django, no randomness, no clock.

``pabulib`` reads the field's file format, ``equal_shares`` and ``greedy`` choose projects, ``command`` is ``kheo tally``.
What is counted, how ties break and when it stops: docs/counting.md.
"""
