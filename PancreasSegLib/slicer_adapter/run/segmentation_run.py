"""One segmentation: from the scan's node through the worker to the nodes of the result."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from slicer.i18n import tr as _

from PancreasSegLib.errors import InputError, PancreasSegError
from PancreasSegLib.segmenter.job import Job
from PancreasSegLib.segmenter.progress import Progress
from PancreasSegLib.slicer_adapter.nodes.node_argument import refuse_what_is_no_node
from PancreasSegLib.slicer_adapter.nodes.probability_node import (
    put_probability,
    set_probability_aside,
)
from PancreasSegLib.slicer_adapter.nodes.report import put_report
from PancreasSegLib.slicer_adapter.nodes.roi_node import roi_from_node
from PancreasSegLib.slicer_adapter.nodes.segmentation_node import put_result, refuse_unfit_output
from PancreasSegLib.slicer_adapter.nodes.sequence_item import shown_item
from PancreasSegLib.slicer_adapter.nodes.transforms import is_bent
from PancreasSegLib.slicer_adapter.nodes.unchanged import unchanged_on_failure
from PancreasSegLib.slicer_adapter.nodes.upright import is_sheared
from PancreasSegLib.slicer_adapter.nodes.volume_node import (
    own_grid,
    volume_from_node,
    world_grid,
)
from PancreasSegLib.slicer_adapter.run.python_command import python_command
from PancreasSegLib.worker.client import SECONDS_BETWEEN_POLLS, WorkerClient
from PancreasSegLib.worker.events import Done, Event, Failed


@dataclass(frozen=True, eq=False)
class SegmentedScan:
    """The nodes of a result, and the engine's report (`Report.as_dict`).

    Where the scan is a sequence's, the report has `sequence_item`, the `shown_item` of the start.
    """

    segmentation_node: Any
    segment_id: str
    probability_node: Any
    report: dict[str, Any]

    @property
    def found(self) -> bool:
        """False if no pancreas was found; the segment is then empty."""
        return bool(self.report["found"])


def job_of(volume_node: Any, roi_node: Any = None, **how: Any) -> Job:
    """The job to segment a scan of the scene, inside a region of interest if there is one.

    how: the other fields of `Job`. Raises InputError as `volume_from_node` and `roi_from_node`.
    """
    scan = volume_from_node(volume_node)
    region = None if roi_node is None else roi_from_node(roi_node, volume_node)
    return Job(scan, region=region, **how)


@dataclass(frozen=True)
class Callbacks:
    """Who is told, in the thread that polls; a cancelled run has failed with `Cancelled`."""

    progress: Callable[[Progress], None] | None = None
    done: Callable[[SegmentedScan], None] | None = None
    failed: Callable[[PancreasSegError], None] | None = None


class SegmentationRun:
    """Starts a segmentation; `poll` it until it is not running any more, or `wait`.

    Nodes are made only when all is done: cancelled or failed, it leaves the scene as it was. Where
    a bug ends it, the error that is told has the bug's exception as its `__cause__`.

    volume_node: that of the job's scan (`job_of`). segmentation_node: takes the result.

    Raises PancreasSegError if it cannot be started: `refuse_unfit_output`, `Job.check`,
    `WorkerClient.start`.
    """

    def __init__(
        self,
        job: Job,
        volume_node: Any,
        segmentation_node: Any = None,
        callbacks: Callbacks | None = None,
    ) -> None:
        if segmentation_node is not None:
            refuse_what_is_no_node(segmentation_node)
            refuse_unfit_output(segmentation_node, volume_node)
        job.check()
        self._volume_node = volume_node
        self._grid, self._was_bent = job.scan.grid, is_bent(volume_node)
        self._own_grid = own_grid(volume_node)
        self._item = shown_item(volume_node)  # now: another one may be shown at the end
        self._segmentation_node = segmentation_node
        self._callbacks = callbacks or Callbacks()
        self._outcome: SegmentedScan | PancreasSegError | None = None
        self._untold: deque[Event] = deque()
        self._client = WorkerClient(python_command())
        self._client.start(job)

    @property
    def is_running(self) -> bool:
        """True until `poll` has told the end."""
        return self._outcome is None

    @property
    def log(self) -> str:
        """What the child wrote, the last part of it if it is long."""
        return self._client.log

    @property
    def pid(self) -> int | None:
        """The child's process number."""
        return self._client.pid

    def poll(self) -> None:
        """Tell what is new, and put the result into the scene when it is there; never waits.

        An exception of a callback is the caller's: the next `poll` goes on behind it.
        """
        self._untold.extend(self._client.poll())
        while self._untold:
            match event := self._untold.popleft():
                case Progress():
                    if self._callbacks.progress is not None:
                        self._callbacks.progress(event)
                case Failed(error):
                    self._fail(error)
                case Done():
                    self._finish()

    def wait(
        self,
        progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> SegmentedScan:
        """Poll to the end, without an event loop; raises the PancreasSegError of a failed run."""
        if progress is not None:
            self._callbacks = Callbacks(progress, self._callbacks.done, self._callbacks.failed)
        try:
            while self.is_running:
                if cancelled is not None and cancelled():
                    self.cancel()
                self.poll()
                time.sleep(SECONDS_BETWEEN_POLLS)
        finally:
            self.close()
        return self.result()

    def result(self) -> SegmentedScan:
        """What came out; raises the PancreasSegError of a run that failed or goes on."""
        if isinstance(self._outcome, SegmentedScan):
            return self._outcome
        raise self._outcome or PancreasSegError(_("The segmentation has not ended yet."))

    def cancel(self) -> None:
        """End the child and its children within two seconds; `poll` then tells it."""
        self._client.cancel()

    def close(self) -> None:
        """End it at once without a word, if it still runs: the scene is closed, or Slicer is."""
        self._client.close()
        if self._outcome is None:
            self._outcome = PancreasSegError(_("The segmentation was given up."))

    def _finish(self) -> None:
        try:
            self._outcome = self._put_into_scene()
        except PancreasSegError as error:
            self._fail(error.with_traceback(None))  # its frames hold the arrays, and it is kept
            return
        except Exception as error:  # a bug, here or in Slicer: the run ends all the same
            self._fail(_with_its_cause(error))
            return
        if self._callbacks.done is not None:
            self._callbacks.done(self._outcome)

    def _put_into_scene(self) -> SegmentedScan:
        result = self._client.result()
        node = self._volume_node
        if node.GetScene() is None:
            raise InputError(
                _("The volume was removed while it was segmented, so the result was dropped.")
            )
        self._refuse_what_was_bent_meanwhile()
        self._refuse_another_item_elsewhere()
        given = self._segmentation_node
        given = None if given is None or given.GetScene() is None else given
        report = _with_a_word_on_shear(result.report, node)
        if self._item is not None:
            report = {**report, "sequence_item": self._item}
        with unchanged_on_failure(node.GetScene(), given):
            segmentation_node, segment_id = put_result(node, result, given)
            put_report(segmentation_node, report)
            probability = None
            if result.probability is not None:
                probability = put_probability(node, result)
            else:
                set_probability_aside(node)
        return SegmentedScan(segmentation_node, segment_id, probability, report)

    def _refuse_what_was_bent_meanwhile(self) -> None:
        """Under linear transforms the voxels stay what they were; a bent scan has others."""
        node = self._volume_node
        if not (self._was_bent or is_bent(node)) or world_grid(node).is_same_as(self._grid):
            return
        raise InputError(
            _("The volume '{name}' was moved while it was segmented; segment it again.").format(
                name=node.GetName()
            )
        )

    def _refuse_another_item_elsewhere(self) -> None:
        """To show another item of a sequence gives its place to the same node."""
        node = self._volume_node
        if self._item is None or own_grid(node).is_same_as(self._own_grid):
            return
        raise InputError(
            _(
                "The volume '{name}' shows another item of its sequence, which lies elsewhere than "
                "the segmented one; segment it again, and let it be shown."
            ).format(name=node.GetName())
        )

    def _fail(self, error: PancreasSegError) -> None:
        self._outcome = error
        if self._callbacks.failed is not None:
            self._callbacks.failed(error)


def _with_its_cause(bug: Exception) -> PancreasSegError:
    """A sentence for the user, with the exception that shows where it happened as its cause."""
    error = PancreasSegError(
        _(
            "The result could not be put into the scene ({kind}: {reason}), which is as it was; "
            "please report it with the log and the diagnostics."
        ).format(kind=type(bug).__name__, reason=bug)
    )
    error.__cause__ = bug
    return error


def _with_a_word_on_shear(report: dict[str, Any], node: Any) -> dict[str, Any]:
    if not is_sheared(own_grid(node)):
        return report
    warning = _(
        "The scan's voxels are sheared (a tilted gantry): the result lies on an upright grid of "
        "the same spacing, because Slicer cannot show a sheared segmentation."
    )
    return {**report, "warnings": [*report["warnings"], warning]}
