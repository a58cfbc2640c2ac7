"""Is the engine ready, and on which devices? Asked in a child process: importing PyTorch takes
seconds, and Slicer's window does not wait for it."""

from __future__ import annotations

import importlib.metadata
import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from slicer.i18n import tr as _

PROBE = """
import json, subprocess, torch
count = torch.cuda.device_count() if torch.cuda.is_available() else 0
try:
    asked = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    answer = subprocess.run(asked, capture_output=True, text=True, timeout=20).stdout
except (OSError, subprocess.TimeoutExpired):
    answer = ""
print(json.dumps({
    "torch": str(torch.__version__),
    "devices": [torch.cuda.get_device_name(number) for number in range(count)],
    "driver": answer.partition("\\n")[0].strip(),
}))
"""


@dataclass(frozen=True)
class EngineState:
    """What is known of the engine on this computer.

    torch: PyTorch's version; None if it is not installed.
    devices: names of the CUDA devices; None while they are being looked for.
    driver: of the graphics card, "" without one.
    problem: a sentence if PyTorch is installed, and it or Python does not work.
    """

    torch: str | None
    devices: tuple[str, ...] | None = None
    driver: str = ""
    problem: str = ""

    @property
    def is_ready(self) -> bool:
        """True if a segmentation can be started."""
        return self.torch is not None and not self.problem

    @property
    def sentence(self) -> str:
        """For the setup line."""
        if self.torch is None:
            return _("The engine is not ready: PyTorch is not installed.")
        if self.problem:
            return self.problem
        if self.devices is None:
            return _("Engine ready: PyTorch {version}; looking for graphics cards...").format(
                version=self.torch
            )
        where = ", ".join(self.devices) or _("CPU")
        return _("Engine ready: PyTorch {version} on {device}.").format(
            version=self.torch, device=where
        )


def installed_torch() -> str | None:
    """PyTorch's version, without importing it; None if it is not installed."""
    try:
        return importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        return None


class EngineProbe:
    """Looks for PyTorch at once and for its devices meanwhile: `poll` until it is not running."""

    def __init__(self, python: Sequence[str]) -> None:
        self.state = EngineState(installed_torch())
        self._process: subprocess.Popen[str] | None = None
        if self.state.torch is not None:
            try:
                self._process = _started(python)
            except OSError as error:
                self.state = replace(self.state, problem=_not_started(python[0], error))

    @property
    def is_running(self) -> bool:
        """True until the devices are known."""
        return self._process is not None

    def poll(self) -> bool:
        """True if the state is another one now; never waits."""
        if self._process is None or self._process.poll() is None:
            return False
        output = self._process.communicate()[0]
        self._process = None
        self.state = self._told(output)
        return True

    def close(self) -> None:
        """End it, if it still runs."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _told(self, output: str) -> EngineState:
        try:
            answer: dict[str, Any] = json.loads(output.splitlines()[-1])
            return EngineState(answer["torch"], tuple(answer["devices"]), answer["driver"])
        except (ValueError, LookupError, TypeError):
            broken = _("PyTorch {version} is installed but cannot be loaded; install it again.")
            return replace(self.state, problem=broken.format(version=self.state.torch))


def _started(python: Sequence[str]) -> subprocess.Popen[str]:
    """The child that looks; OSError if that Python cannot be started."""
    return subprocess.Popen(
        [*python, "-P", "-c", PROBE],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        errors="replace",
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _not_started(python: str, error: OSError) -> str:
    return _(
        "The engine is not ready: Slicer's Python, {python}, cannot be started ({reason}). Start "
        "Slicer by the program Slicer in its own folder; if that does not help, install Slicer "
        "again."
    ).format(python=python, reason=error.strerror)
