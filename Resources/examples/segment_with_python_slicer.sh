#!/bin/sh
# Segment a scan with Slicer's Python, without Slicer's application and without installing anything:
#
#   PYTHON_SLICER=/opt/Slicer/bin/PythonSlicer sh segment_with_python_slicer.sh SCAN -o MASK
#
# Everything that `pancreasseg segment` understands can follow. PyTorch must be in Slicer's Python:
# install it once in Slicer, by the module's button.
set -eu
source_tree=$(cd "$(dirname "$0")/../.." && pwd)
PYTHONPATH="$source_tree${PYTHONPATH:+:$PYTHONPATH}"
export PYTHONPATH
exec "${PYTHON_SLICER:-PythonSlicer}" -m PancreasSegLib segment "$@"
