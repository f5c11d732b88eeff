"""The fused kernel's sums are registers, whoever compiles it; and a kernel that is slow all the same is not used."""

import platform
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import torch
from torch import nn

from sepconv import SeparableConv2d, fuse
from sepconv.convolution.fused import FusedSeparable, believing, compiling

SOURCE = Path(compiling.__file__).with_name("chain.cpp")
COMPILERS = [name for name in ("g++", "clang++") if shutil.which(name)]
# -march: multiply-adds of a tile, the instruction, the register
CPUS = {
    "skylake-avx512": (24, "vfmadd", "zmm"),
    "haswell": (12, "vfmadd", "ymm"),
    "x86-64": (12, "mulps", "xmm"),
}


def innermost_loop(assembly, function, instruction):
    """Return the lines of a function's shortest loop with that instruction."""
    body = re.search(rf"^\w*{function}\w*:(.*?)\.cfi_endproc", assembly, re.DOTALL | re.MULTILINE)[
        1
    ].splitlines()
    labels = {line.partition(":")[0]: at for at, line in enumerate(body) if line.startswith(".L")}
    jumps = [(at, re.match(r"\s+j\w+\s+(\.L\w+)", line)) for at, line in enumerate(body)]
    loops = [body[labels[jump[1]] : at] for at, jump in jumps if jump and labels.get(jump[1], at) < at]
    return min((loop for loop in loops if any(instruction in line for line in loop)), key=len)


@pytest.mark.skipif(platform.machine() != "x86_64", reason="reads the machine code of x86")
@pytest.mark.parametrize("level", ["-O2", "-O3"])
@pytest.mark.parametrize("cpu", CPUS)
@pytest.mark.parametrize("compiler", COMPILERS)
def test_the_loop_of_a_tile_holds_its_multiply_adds_and_no_store(compiler, cpu, level):
    multiply_adds, instruction, register = CPUS[cpu]
    command = [compiler, *compiling._OPTIONS, level, f"-march={cpu}", "-S", "-o", "-", str(SOURCE)]
    assembly = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for bias_per_row in (0, 1):  # channels_last, the usual layout
        function = f"multiply_tileILi6ELi{multiply_adds // 6}ELb{bias_per_row}E"
        loop = innermost_loop(assembly, function, instruction)
        assert sum(instruction in line and register in line for line in loop) == multiply_adds
        assert not [line for line in loop if re.search(r"\sv?mov\w+\s+%[xyz]mm\d+, .*\(", line)]


@pytest.fixture
def built_by(monkeypatch, tmp_path):
    """Let a compiler build the kernel anew, in a folder of its own."""

    def use(command):
        monkeypatch.setenv("CXX", command)
        compiling.kernel.cache_clear()
        compiling.why_not.cache_clear()

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    yield use
    compiling.kernel.cache_clear()
    compiling.why_not.cache_clear()


@pytest.mark.parametrize("compiler", COMPILERS)
def test_the_kernel_keeps_up_with_torch_mm(compiler, built_by):
    built_by(compiler)
    assert compiling.why_not() == ""
    assert believing.share_of_mm(compiling.kernel()) >= believing.LEAST


@pytest.mark.skipif(not COMPILERS, reason="there is no compiler")
def test_a_slow_kernel_is_not_used_and_that_is_said(built_by, tmp_path):
    careless = tmp_path / "careless"
    careless.write_text(f'#!/bin/sh\nexec {COMPILERS[0]} "$@" -O0\n')  # the last level counts
    careless.chmod(0o755)
    layer = SeparableConv2d(16, 8, 3)
    for _ in range(2):  # the second time it is remembered
        built_by(str(careless))
        with pytest.warns(
            UserWarning, match=r"careless built reaches 0\.\d\d of the speed of torch.mm.*delete \S+\.slow"
        ):
            fused = fuse(layer)
        careless.write_text('#!/bin/sh\n[ "$1" = --version ] && exec ' + f'{COMPILERS[0]} "$@"\nexit 1\n')
    assert [type(part) for part in fused] == [nn.Conv2d, nn.Conv2d]
    assert not any(isinstance(part, FusedSeparable) for part in fused.modules())
    x = torch.randn(1, 16, 5, 5)
    torch.testing.assert_close(fused(x), layer(x))
    assert not list(tmp_path.glob("sepconv/*.so"))
