"""Tests of the lecture."""
