"""What vendors and API keys look like on the wire. What may stand in a field, the rules say."""
