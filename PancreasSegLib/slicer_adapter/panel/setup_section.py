"""Setup: is the engine ready, installing PyTorch, a report for questions."""

from __future__ import annotations

from slicer.i18n import tr as _

from PancreasSegLib.slicer_adapter.panel.host import Host
from PancreasSegLib.slicer_adapter.panel.telling import allow, tell, told_in
from PancreasSegLib.slicer_adapter.run.diagnostics import diagnostics
from PancreasSegLib.slicer_adapter.run.engine_probe import EngineProbe
from PancreasSegLib.slicer_adapter.run.python_command import python_command
from PancreasSegLib.slicer_adapter.run.torch_installation import install_torch


class SetupSection:
    """Folded when the engine is ready."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._ui = host.ui
        self._was_ready: bool | None = None
        self.probe = EngineProbe(python_command())
        self._ui.installTorchButton.connect("clicked()", self._install)
        self._ui.diagnosticsButton.connect("clicked()", self._copy_diagnostics)

    def update(self) -> None:
        """Show the state of the engine; open only where there is something to do."""
        state = self.probe.state
        if state.is_ready != self._was_ready:
            self._was_ready = state.is_ready
            self._ui.setupCollapsibleButton.collapsed = state.is_ready
        self._ui.engineLabel.text = state.sentence
        self._ui.installTorchButton.setVisible(not state.is_ready)
        reason = _("A segmentation is running; wait for its end.")
        allow(
            self._ui.installTorchButton,
            reason if self._host.is_running else None,
            _("Asks first, then downloads PyTorch (0.2 to 3 GB) by the PyTorch extension."),
        )

    def poll(self) -> None:
        """Look whether the devices are known now."""
        if self.probe.poll():
            self._host.update()

    def close(self) -> None:
        """Stop looking."""
        self.probe.close()

    def _install(self) -> None:
        with told_in(self._ui.setupMessageLabel):
            if not install_torch():
                return
        self.probe.close()
        self.probe = EngineProbe(python_command())
        self._host.update()

    def _copy_diagnostics(self) -> None:
        self._host.dialogs.copy(diagnostics(self.probe.state))
        tell(self._ui.setupMessageLabel, _("The diagnostics report is in the clipboard."))
