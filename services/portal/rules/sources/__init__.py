"""Rules about subscriptions that another source bills."""
