"""Tests of how shapes and texts are drawn."""
