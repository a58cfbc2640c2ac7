"""The Slicer module PancreasSeg: registration, parameter node, and Qt for the panel.

What the panel does is in `PancreasSegLib/slicer_adapter/panel`; nothing of it is imported before
the module is opened or used, so that Slicer starts as fast as without it.
"""

# ruff: noqa: N802, N815 - Slicer calls us by its own style of names

import sys
from pathlib import Path
from typing import Annotated, ClassVar, Union

import qt
import slicer
import slicer.util
from slicer import (
    vtkMRMLLabelMapVolumeNode,
    vtkMRMLMarkupsROINode,
    vtkMRMLScalarVolumeNode,
    vtkMRMLSegmentationNode,
)
from slicer.i18n import tr as _
from slicer.i18n import translate
from slicer.parameterNodeWrapper import WithinRange, parameterNodeWrapper
from slicer.ScriptedLoadableModule import (
    ScriptedLoadableModule,
    ScriptedLoadableModuleLogic,
    ScriptedLoadableModuleTest,
    ScriptedLoadableModuleWidget,
)
from vtkmodules.util.misc import calldata_type
from vtkmodules.util.vtkConstants import VTK_OBJECT

POLL_MILLISECONDS = 100


def find_library() -> None:
    """In a source tree only this folder is on Python's path, and PancreasSegLib lies beside it.

    Installed, PancreasSegLib lies in this folder, and nothing is to do.
    """
    source_tree = Path(__file__).resolve().parents[1]
    is_one = (source_tree / "PancreasSegLib" / "__init__.py").is_file()
    if is_one and str(source_tree) not in sys.path:
        sys.path.insert(0, str(source_tree))


find_library()


class PancreasSeg(ScriptedLoadableModule):
    """What Slicer shows of the module before it is opened."""

    def __init__(self, parent):
        ScriptedLoadableModule.__init__(self, parent)
        parent.title = _("Pancreas segmentation")
        parent.categories = [translate("qSlicerAbstractCoreModule", "Segmentation")]
        parent.dependencies = []
        parent.contributors = ["The PancreasSeg authors"]
        parent.helpText = _(
            "Finds the pancreas in an abdominal CT, measures it, and compares it with a reference. "
            "For research, not for diagnosis."
        )
        parent.acknowledgementText = _(
            "The method: J. Cai, L. Lu, Y. Xie, F. Xing, L. Yang: Improving deep pancreas "
            "segmentation in CT and MRI images via recurrent neural contextual learning and direct "
            "loss function, MICCAI 2017, arXiv 1707.04912."
        )
        slicer.app.connect("startupCompleted()", register_sample_data)
        slicer.app.connect("startupCompleted()", offer_logic)


def register_sample_data():
    """Offer the synthetic CT in the Sample Data module, where this Slicer has it."""
    try:
        from SampleData import SampleDataLogic
    except ImportError:
        return
    SampleDataLogic.registerCustomSampleDataSource(
        category="PancreasSeg",
        sampleName="PancreasSegSyntheticCT",
        uris="",  # Slicer insists on an address, and does not use it where there is a downloader
        nodeNames="Synthetic CT (not a patient)",
        thumbnailFileName=str(Path(__file__).parent / "Resources" / "Icons" / "PancreasSeg.png"),
        customDownloader=make_synthetic_sample,
    )


def make_synthetic_sample(_source=None):
    """Make the phantom's scan and its true pancreas; nothing is downloaded."""
    from PancreasSegLib.slicer_adapter.nodes.synthetic_sample import add_synthetic_scan

    volume, reference = add_synthetic_scan()
    slicer.util.setSliceViewerLayers(background=volume, fit=True)
    return [volume, reference]


def offer_logic():
    """Give `slicer.modules.pancreasseg.logic()` the methods of `PancreasSegLogic`.

    For a module in Python it is an empty object of C++; VTK keeps what Python adds to it.
    """
    logic = slicer.modules.pancreasseg.logic()
    own = PancreasSegLogic()
    logic.segment, logic.evaluate = own.segment, own.evaluate


