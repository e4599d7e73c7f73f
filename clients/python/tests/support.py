"""What the tests share. They run against a service: ACTBENCH_URL and ACTBENCH_KEY, a key with the scope ADMIN."""

from __future__ import annotations

import importlib.util
import os
import tempfile
import unittest
import uuid
from typing import Any

from actbench import Client

URL = os.environ.get("ACTBENCH_URL", "")
KEY = os.environ.get("ACTBENCH_KEY", "")


def has(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


@unittest.skipUnless(URL and KEY, "ACTBENCH_URL and ACTBENCH_KEY name no service")
class ServiceTest(unittest.TestCase):
    """A test with a client whose cache is empty."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.client = self.open_client()

    def open_client(self, url: str = URL, **settings: Any) -> Client:
        client = Client(url, KEY, **{"cache": self.folder, "progress": False, **settings})
        self.addCleanup(client.close)
        return client

    def make_name(self) -> str:
        """A name for a dataset, which is deleted at the end of the test."""
        name = f"python-{uuid.uuid4().hex[:12]}"
        self.addCleanup(self._delete, name)
        return name

    def _delete(self, name: str) -> None:
        try:
            self.client.dataset(name).delete()
        except Exception:
            pass
