"""The experiment as a document: its parts, files, refusals, JSON schema and scenes."""
