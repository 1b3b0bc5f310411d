"""The pages of notifications: the mailbox of the embedded mode."""
