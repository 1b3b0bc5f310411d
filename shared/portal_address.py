"""CALCULATES where a portal is, from configuration alone: what a request calls its host never makes a link.

Under `/p/<slug>` of the installation's public address, or at the vendor's own host and path once they are proven;
those are https, but where the whole installation is plain http on one's own machine: then on its port.

Worked example: public address https://billing.example: portal `acme` is https://billing.example/p/acme; with host
shop.example and path /billing it is https://shop.example/billing.
"""

from urllib.parse import urlsplit


def portal_address(public_url: str, *, slug: str, host: str | None = None, path: str | None = None) -> str:
    """The portal's address, without a slash at the end."""
    if host is None:
        return f"{public_url.rstrip('/')}/p/{slug}"
    public = urlsplit(public_url)
    port = f":{public.port}" if public.scheme == "http" and public.port else ""
    return f"{public.scheme}://{host}{port}{(path or '').rstrip('/')}"
