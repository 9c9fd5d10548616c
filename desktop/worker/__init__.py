"""Training beside the window: thread, mailbox, requests."""
