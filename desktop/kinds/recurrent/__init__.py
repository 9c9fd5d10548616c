"""The screen of recurrent networks."""
