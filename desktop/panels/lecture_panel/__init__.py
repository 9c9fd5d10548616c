"""The dock in which the beats of a lecture are recorded and written."""
