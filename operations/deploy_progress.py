"""Condense the output of `cdk deploy` to the progress of each stack: start, resources, minutes, result, failures.

The CDK CLI (2.1148) prints a line per event of every stack, and nothing while a resource such as MWAA is created.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from operations.watched_process import QUESTION

_STARTED = re.compile(r"^(?P<stack>\S+): deploying\.\.\. \[(?P<number>\d+)/(?P<count>\d+)\]")
_EVENT = re.compile(
    r"^(?P<stack>\S+) \|\s*(?P<done>\d+)/(?P<total>\d+) \| [^|]+\| (?P<status>\w+)\s*\| (?P<type>\S+)\s*\| "
    r"(?P<name>\S+(?: \(\w+\))?)\s*(?P<reason>.*)$"
)
_FINISHED = re.compile(r"^✅\s+(?P<stack>\S+)(?P<unchanged> \(no changes\))?")
#: Names of stacks have hyphens, unlike the first word of other messages.
_FAILED = re.compile(r"^❌\s+(?P<stack>\w+-\S+) failed")
_ASSET = re.compile(r"^\S+: (?P<result>success|fail): ")
_STACK = "AWS::CloudFormation::Stack"
#: A resource that another one's failure cancelled is not the reason of a failure.
_CANCELLED = "cancelled"
_SECONDS_BETWEEN = 60


@dataclass
class StackProgress:
    """One stack: the resources that are done, those in progress by name, and the reasons of failures."""

    started: float
    result: str = "in progress"
    done: int = 0
    total: int = 0
    minutes: float = 0.0
    active: dict[str, str] = field(default_factory=dict)
    ended: set[tuple[str, str]] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)
    printed: float = 0.0


class DeployProgress:
    """Reads the lines of one deployment; `clock` returns seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._started = self._printed = clock()
        self._assets = 0
        self.stacks: dict[str, StackProgress] = {}

    def read(self, line: str) -> Iterator[str]:
        """Take a line of the CDK CLI and yield what a reader should see of it now."""
        if match := _STARTED.match(line):
            now = self._clock()
            self.stacks[match["stack"]] = StackProgress(started=now, printed=now)
            yield f"{match['stack']}: started, stack {match['number']} of {match['count']}"
        elif match := _EVENT.match(line):
            yield from self._event(match)
        elif match := _FINISHED.match(line):
            yield self._end(match["stack"], "unchanged" if match["unchanged"] else "deployed")
        elif match := _FAILED.match(line):
            yield self._end(match["stack"], "failed")
        elif match := _ASSET.match(line):
            self._assets += 1
            yield from (line,) if match["result"] == "fail" else self.waiting()
        elif line.startswith("❌") or QUESTION in line:
            yield line

    def waiting(self) -> Iterator[str]:
        """Yield the state of each stack in progress, and of the assets before, unless it was shown a minute ago."""
        now = self._clock()
        if not self.stacks and now - self._printed >= _SECONDS_BETWEEN:
            self._printed = now
            minutes = (now - self._started) / 60
            yield f"files and images: {self._assets} built or uploaded after {minutes:.0f} min"
        for name, stack in self.stacks.items():
            if stack.result == "in progress" and now - stack.printed >= _SECONDS_BETWEEN:
                yield self._state(name, stack)

    def _event(self, event: re.Match[str]) -> Iterator[str]:
        now = self._clock()
        stack = self.stacks.setdefault(event["stack"], StackProgress(started=now, printed=now))
        stack.done, stack.total = int(event["done"]), int(event["total"])
        phase, _, state = event["status"].partition("_")
        key = f"{event['type']} {event['name']}"
        if event["type"] == _STACK:
            if event["status"].endswith("ROLLBACK_IN_PROGRESS"):
                yield f"{event['stack']}: rolling back"
        elif state == "IN_PROGRESS" and (phase, key) not in stack.ended:
            stack.active[key] = event["type"]
        elif state in ("COMPLETE", "FAILED"):
            stack.active.pop(key, None)
            stack.ended.add((phase, key))
            if state == "FAILED" and _CANCELLED not in event["reason"]:
                stack.failures.append(f"{key}: {event['reason']}")
                yield f"{event['stack']}: {event['status']} {stack.failures[-1]}"
        yield from self.waiting()

    def _state(self, name: str, stack: StackProgress) -> str:
        stack.printed = self._clock()
        minutes = (stack.printed - stack.started) / 60
        types = sorted(set(stack.active.values()))
        waits = f", in progress: {', '.join(types)}" if types else ""
        return f"{name}: {stack.done} of {stack.total} resources after {minutes:.0f} min{waits}"

    def _end(self, name: str, result: str) -> str:
        stack = self.stacks.setdefault(name, StackProgress(started=self._clock()))
        stack.result, stack.minutes = result, (self._clock() - stack.started) / 60
        return f"{name}: {result} after {stack.minutes:.1f} min"


def where_to_look(progress: DeployProgress, environment: str, log: str) -> Iterator[str]:
    """Yield the reason of each failed stack, where more is said, and what to do next."""
    failed = {name: stack for name, stack in progress.stacks.items() if stack.result == "failed"}
    for name, stack in failed.items():
        yield f"{name} failed: {'; '.join(stack.failures) or 'no resource failed, see the log'}"
        yield f"  events: aws cloudformation describe-stack-events --stack-name {name}"
    if failed:
        yield f"  complete output: {log}; failures and their causes: docs/deploy.md"
        yield f"  next: remove the cause, then `make deploy ENV={environment}` again, which continues"
