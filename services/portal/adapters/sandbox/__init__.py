"""The sandbox: a processor of our own for test mode. Like another company: own tables, own pages, no card number."""

from services.portal.adapters.sandbox.processor import Sandbox

__all__ = ["Sandbox"]