@parameterNodeWrapper
class PancreasSegParameterNode:
    """What the panel remembers, saved with the scene.

    model: a bundled model's name, or the path of a manifest.
    device: auto, cpu, cuda:N.
    outputSegmentation: where the result goes, and is; None is a new one.
    referenceSegment: the id of a segment of `reference`; "" is the only one.
    """

    inputVolume: vtkMRMLScalarVolumeNode
    region: vtkMRMLMarkupsROINode
    model: str = "multiview-ct"
    device: str = "auto"
    outputSegmentation: vtkMRMLSegmentationNode
    keepProbability: bool = False
    opacity: Annotated[float, WithinRange(0, 1)] = 0.5
    smoothing: Annotated[float, WithinRange(0, 1)] = 0.5
    show3D: bool = True
    volumeRendering: bool = False
    probabilityOverlay: bool = False
    reference: Union[vtkMRMLSegmentationNode, vtkMRMLLabelMapVolumeNode, None] = None  # noqa: UP007 - Slicer
    referenceSegment: str = ""


class PancreasSegWidget(ScriptedLoadableModuleWidget, slicer.util.VTKObservationMixin):
    """Loads the widgets and tells the panel what happens in Slicer."""

    def __init__(self, parent=None):
        # The first calls `setup` where there is no parent.
        slicer.util.VTKObservationMixin.__init__(self)
        self.logic = None
        self.panel = None
        self._timer = None
        self._parameters = None
        self._connection = None
        ScriptedLoadableModuleWidget.__init__(self, parent)

    def setup(self):
        """Called once: when the module is opened, or a script asks for its logic.

        Without a window there is nobody to see a panel; it is built if it is opened nevertheless.
        """
        ScriptedLoadableModuleWidget.setup(self)
        self.logic = PancreasSegLogic()
        if slicer.util.mainWindow() is not None:
            self.build_panel()

    def build_panel(self):
        """Load the widgets, and connect them with the scene."""
        from PancreasSegLib.slicer_adapter.panel.panel import Panel

        widget = slicer.util.loadUI(self.resourcePath("UI/PancreasSeg.ui"))
        self.layout.addWidget(widget)
        self.ui = slicer.util.childWidgetVariables(widget)
        widget.setMRMLScene(slicer.mrmlScene)
        self.panel = Panel(self.ui, self.logic, DesktopDialogs(), slicer.app.userSettings())
        self._shortcuts = [
            self._shortcut(widget, "Ctrl+Return", self.start),
            self._shortcut(widget, "Ctrl+Enter", self.start),
            self._shortcut(widget, "Esc", self.panel.run.cancel),
        ]
        self.ui.segmentButton.connect("clicked()", self.take_escape)
        self._timer = qt.QTimer()
        self._timer.setInterval(POLL_MILLISECONDS)
        self._timer.connect("timeout()", self.poll)
        self._timer.start()
        scene, events = slicer.mrmlScene, slicer.vtkMRMLScene
        self.addObserver(scene, events.StartCloseEvent, self.onSceneStartClose)
        self.addObserver(scene, events.EndCloseEvent, self.onSceneEnd)
        self.addObserver(scene, events.EndImportEvent, self.onSceneEnd)
        self.addObserver(scene, events.NodeAddedEvent, self.onNodeAdded)
        self.addObserver(scene, events.NodeAboutToBeRemovedEvent, self.onNodeAboutToBeRemoved)
        self.useParameterNode()

    def enter(self):
        """Called when the user comes to the module: nodes may have been changed elsewhere."""
        if self.panel is None:
            self.build_panel()
        self.useParameterNode()
        self.poll()
        self.panel.update()
        self.panel.result.measure()

    def exit(self):
        """Called when the user leaves the module.

        Slicer's module panel then takes our item out of its layout without deleting it, and Qt,
        which keeps one item a widget, measures nothing anew for the next one: sections opened later
        would be squeezed. An empty item in its place is what the panel takes.
        """
        if not is_in_module_panel(self.parent):
            return
        layout = self.parent.parentWidget().layout()
        place = layout.indexOf(self.parent)
        layout.removeWidget(self.parent)
        layout.insertSpacing(place, 0)

    def cleanup(self):
        """Called when the module is reloaded, and when Slicer ends."""
        if self.panel is None:
            return
        self._timer.stop()
        for shortcut in self._shortcuts:  # the old panel may stay; two of a kind would do nothing
            shortcut.enabled = False
        self.removeObservers()
        self._leave_parameter_node()
        self.panel.close()

    def start(self):
        """Ctrl+Enter."""
        self.panel.run.start()
        self.take_escape()

    def poll(self):
        """Called by the timer, and once Slicer has read what it was loading."""
        if self._parameters is not None:
            self.panel.poll()
            self.take_escape()

    def take_escape(self):
        """Esc is left to others while there is nothing to cancel."""
        self._shortcuts[-1].enabled = self.panel.is_running

    @calldata_type(VTK_OBJECT)
    def onNodeAdded(self, _scene, _event, node):
        """A scan may have been loaded; its image may come after its node."""
        self.panel.add(node)
        qt.QTimer.singleShot(0, self.poll)

    @calldata_type(VTK_OBJECT)
    def onNodeAboutToBeRemoved(self, _scene, _event, node):
        """Before Slicer's node selectors hear of it."""
        self.panel.let_go(node)

    def onSceneStartClose(self, _caller=None, _event=None):
        """The nodes go away: nothing may hold them, and nothing may come into the next scene."""
        self._leave_parameter_node()
        self.panel.use(None)

    def onSceneEnd(self, _caller=None, _event=None):
        """The scene is empty, or another one was read, whose parameter node is now ours."""
        self._leave_parameter_node()
        self.useParameterNode()

    def useParameterNode(self):
        """Work with the scene's own parameter node, which is made if need be."""
        if self._parameters is not None:
            return
        self._parameters = self.logic.getParameterNode()
        self._connection = self._parameters.connectGui(self.ui)
        self.panel.use(self._parameters)
        # After the wrapper itself, which would else still tell the values of before.
        self.addObserver(
            self._parameters.parameterNode,
            "ModifiedEvent",
            self.onParametersModified,
            priority=-1.0,
        )

    def onParametersModified(self, _caller=None, _event=None):
        """The user, a script or a reloaded scene changed something."""
        self.panel.update()

    def _leave_parameter_node(self):
        if self._parameters is None:
            return
        self._parameters.disconnectGui(self._connection)
        self.removeObservers(self.onParametersModified)
        self._parameters = None

    @staticmethod
    def _shortcut(widget, keys, action):
        """Wherever the focus is, but only while the widget is seen: Qt disables the others."""
        shortcut = qt.QShortcut(qt.QKeySequence(keys), widget)
        shortcut.setContext(qt.Qt.ApplicationShortcut)
        shortcut.connect("activated()", action)
        return shortcut


