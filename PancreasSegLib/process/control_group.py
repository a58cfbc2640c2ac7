"""What Linux lets a container, or a job of a cluster, take: the limits of its control group."""

from __future__ import annotations

from pathlib import Path

OWN_GROUP = Path("/proc/self/cgroup")
GROUPS = Path("/sys/fs/cgroup")

_CACHE = ("inactive_file", "active_file")  # the second was read more than once: it goes later


def group_free_bytes(own_group: Path = OWN_GROUP, groups: Path = GROUPS) -> int | None:
    """The least that the group of this process, and each group around it, has left of its memory.

    Its file cache counts as free. None where there is no limit, or no control groups of version 2.
    """
    if not own_group.is_file():
        return None
    lines = own_group.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    paths = [line.removeprefix("0::/") for line in lines if line.startswith("0::/")]
    if not paths:
        return None
    # In a container the own path may be the host's, which is not there; its limit is at the top.
    around = [groups / paths[0], *(groups / paths[0]).parents]
    inside = [group for group in around if group.is_relative_to(groups)]
    free = [left for group in inside if (left := _left(group)) is not None]
    return min(free, default=None)


def _left(group: Path) -> int | None:
    try:
        limit = (group / "memory.max").read_text(encoding="ascii").strip()
        if limit == "max":
            return None
        used = int((group / "memory.current").read_text(encoding="ascii"))
        counts = (group / "memory.stat").read_text(encoding="ascii").splitlines()
    except OSError:  # the topmost group has none of these files
        return None
    parts = {name: int(count) for name, count in (line.split() for line in counts)}
    cache = sum(parts.get(name, 0) for name in _CACHE)
    return max(int(limit) - used + cache, 0)
