"""Who am I, and may I."""

from __future__ import annotations

from tests.hub.call import Call
from tests.hub.errors import HubRefusal
from tests.hub.exchange import Answer, json_answer


def whoami(call: Call) -> Answer:
    """``GET /api/whoami-v2``."""
    account = call.signed_in()
    return json_answer(
        {
            "type": "user",
            "id": account.name,
            "name": account.name,
            "fullname": account.name.title(),
            "orgs": [{"type": "org", "name": org, "roleInOrg": "write"} for org in account.orgs],
            "auth": {
                "type": "access_token",
                "accessToken": {"displayName": account.role, "role": account.role},
            },
        }
    )


def auth_check(call: Call) -> Answer:
    """``GET .../auth-check``: may the caller read the files."""
    call.readable()
    return json_answer({})


def auth_check_write(call: Call) -> Answer:
    """``GET .../auth-check/write``."""
    call.writable()
    return json_answer({})


def not_offered(call: Call) -> Answer:
    """Xet tokens and the list of agent harnesses: the clients go on without."""
    raise HubRefusal(404, f"The test hub does not offer {call.request.path}")
