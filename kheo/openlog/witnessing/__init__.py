"""Witnesses of the log: their signatures, who must sign (a policy), and the program that a newspaper or a school runs. No Django."""
