"""What is done about webhooks: endpoints kept, events queued for them, deliveries tried, and sent again."""
