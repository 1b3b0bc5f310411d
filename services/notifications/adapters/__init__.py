"""What is outside: the mail server (or the log that stands in for it), and the engine that lays mails out."""
