"""The lecture: a scene's beats in the hall, on the lecturer's own screen, and from a clicker."""
