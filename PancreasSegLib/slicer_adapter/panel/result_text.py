"""Progress and results in words."""

from __future__ import annotations

from typing import Any

from slicer.i18n import tr as _

from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.slicer_adapter.nodes.evaluation_nodes import (
    DICE,
    REFERENCE_OUTSIDE,
    RESULT_BEYOND,
    EvaluationNodes,
    metric,
)
from PancreasSegLib.slicer_adapter.panel.translating import translated


def progress_text(progress: Progress) -> str:
    """ "Segmenting slices, about 12 s left"."""
    if progress.seconds_left is None:
        return f"{translated(progress.step)}..."
    left = round(progress.seconds_left)
    time = _("{seconds} s").format(seconds=left)
    if left >= 120:
        time = _("{minutes} min").format(minutes=round(left / 60))
    return _("{step}, about {time} left").format(step=translated(progress.step), time=time)


def result_text(volume_ml: float, report: dict[str, Any] | None, is_edited: bool = False) -> str:
    """Lines on a result: its volume as it is now, and the engine's report on how it came out.

    Its warnings are apart: `ResultWarnings`.

    report: None where it was not saved with the segmentation. is_edited: by hand, since the run.
    """
    if report is None:
        return _("Volume: {ml:.1f} ml").format(ml=volume_ml)
    if not report["found"] and volume_ml == 0:
        lines = [_("No pancreas was found.")]
    else:
        lines = _measured(volume_ml, report, is_edited)
    if "sequence_item" in report:
        lines.append(
            _("Item {number} of {count} of the sequence").format(**report["sequence_item"])
        )
    lines.append(
        _("Model {model} on {device}.").format(
            model=report["model"]["name"], device=report["device"]
        )
    )
    if report.get("rung", "as planned") != "as planned":  # older reports do not tell it
        lines.append(_("Its memory was short: {rung}.").format(rung=report["rung"]))
    return "\n".join(lines)


def comparison_text(nodes: EvaluationNodes) -> str:
    """What came out of a comparison, and what of the two could not be compared."""
    sentences = [
        _("DSC {dice:.2f}. Missed is blue, extra is red.").format(dice=metric(nodes, DICE))
    ]
    beyond, outside = metric(nodes, RESULT_BEYOND), metric(nodes, REFERENCE_OUTSIDE)
    if beyond > 0:
        sentences.append(
            _(
                "{percent} % of the result lies beyond the reference's field of view and counts as "
                "extra: compare with a reference of the whole scan."
            ).format(percent=_percent(beyond))
        )
    if outside > 0:
        sentences.append(
            _("{percent} % of the reference lies outside the scan and was not compared.").format(
                percent=_percent(outside)
            )
        )
    return " ".join(sentences)


def _percent(value: float) -> str:
    """Two digits; a little is never called nothing."""
    return f"{max(value, 0.1):.1f}" if value < 10 else f"{value:.0f}"


def _measured(volume_ml: float, report: dict[str, Any], is_edited: bool) -> list[str]:
    lines = [_("Volume: {ml:.1f} ml").format(ml=volume_ml)]
    if is_edited:
        lines.append(
            _("Edited: the engine's own result was {ml:.1f} ml.").format(ml=report["volume_ml"])
        )
    elif report["intensity_mean"] is not None:
        lines.append(
            _("Mean {mean:.0f} ± {sd:.0f} {unit}").format(
                mean=report["intensity_mean"],
                sd=report["intensity_sd"],
                unit=report["intensity_unit"],
            )
        )
    return lines
