"""The training log: one JSON line an event, and its picture `progress.png`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PancreasSegLib.files.atomic_file import atomic_file


class Log:
    """Appends events to `log.jsonl` in `folder` and draws `progress.png` from them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "log.jsonl"

    def add(self, **event: Any) -> None:
        """Append one event."""
        with self.path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(event) + "\n")

    def events(self) -> list[dict[str, Any]]:
        """All events so far; a line cut short by a kill is left out."""
        if not self.path.is_file():
            return []
        events = []
        for line in self.path.read_text(encoding="utf-8").splitlines():
            try:
                events.append(json.loads(line))
            except json.JSONDecodeError:
                continue
        return events

    def forget_after(self, stage: str, step: int) -> None:
        """Drop the events of `stage` after `step`: a resumed run makes them again."""
        kept = [e for e in self.events() if e.get("stage") != stage or e.get("step", 0) <= step]
        with atomic_file(self.path) as unfinished:
            unfinished.write_text("".join(json.dumps(e) + "\n" for e in kept), encoding="utf-8")

    def draw(self) -> None:
        """Draw loss and, if there is any, validation Dice over the steps, one column a stage."""
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib import pyplot

        events = self.events()
        stages = list(dict.fromkeys(e["stage"] for e in events if "loss" in e))
        if not stages:
            return
        rows = 2 if any("dice" in e for e in events) else 1
        size = (4.5 * len(stages), 3 * rows)
        figure, axes = pyplot.subplots(rows, len(stages), figsize=size, squeeze=False, sharex="col")
        for column, stage in enumerate(stages):
            of_stage = [e for e in events if e.get("stage") == stage]
            losses = [(e["step"], e["loss"]) for e in of_stage if "loss" in e]
            scores = [(e["step"], e["dice"]) for e in of_stage if "dice" in e]
            axes[0, column].plot(*zip(*losses, strict=True), linewidth=0.8)
            axes[0, column].set(title=stage, ylabel="loss", ylim=(0, None))
            axes[-1, column].set(xlabel="step")
            if rows == 2:
                axes[1, column].plot([s for s, _ in scores], [d for _, d in scores], marker=".")
                axes[1, column].set(ylabel="validation Dice", ylim=(0, 1))
        figure.tight_layout()
        with atomic_file(self.folder / "progress.png", ".png") as unfinished:
            figure.savefig(unfinished, dpi=80)
        pyplot.close(figure)
