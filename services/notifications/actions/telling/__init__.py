"""Tell of what happened elsewhere: which facts of an event a mail has, and when there is nothing to tell.

`key` is the event's id: the same event is told once. Each raises Later as `messages.tell_customer`.
"""
