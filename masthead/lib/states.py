"""States and the ways between them: a machine is a mapping from each state to those it may become."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping

Moves = Mapping[str, tuple[str, ...]]


class IllegalMove(Exception):  # noqa: N818 (said of the move, not of the code)
    """There is no way from the one state to the other."""


def way(moves: Moves, start: str, goal: str) -> list[str]:
    """The shortest allowed way between two states, without the start. Raises IllegalMove if there is none."""
    seen = {start}
    queue: deque[tuple[str, list[str]]] = deque([(start, [])])
    while queue:
        state, path = queue.popleft()
        if state == goal:
            return path
        for after in moves[state]:
            if after not in seen:
                seen.add(after)
                queue.append((after, [*path, after]))
    raise IllegalMove(f"{start} → {goal}")
