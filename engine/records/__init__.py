"""Frozen records that cross the thread border."""
