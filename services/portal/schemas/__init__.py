"""Messages in and out, as the API has them. Amounts are integers in minor units, rates basis points, times ISO 8601."""
