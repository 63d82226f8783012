"""Sharing a budget by the Method of Equal Shares (kheo/ballots/count), for a ballot's terms. No Django."""
