"""The link "Billing & Payment" in five steps: from your own settings page, your own customer into the portal."""

import os
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bursar import portal_session_url

SIGNED_IN = {"session-of-mira": "mira"}  # your own sessions, by cookie
CUSTOMERS = {"mira": os.environ["BURSAR_CUSTOMER"]}  # your own users' ids in Bursar


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        cookie = SimpleCookie(self.headers.get("Cookie", "")).get("session")
        user = SIGNED_IN.get(cookie.value) if cookie else None  # 2. check your own login, always
        if user is None:
            return self.answer(401, "text/plain", b"Sign in first.")
        if self.path == "/settings":  # 1. the link
            return self.answer(200, "text/html", b'<a href="/billing-and-payment">Billing &amp; Payment</a>')
        if self.path != "/billing-and-payment":
            return self.answer(404, "text/plain", b"")
        customer = CUSTOMERS[user]  # 3. look the customer's id up, never take it from the request
        url = portal_session_url(  # 4. make the address
            url=os.environ["BURSAR_URL"], api_key=os.environ["BURSAR_API_KEY"], customer=customer
        )
        self.send_response(303)  # 5. and go there: it works once, for five minutes
        self.send_header("Location", url)
        self.send_header("Cache-Control", "no-store")
        return self.end_headers()

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Site).serve_forever()
