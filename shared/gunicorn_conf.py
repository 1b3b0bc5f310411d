"""How web processes run: threads, since Flask is synchronous; one process, more where WEB_CONCURRENCY says so."""

import os
from typing import Final

MAX_HEADER_BYTES: Final = 8190
MAX_HEADERS: Final = 60
MAX_REQUEST_LINE: Final = 4094  # nginx refuses a longer URI before

workers = int(os.environ.get("WEB_CONCURRENCY", "1"))  # noqa: TID251 - gunicorn reads this before any settings exist
worker_class = "gthread"
threads = 8
timeout = 60
graceful_timeout = 25
keepalive = 65  # longer than the gateway keeps an idle connection, so that it is the one to close
control_socket_disable = True  # it has one default path: services on one host would collide
accesslog = None  # shared.web logs each request itself, as JSON
errorlog = "-"
loglevel = "warning"
limit_request_line = MAX_REQUEST_LINE
limit_request_fields = MAX_HEADERS
limit_request_field_size = MAX_HEADER_BYTES
forwarded_allow_ips = "127.0.0.1"
