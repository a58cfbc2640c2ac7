"""Installing PyTorch, only by Slicer's PyTorch extension and only when the user wants it."""

from __future__ import annotations

from slicer.i18n import tr as _

from PancreasSegLib.errors import PancreasSegError

REQUIREMENT = ">=2.4"


def install_torch() -> bool:
    """Let the PyTorch extension ask and install; False if the user does not want it.

    It downloads, and it shows its own dialogs: call it from the main thread.

    Raises PancreasSegError if the extension is not there or the installation fails.
    """
    try:
        from PyTorchUtils import PyTorchUtilsLogic  # type: ignore[import-not-found]
    except ImportError as error:
        raise PancreasSegError(
            _(
                "The PyTorch extension is not installed; install it with Slicer's Extensions "
                "Manager, restart Slicer and try again."
            )
        ) from error
    try:
        torch = PyTorchUtilsLogic().installTorch(
            askConfirmation=True, torchVersionRequirement=REQUIREMENT
        )
    except Exception as error:  # pip and the network fail in many ways
        raise PancreasSegError(
            _("PyTorch could not be installed ({reason}); is there a network connection?").format(
                reason=error
            )
        ) from error
    return torch is not None