def is_in_module_panel(widget):
    """Whether Slicer's own module panel shows `widget`, and not a module that embeds it."""
    while widget is not None and not widget.inherits("qSlicerModulePanel"):
        widget = widget.parentWidget()
    return widget is not None


class DesktopDialogs:
    """Qt's dialogs, by the names in `panel.host.Dialogs`."""

    def open_file(self, title, types):
        """A file that is there; "" if the user closes the dialog."""
        return qt.QFileDialog.getOpenFileName(slicer.util.mainWindow(), title, "", types)

    def open_folder(self, title):
        """A folder that is there; "" if the user closes the dialog."""
        return qt.QFileDialog.getExistingDirectory(slicer.util.mainWindow(), title)

    def save_file(self, title, name, types):
        """Where to write, with the whole ending of a type; "" if the user closes the dialog."""
        from PancreasSegLib.slicer_adapter.panel.save_dialog import type_of, with_ending

        dialog = qt.QFileDialog(slicer.util.mainWindow(), title, "", types)
        dialog.setAcceptMode(qt.QFileDialog.AcceptSave)
        dialog.selectNameFilter(type_of(name, types))
        dialog.selectFile(name)
        if not dialog.exec_():
            return ""
        typed = dialog.selectedFiles()[0]
        path = with_ending(typed, types, dialog.selectedNameFilter())
        # Qt has asked about a file of the typed name only.
        if path != typed and Path(path).exists():
            question = _("{path} is there already. Replace it?").format(path=path)
            return path if slicer.util.confirmYesNoDisplay(question) else ""
        return path

    def open_page(self, path):
        """Show a page (.html) in the browser; False where none opens."""
        return qt.QDesktopServices.openUrl(qt.QUrl.fromLocalFile(path))

    def copy(self, text):
        """Put a text into the clipboard."""
        qt.QApplication.clipboard().setText(text)


