"""``git clone`` over HTTP: the two requests a fetching git makes."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace

from tests.hub.call import Call
from tests.hub.errors import HubRefusal, unusable
from tests.hub.exchange import Answer

CHALLENGE = {"WWW-Authenticate": 'Basic realm="test hub"'}


def _readable(call: Call) -> Call:
    """The call with the account behind git's Basic password, which is a token."""
    scheme, _, secret = call.request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return call
    try:
        token = base64.b64decode(secret).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError) as broken:
        raise unusable("The Authorization header is not Basic") from broken
    return replace(call, account=call.hub.accounts.behind(f"Bearer {token}"))


def advertise(call: Call) -> Answer:
    """``GET .../info/refs?service=git-upload-pack``."""
    if call.request.query.get("service") != "git-upload-pack":
        raise HubRefusal(403, "Only fetching is offered over git")
    try:
        repository = _readable(call).readable()
    except HubRefusal as refusal:
        refusal.headers |= CHALLENGE if refusal.status == 401 else {}
        raise
    refs = repository.git("upload-pack", "--stateless-rpc", "--advertise-refs", str(repository.git.folder))
    return Answer(
        body=b"001e# service=git-upload-pack\n0000" + refs,
        headers={"Content-Type": "application/x-git-upload-pack-advertisement", "Cache-Control": "no-cache"},
    )


def upload_pack(call: Call) -> Answer:
    """``POST .../git-upload-pack``: the pack itself."""
    repository = _readable(call).readable()
    asked = call.request.read()
    pack = repository.git("upload-pack", "--stateless-rpc", str(repository.git.folder), stdin=asked)
    return Answer(body=pack, headers={"Content-Type": "application/x-git-upload-pack-result"})
