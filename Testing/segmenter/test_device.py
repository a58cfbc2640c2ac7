import pytest
import torch

from PancreasSegLib.errors import InputError
from PancreasSegLib.segmenter import device
from PancreasSegLib.segmenter.device import (
    choose_compute,
    cpu_compute,
    multiplies_bfloat16_faster,
)
from Testing.sentences import assert_tells

NO_CUDA = pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has CUDA")


def test_the_cpu_is_there_on_every_machine() -> None:
    compute = choose_compute("cpu")
    assert compute.device == torch.device("cpu")
    assert compute == cpu_compute()


@pytest.mark.parametrize(
    ("processor", "amx", "avx512", "fast"),
    [
        ("Intel(R) Xeon(R) Platinum 8581C", True, True, True),
        ("Intel(R) Xeon(R) Platinum 8581C", False, True, False),
        ("AMD EPYC 9655", False, True, True),
        ("AMD Ryzen 7 5800X", False, False, False),
    ],
    ids=["matrix units", "Intel's vectors", "AMD's vectors", "neither"],
)
def test_bfloat16_is_for_cpus_that_multiply_it_faster(
    processor: str, amx: bool, avx512: bool, fast: bool
) -> None:
    capabilities = {"cpu_name": processor, "amx_bf16": amx, "avx512_bf16": avx512}
    assert multiplies_bfloat16_faster(capabilities) is fast


@pytest.mark.parametrize(
    ("amx", "precision", "name"),
    [(True, torch.bfloat16, "bfloat16"), (False, torch.float32, "float32")],
)
def test_the_precision_of_a_machine_follows_from_what_its_cpu_can_do(
    amx: bool, precision: torch.dtype, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device, "_capabilities", lambda: {"amx_bf16": amx})

    assert cpu_compute().precision == choose_compute("cpu").precision == precision
    assert cpu_compute().precision_name == name


def test_a_processor_that_tells_nothing_of_itself_computes_in_float32() -> None:
    assert not multiplies_bfloat16_faster({})


@NO_CUDA
def test_auto_is_the_cpu_where_there_is_no_cuda() -> None:
    assert choose_compute("auto") == cpu_compute()


@NO_CUDA
@pytest.mark.parametrize("name", ["cuda", "cuda:1"])
def test_an_absent_cuda_device_is_told_in_a_sentence(name: str) -> None:
    with pytest.raises(InputError) as caught:
        choose_compute(name)
    assert_tells(caught.value, f"'{name}'", torch.__version__, "no CUDA device", "device cpu")


@pytest.mark.parametrize("name", ["gpu", "cuda:", "cuda:x", "cpu:0", ""])
def test_an_unknown_device_is_told_in_a_sentence(name: str) -> None:
    with pytest.raises(InputError) as caught:
        choose_compute(name)
    assert_tells(caught.value, f"'{name}'", "auto, cpu, cuda or cuda:N")


@pytest.mark.cuda
def test_auto_is_cuda_in_half_precision_where_there_is_any() -> None:
    compute = choose_compute("auto")
    assert (compute.device, compute.precision) == (torch.device("cuda:0"), torch.float16)


@pytest.mark.cuda
def test_a_cuda_device_beyond_the_last_is_told_in_a_sentence() -> None:
    last = torch.cuda.device_count() - 1
    with pytest.raises(InputError) as caught:
        choose_compute("cuda:99")
    assert_tells(caught.value, "'cuda:99'", f"cuda:{last}")
