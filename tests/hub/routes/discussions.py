"""Pull requests as pages: listed, opened, described, merged, closed."""

from __future__ import annotations

from typing import Any

from tests.hub.call import Call
from tests.hub.errors import forbidden, unusable
from tests.hub.exchange import Answer, json_answer
from tests.hub.pulls import Pulls, details
from tests.hub.repository import now

PAGE = 10


def _num(call: Call) -> int:
    if not call.words["num"].isdecimal():
        raise unusable("The number of a discussion is a number")
    return int(call.words["num"])


def listed(call: Call) -> Answer:
    """``GET .../discussions[?p=&status=&author=&type=]``."""
    repository = call.seen()
    query = call.request.query
    pulls = Pulls(repository).all()
    wanted = {"open": ("open", "draft"), "closed": ("closed", "merged")}.get(query.get("status", ""))
    if wanted:
        pulls = [pull for pull in pulls if pull.status in wanted]
    if "author" in query:
        pulls = [pull for pull in pulls if pull.author == query["author"]]
    if query.get("type") == "discussion":
        pulls = []
    start = int(query.get("p", "0")) * PAGE
    told = [details(repository, pull) for pull in pulls[start : start + PAGE]]
    return json_answer({"discussions": told, "count": len(pulls), "start": start, "numClosedDiscussions": 0})


def opened(call: Call) -> Answer:
    """``POST .../discussions`` with ``pullRequest``: an empty pull request at the head of main, a draft."""
    repository = call.proposable()
    asked = call.request.json()
    if not asked.get("pullRequest"):
        raise unusable("The test hub keeps pull requests only, no other discussions")
    head = repository.resolve("main")
    author = call.signed_in().name
    pull = Pulls(repository).open(head, title=str(asked.get("title", "")), author=author, status="draft")
    return json_answer(
        {"num": pull.num, "url": f"{call.hub.url}/datasets/{repository.name}/discussions/{pull.num}"}
    )


def described(call: Call) -> Answer:
    """``GET .../discussions/{n}[?diff=1]``."""
    repository = call.seen()
    pulls = Pulls(repository)
    pull = pulls.get(_num(call))
    told: dict[str, Any] = details(repository, pull) | {"filesWithConflicts": pulls.conflicts(pull)}
    if call.flag("diff"):
        told["diff"] = pulls.diff(pull)
    return json_answer(told)


def merged(call: Call) -> Answer:
    """``POST .../discussions/{n}/merge``."""
    pull = Pulls(call.writable()).merge(_num(call), call.signed_in().name)
    return json_answer({"mergeCommitId": pull.merge_commit})


def status_changed(call: Call) -> Answer:
    """``POST .../discussions/{n}/status``: closed by its author or a writer, and opened again."""
    repository = call.proposable()
    account = call.signed_in()
    pulls, status = Pulls(repository), str(call.request.json().get("status"))
    if status not in ("open", "closed"):
        raise unusable('"status" must be one of [open, closed]')
    if pulls.get(_num(call)).author != account.name and not account.may_write(call.words["org"]):
        raise forbidden("Only the author or a writer may do this")
    pull = pulls.set_status(_num(call), status)
    event = {"id": f"{pull.num}-{status}", "type": "status-change", "createdAt": now()}
    return json_answer({"newStatus": event | {"author": {"name": account.name}, "data": {"status": status}}})
