"""Khéo: neighbourhoods say what they need, decide it lawfully, do it, count it, and let anyone check."""
