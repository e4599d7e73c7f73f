"""The identity of a function, which joins tables of exports with answers of the API."""

from __future__ import annotations

import base64
import binascii
import re


def to_identity(node_id: str) -> str:
    """The 64 digits that exports call `activationId`, from the id of the API; the id itself if it has another form."""
    try:
        text = base64.urlsafe_b64decode(node_id + "=" * (-len(node_id) % 4)).decode("ascii")
    except (ValueError, binascii.Error):
        return node_id
    found = re.fullmatch(r"Activation:([0-9a-f]{64})", text)
    return found[1] if found else node_id