class PancreasSegLogic(ScriptedLoadableModuleLogic):
    """For scripts, with or without a window; the panel uses it, too."""

    _timers: ClassVar[list] = []
    """Of runs that go on, also when nobody holds their logic any more."""

    def getParameterNode(self):
        """The scene's typed parameter node."""
        return PancreasSegParameterNode(super().getParameterNode())

    def segment(
        self,
        volumeNode,
        roiNode=None,
        model="multiview-ct",
        device="auto",
        segmentationNode=None,
        progress=None,
        cancelled=None,
        keepProbability=False,
        onProgress=None,
        onDone=None,
        onFailed=None,
    ):
        """Segment the pancreas in a child process, and put the result into the scene.

        segmentationNode: takes the result; if its own was edited, that is kept, and a new
        segmentation is made.

        Blocking: returns a `SegmentedScan` (segmentation_node, segment_id, probability_node,
        report, found); calls progress(Progress) and asks cancelled(); raises a PancreasSegError
        whose text is a sentence for the user.

        With any of onProgress(Progress), onDone(SegmentedScan), onFailed(PancreasSegError): returns
        at once a `SegmentationRun`, which Slicer's event loop polls; without one, call its
        `wait()`. It raises a PancreasSegError if it cannot be started.
        """
        from PancreasSegLib.slicer_adapter.run.segmentation_run import (
            Callbacks,
            SegmentationRun,
            job_of,
        )

        job = job_of(
            volumeNode, roiNode, model=model, device=device, keep_probability=keepProbability
        )
        callbacks = Callbacks(onProgress, onDone, onFailed)
        run = SegmentationRun(job, volumeNode, segmentationNode, callbacks)
        if onProgress is None and onDone is None and onFailed is None:
            return run.wait(progress, cancelled)
        self._pollByTimer(run)
        return run

    def evaluate(self, segmentationNode, referenceNode, segmentId=None, referenceSegmentId=None):
        """Compare a result with a reference, and put tables, plot and disagreement into the scene.

        segmentId: our own result if None. referenceSegmentId: needed if the reference is a
        segmentation with several segments, or a label volume with several labels (its number).
        Returns an `Evaluation` and its `EvaluationNodes`; raises a PancreasSegError whose
        text is a sentence for the user.
        """
        from PancreasSegLib.slicer_adapter.nodes.comparison import compare
        from PancreasSegLib.slicer_adapter.nodes.node_argument import refuse_what_is_no_node
        from PancreasSegLib.slicer_adapter.nodes.segments import find_segment
        from PancreasSegLib.slicer_adapter.nodes.terminology import RESULT

        for node in (segmentationNode, referenceNode):
            refuse_what_is_no_node(node)
        if segmentId is None and isinstance(segmentationNode, vtkMRMLSegmentationNode):
            segmentId = find_segment(segmentationNode, RESULT)
        if referenceSegmentId is not None:
            referenceSegmentId = str(referenceSegmentId)
        return compare(segmentationNode, segmentId, referenceNode, referenceSegmentId)

    def _pollByTimer(self, run):
        timer = qt.QTimer()

        def poll():
            run.poll()
            if not run.is_running:
                timer.stop()
                self._timers.remove(timer)

        timer.setInterval(POLL_MILLISECONDS)
        timer.connect("timeout()", poll)
        timer.start()
        self._timers.append(timer)


class PancreasSegTest(ScriptedLoadableModuleTest):
    """Runs in Slicer: the logic for real, on the synthetic CT."""

    def setUp(self):
        """Begin with an empty scene."""
        slicer.mrmlScene.Clear()

    def runTest(self):
        """All tests, in their order."""
        self.setUp()
        self.test_the_synthetic_pancreas_is_found_and_measured()

    def test_the_synthetic_pancreas_is_found_and_measured(self):
        """From the sample data to the comparison."""
        volume, reference = make_synthetic_sample()
        logic = PancreasSegLogic()
        self.delayDisplay(_("Segmenting the synthetic CT..."))
        segmented = logic.segment(volume)
        self.assertTrue(segmented.found)
        evaluation, _nodes = logic.evaluate(segmented.segmentation_node, reference)
        self.assertGreater(evaluation.dice, 0.85)  # it reaches 0.91
        self.delayDisplay(_("Test passed: DSC {dice:.2f}").format(dice=evaluation.dice))
