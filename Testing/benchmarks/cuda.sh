#!/usr/bin/env bash
# What PancreasSeg does on a CUDA device, in less than ten minutes on a bare machine:
# the tests marked `cuda`, `speed.py` with the bundled models, and the 3D network's training.
#
#     python3 Testing/benchmarks/cuda_data.py ../shared/data/ct_volumes     # once, where the scans are
#     Testing/benchmarks/cuda.sh
#
# The first command makes runs/cuda/data.tar, which goes to that machine with the checkout; without
# it nothing is trained. The last lines are steps a second and peak memory. All is kept in runs/cuda:
# the same command goes on with the training. To be set, if need be:
#
#     DEVICE=cpu       to try the script where there is no CUDA
#     MINUTES=9        after so many the training stops
#     FOLDS="0 1"      which folds are trained, as far as the time goes (all four)
#     PYTHON=python3   a Python 3.11 to 3.13; what it lacks is installed into .venv, by pip
#     WHEELS=folder    where pip finds its packages without a network
set -euo pipefail
cd "$(dirname "$0")/../.."

device=${DEVICE:-cuda}
read -ra folds <<<"${FOLDS:-0 1 2 3}"
ends=$((SECONDS + ${MINUTES:-9} * 60))
here=runs/cuda
failed=()

say() { printf '\n== %s (%d s)\n' "$*" "$SECONDS"; }

# Sets `python` to one that has all that is needed.
find_python() {
  local needed='import torch, SimpleITK, vtkmodules, matplotlib, pytest, xdist, hypothesis'
  python=${PYTHON:-python3}
  if "$python" -c "$needed" 2>/dev/null; then return; fi
  if [ ! -x .venv/bin/python ]; then "$python" -m venv --system-site-packages .venv; fi
  python=$PWD/.venv/bin/python
  if "$python" -c "$needed" 2>/dev/null; then return; fi
  local from=()
  if [ -n "${WHEELS:-}" ]; then from=(--no-index --find-links "$WHEELS"); fi
  "$python" -m pip install -q "${from[@]}" torch SimpleITK vtk matplotlib pytest pytest-xdist hypothesis
}

describe_device() {
  "$python" - "$device" <<'END'
import sys, torch
print(f"Python {sys.version.split()[0]}, torch {torch.__version__}")
if sys.argv[1] != "cpu":
    assert torch.cuda.is_available(), "this torch finds no CUDA device"
    print(torch.cuda.get_device_name(), f"{torch.cuda.mem_get_info()[1] / 1e9:.0f} GB")
END
}

run_tests() {
  local files
  mapfile -t files < <(grep -rl --include='test_*.py' 'pytest.mark.cuda' Testing)
  "$python" -m pytest -q -m cuda "${files[@]}" || failed+=(tests)
}

make_phantom() {
  "$python" - "$here" <<'END'
import sys
from PancreasSegLib import synthetic_ct, write_mask
from PancreasSegLib.volume import write_volume
phantom = synthetic_ct()
write_volume(phantom.image, f"{sys.argv[1]}/phantom.nii.gz")
write_mask(phantom.pancreas, f"{sys.argv[1]}/phantom_pancreas.nii.gz")
END
}

pancreas_models() {
  "$python" - <<'END'
from PancreasSegLib.models.catalogue import list_models
print(*(m.manifest.name for m in list_models() if m.manifest.task == "pancreas"), sep="\n")
END
}

measure_speed() {
  make_phantom
  local model
  for model in $(pancreas_models); do
    "$python" Testing/benchmarks/speed.py "$here/phantom.nii.gz" "$here/phantom_pancreas.nii.gz" \
      --model "$model" --device "$device" || failed+=("speed of $model")
  done
}

# The configurations of Resources/experiments/ct, with the packed scans in place of the real ones.
# They lie as deep as those, so that their other paths hold. No loose slices and no other phases:
# they are not packed.
write_configurations() {
  mkdir -p "$here/ct"
  local config
  for config in coarse-ct unet3d-ct; do
    sed -e 's#\.\./\.\./\.\./\.\./shared/data/ct_volumes#../scans#' \
      -e '/^\[\[data\.slices\]\]/,/^\[sampling\]/{/^\[sampling\]/!d;}' \
      -e 's/^loose = .*/loose = 0.0/' \
      "Resources/experiments/ct/$config.toml" |
      awk -v RS= -v ORS='\n\n' '!/other-phases"/' >"$here/ct/$config.toml"
  done
}

# What fold $1 trains: the coarse stage first, unless the packed file brought it.
configurations_of() {
  if [ ! -f "$here/folds/fold-$1/models/coarse-ct.json" ]; then echo "$here/ct/coarse-ct.toml"; fi
  echo "$here/ct/unet3d-ct.toml"
}

train_folds() {
  if [ ! -f "$here/data.tar" ]; then
    echo "There is no $here/data.tar, so nothing is trained; cuda_data.py makes it."
    return
  fi
  if [ ! -d "$here/scans" ]; then tar -xf "$here/data.tar" -C "$here"; fi
  write_configurations
  local fold configs left
  for fold in "${folds[@]}"; do
    left=$((ends - SECONDS))
    if [ "$left" -le 0 ]; then break; fi
    mapfile -t configs < <(configurations_of "$fold")
    "$python" Testing/benchmarks/training.py "${configs[@]}" --output "$here/folds" \
      --fold "$fold" --device "$device" --seconds "$left" || failed+=("training of fold $fold")
  done
}

mkdir -p "$here"
export PYTHONPATH=$PWD${PYTHONPATH:+:$PYTHONPATH}
say "Python and device"
find_python
describe_device
say "tests marked cuda"
run_tests
say "speed"
measure_speed
say "training on scans of 3 mm; DSC is on that grid"
train_folds
say "done"
if [ ${#failed[@]} -gt 0 ]; then
  printf 'failed: %s\n' "${failed[@]}"
  exit 1
fi
