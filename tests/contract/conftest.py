"""The four web applications, as `wsgi` makes them, on settings of a folder that goes away."""

import os
from collections.abc import Iterator
from importlib import import_module
from unittest import mock

import pytest

from shared.cli import embedded
from shared.web.app import App

SERVICES = ("auth", "portal", "invoices", "notifications")


@pytest.fixture(scope="session")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, App]]:
    """Service to application."""
    with mock.patch.dict(os.environ, BURSAR_HOME=str(tmp_path_factory.mktemp("home"))):
        embedded.prepare()
        yield {service: import_module(f"services.{service}.wsgi").app for service in SERVICES}
