"""The state of the program: workspace, preferences, files, playback."""
