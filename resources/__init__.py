"""Scenes, data sets, fonts, icons and packaging files."""
