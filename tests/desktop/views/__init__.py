"""Tests of how it is drawn."""
