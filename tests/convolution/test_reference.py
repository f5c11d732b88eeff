"""The NumPy reference against PyTorch, against itself, and against bad input."""

import itertools
import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from sepconv._arguments import pair
from sepconv.convolution.reference import (
    channel_shuffle,
    connectivity,
    conv2d,
    conv2d_im2col,
    conv2d_loops,
    conv2d_windows,
    convolving,
    grouped_as_dense,
    merge_separable,
    output_size,
    separable_terms,
)

pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning")

LADDER = [conv2d_loops, conv2d_windows, conv2d_im2col, conv2d]

few = settings(max_examples=40, deadline=None)
many = settings(max_examples=250, deadline=None)


def random_array(shape, dtype=np.float64, seed=0):
    """Normal numbers; small whole ones for integer dtypes, both parts for complex ones."""
    random = np.random.default_rng(seed)
    numbers = random.normal(size=shape)
    if np.dtype(dtype).kind == "c":
        numbers = numbers + 1j * random.normal(size=shape)
    return (
        (4 * numbers).round().astype(int).astype(dtype)
        if np.dtype(dtype).kind in "iu"
        else numbers.astype(dtype)
    )


def messages(cases):
    """Name the tests of bad input by what they ask for."""
    return [case[-1] for case in cases]


def torch_conv2d(x, weight, bias=None, **options):
    tensors = [None if a is None else torch.from_numpy(a.copy(order="C")) for a in (x, weight, bias)]
    return functional.conv2d(*tensors, **options).numpy()


def assert_like_torch(mine, theirs):
    assert mine.dtype == theirs.dtype
    assert mine.shape == theirs.shape
    tolerance = 1e-4 if mine.dtype in (np.float32, np.complex64) else 1e-11
    np.testing.assert_allclose(mine, theirs, rtol=tolerance, atol=tolerance)


def number_or_pair(smallest, largest):
    numbers = st.integers(smallest, largest)
    return numbers | st.tuples(numbers, numbers) | st.lists(numbers, min_size=2, max_size=2)


@st.composite
def convolutions(draw, largest=3, dtypes=(np.float32, np.float64)):
    """Arrays and options of a legal convolution, always with at least one output pixel."""
    dtype = draw(st.sampled_from(dtypes))
    groups = draw(st.integers(1, 3))
    per_group, filters_per_group = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    kernel = draw(st.tuples(st.integers(1, 4), st.integers(1, 4)))
    options = {
        "stride": draw(number_or_pair(1, 3)),
        "padding": draw(st.sampled_from(["same", "valid"]) | number_or_pair(0, 3)),
        "dilation": draw(number_or_pair(1, 3)),
        "groups": groups,
    }
    if options["padding"] == "same":
        options["stride"] = draw(st.sampled_from([1, (1, 1)]))
    dilation = pair("dilation", options["dilation"])
    size = []
    for axis in (0, 1):
        padding = options["padding"] if not isinstance(options["padding"], str) else 0
        margin = pair("padding", padding, least=0)[axis]
        span = dilation[axis] * (kernel[axis] - 1) + 1
        least = 1 if options["padding"] == "same" else max(1, span - 2 * margin)
        size.append(draw(st.integers(least, least + largest + 1)))
    batch = draw(st.sampled_from([(), (0,), (1,), (2,)]))
    seed = draw(st.integers(0, 1000))
    x = random_array((*batch, groups * per_group, *size), dtype, seed)
    weight = random_array((groups * filters_per_group, per_group, *kernel), dtype, seed + 1)
    bias = random_array(len(weight), dtype, seed + 2) if draw(st.booleans()) else None
    return (x, weight, bias), options


# --- the numbers are PyTorch's ---------------------------------------------------------------------------------


@many
@given(convolutions())
def test_conv2d_is_torch_conv2d(case):
    arrays, options = case
    assert_like_torch(conv2d(*arrays, **options), torch_conv2d(*arrays, **options))


@pytest.mark.parametrize("fn", [conv2d_windows, conv2d_im2col])
def test_so_are_the_steps_to_it(fn):
    @few
    @given(convolutions())
    def agrees(case):
        arrays, options = case
        assert_like_torch(fn(*arrays, **options), torch_conv2d(*arrays, **options))

    agrees()


@few
@given(convolutions(), st.sampled_from([1, 100, 400, 1500]))
def test_the_numbers_do_not_depend_on_how_much_the_cache_holds(case, cache):
    arrays, options = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(convolving, "_CACHE", cache)
        y = conv2d(*arrays, **options)
    assert_like_torch(y, torch_conv2d(*arrays, **options))


@few
@given(
    st.tuples(st.integers(1, 3), st.integers(1, 5), st.integers(4, 9), st.integers(4, 9)),
    st.tuples(st.integers(1, 4), st.integers(1, 4)),
    number_or_pair(0, 3),
    st.sampled_from([1, (2, 1), (1, 2), 3]),
    st.sampled_from([1, 200, 600, 10**6]),
    st.integers(0, 1000),
)
def test_depthwise_convolutions_without_a_stride_go_a_way_of_their_own(
    shape, kernel, padding, dilation, cache, seed
):
    shape = (*shape[:2], shape[2] + 6, shape[3] + 6)  # room for 4 pixels with dilation 3
    x, weight = random_array(shape, seed=seed), random_array((shape[1], 1, *kernel), seed=seed + 1)
    bias = random_array(shape[1], seed=seed + 2)
    options = {"padding": padding, "dilation": dilation, "groups": shape[1]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(convolving, "_CACHE", cache)
        patch.setattr(convolving, "_fill_by_tiles", None)  # calling it would raise
        y = conv2d(x, weight, bias, **options)
    assert_like_torch(y, torch_conv2d(x, weight, bias, **options))


@pytest.mark.parametrize(
    ("x_shape", "weight_shape", "options"),
    [
        ((2, 32, 40, 36), (24, 32, 3, 3), {}),  # an image at a time, its rows in several tiles
        ((3, 32, 36, 36), (32, 8, 3, 3), {"groups": 4}),  # a few groups at a time
        ((2, 96, 56, 56), (96, 1, 3, 3), {"groups": 96}),  # a few planes at a time
        ((2, 96, 56, 56), (96, 1, 3, 3), {"groups": 96, "stride": 2}),
        ((40, 3, 20, 20), (8, 3, 3, 3), {}),  # a few images at a time
    ],
)
def test_sizes_at_which_the_work_is_cut_into_tiles(x_shape, weight_shape, options, monkeypatch):
    cuts, slices = [], convolving._slices

    def counted(length, at_once):
        cuts.append(len(slices(length, at_once)))
        return slices(length, at_once)

    monkeypatch.setattr(convolving, "_slices", counted)
    x, weight = random_array(x_shape, np.float32), random_array(weight_shape, np.float32, 1)
    assert_like_torch(conv2d(x, weight, padding=1, **options), torch_conv2d(x, weight, padding=1, **options))
    assert max(cuts) > 1


def test_tiles_cover_a_box_once_and_hold_what_the_cache_holds():
    for cache, lengths, most in [(10, (2, 3, 4), 10), (24, (2, 3, 4), 24), (3, (2, 3, 4), 3), (1, (2, 2), 1)]:
        box = np.zeros(lengths, int)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(convolving, "_CACHE", cache)
            for tile in convolving._tiles(lengths, 1):
                box[tile] += 1
                assert box[tile].size <= most
        assert (box == 1).all()


@few
@given(convolutions(largest=2))
def test_the_loops_give_the_same_and_count_every_product(case):
    (x, weight, bias), options = case
    y, multiplications = conv2d_loops(x, weight, bias, **options, count=True)
    assert_like_torch(y, torch_conv2d(x, weight, bias, **options))
    assert multiplications == y.size * weight[0].size
    assert type(multiplications) is int
    np.testing.assert_array_equal(conv2d_loops(x, weight, bias, **options), y)


@pytest.mark.parametrize("fn", LADDER)
@pytest.mark.parametrize(
    "dtype", ["int8", "int16", "int32", "int64", "uint8", "float32", "float64", "complex64", "complex128"]
)
def test_every_dtype_that_torch_takes_keeps_its_dtype(fn, dtype):
    arrays = (
        random_array((2, 4, 5, 6), dtype),
        random_array((6, 2, 3, 2), dtype, 1),
        random_array(6, dtype, 2),
    )
    options = {"stride": (1, 2), "padding": 1, "groups": 2}
    assert_like_torch(fn(*arrays, **options), torch_conv2d(*arrays, **options))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("fn", LADDER)
@pytest.mark.parametrize("dtype", ["int8", "uint8", "int64"])
def test_integers_wrap_around_silently(fn, dtype):
    x = np.full((1, 2, 2), np.iinfo(dtype).max, dtype)
    weight = np.full((1, 1, 2, 2), 3, dtype)
    np.testing.assert_array_equal(fn(x, weight), torch_conv2d(x, weight))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("fn", LADDER)
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("groups", [1, 2])
def test_nan_and_infinity_go_where_torch_lets_them_go(fn, bad, groups):
    x, weight = random_array((2, 2, 4, 5)), random_array((4, 2 // groups, 3, 3), seed=1)
    for spoiled in (x, weight):
        kept = spoiled[0, 0, 1, 1]
        spoiled[0, 0, 1, 1] = bad
        np.testing.assert_allclose(
            fn(x, weight, padding=2, groups=groups), torch_conv2d(x, weight, padding=2, groups=groups)
        )
        spoiled[0, 0, 1, 1] = kept


@pytest.mark.parametrize("fn", LADDER)
def test_float32_sums_of_many_numbers_stay_close_to_torch(fn):
    x, weight = random_array((1, 16, 5, 5), np.float32), random_array((2, 16, 3, 3), np.float32, 1)
    assert_like_torch(fn(x, weight), torch_conv2d(x, weight))


@pytest.mark.parametrize("fn", LADDER)
def test_numpy_integers_are_integers(fn):
    x, weight = random_array((4, 6, 7)), random_array((2, 2, 3, 3), seed=1)
    options = {
        "stride": np.int64(2),
        "padding": (np.int32(1), 0),
        "dilation": np.uint8(2),
        "groups": np.int16(2),
    }
    np.testing.assert_allclose(
        fn(x, weight, **options), torch_conv2d(x, weight, stride=2, padding=(1, 0), dilation=2, groups=2)
    )


# --- the caller's arrays -----------------------------------------------------------------------------------------


def memory_layouts(array):
    strided = np.empty((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)[..., ::2]
    strided[...] = array
    read_only = array.copy()
    read_only.flags.writeable = False
    flipped = array[..., ::-1].copy()[..., ::-1]  # a negative step, which torch itself refuses
    broadcast = np.broadcast_to(array[:1], array.shape)  # steps of zero, read-only
    return {
        "Fortran": np.asfortranarray(array),
        "strided": strided,
        "read-only": read_only,
        "negative step": flipped,
        "broadcast": broadcast,
    }


LAYOUTS = ["Fortran", "strided", "read-only", "negative step", "broadcast"]


@pytest.mark.parametrize("fn", LADDER)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_any_memory_layout_works_and_is_left_alone(fn, layout):
    arrays = [
        memory_layouts(a)[layout]
        for a in (random_array((2, 4, 5, 6)), random_array((4, 2, 3, 2), seed=1), random_array(4, seed=2))
    ]
    before = [a.copy() for a in arrays]
    for options in ({}, {"padding": 1, "groups": 2}, {"padding": "same", "groups": 2}):
        options = {"groups": 2, **options}
        assert_like_torch(fn(*arrays, **options), torch_conv2d(*arrays, **options))
    for array, copy in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_results_share_no_memory_with_arguments():
    x, weight, one = random_array((1, 1, 3, 4)), np.ones((1, 1, 1, 1)), np.ones((2, 2, 1, 1))
    for result, argument in [
        (conv2d(x, weight), x),
        (conv2d_loops(x, weight), x),
        (conv2d_windows(x, weight), x),
        (conv2d_im2col(x, weight), x),
        (channel_shuffle(x, 1), x),
        (grouped_as_dense(one, 1), one),
        (merge_separable(weight, weight), weight),
        (separable_terms(one, 1)[1], one),
    ]:
        assert not np.shares_memory(result, argument)
        assert result.flags.writeable


def test_the_other_functions_leave_their_arrays_alone():
    weight, depthwise, pointwise = (
        random_array((4, 3, 2, 2)),
        random_array((6, 1, 3, 3)),
        random_array((4, 6, 1, 1)),
    )
    for array in (weight, depthwise, pointwise):
        array.flags.writeable = False
    grouped_as_dense(weight, 2)
    separable_terms(weight, 2)
    merge_separable(depthwise, pointwise, 2)
    channel_shuffle(weight, 3)


# --- bad input ---------------------------------------------------------------------------------------------------

X = np.zeros((2, 3, 5, 6))
W = np.zeros((4, 3, 3, 3))
B = np.zeros(4)

BAD_CONVOLUTIONS = [
    # rank and shape
    ((X[0, 0], W), {}, ValueError, "x has shape (5, 6); it must be (C_in, H, W) or (N, C_in, H, W), only N may be 0"),
    ((X[None], W), {}, ValueError, "x has shape (1, 2, 3, 5, 6); it must be"),
    ((np.ones(()), W), {}, ValueError, "x has shape (); it must be"),
    ((X, W[0]), {}, ValueError, "weight has shape (3, 3, 3); it must be (C_out, C_in / groups, kH, kW), none of them 0"),
    ((X, W[:, :2]), {}, ValueError, "weight has shape (4, 2, 3, 3), but x has 3 channels and groups=1: weight must be (C_out, 3, kH, kW)"),
    ((X[:, :2], W), {}, ValueError, "but x has 2 channels and groups=1: weight must be (C_out, 2, kH, kW)"),
    ((X[:, :2], W[:, :2]), {"groups": 2}, ValueError, "and groups=2: weight must be (C_out, 1, kH, kW)"),
    ((X[:0], W[:, :2]), {}, ValueError, "but x has 3 channels"),
    ((X[:, :0], W), {}, ValueError, "x has shape (2, 0, 5, 6); it must be"),
    ((X[:, :, :0], W), {"padding": 2}, ValueError, "x has shape (2, 3, 0, 6); it must be"),
    ((X[..., :0], W), {"padding": 2}, ValueError, "x has shape (2, 3, 5, 0); it must be"),
    ((X, W[:0]), {}, ValueError, "weight has shape (0, 3, 3, 3); it must be"),
    ((X, W[:, :0]), {}, ValueError, "weight has shape (4, 0, 3, 3); it must be"),
    ((X, W[..., :0]), {}, ValueError, "weight has shape (4, 3, 3, 0); it must be"),
    ((X, W, B[:3]), {}, ValueError, "bias has shape (3,); it must be (4,), one per output channel"),
    ((X, W, B[None]), {}, ValueError, "bias has shape (1, 4); it must be (4,)"),
    ((X, W, np.array(0.0)), {}, ValueError, "bias has shape (); it must be (4,)"),
    ((X, np.zeros((4, 3, 6, 3))), {}, ValueError, "kernel_size=(6, 3) with dilation=(1, 1) spans 6×3 pixels, more than the padded input's 5×6: take a smaller kernel"),
    ((X, W), {"dilation": (1, 3)}, ValueError, "with dilation=(1, 3) spans 3×7 pixels, more than the padded input's 5×6"),
    ((X[:0], np.zeros((4, 3, 6, 3))), {}, ValueError, "kernel_size=(6, 3)"),
    # groups
    ((X, W[:, :1]), {"groups": 3}, ValueError, "groups=3 must divide in_channels=3 and out_channels=4: only 1 does"),
    ((X, W), {"groups": 2}, ValueError, "groups=2 must divide in_channels=3 and out_channels=4: only 1 does"),
    ((np.zeros((12, 5, 6)), np.zeros((18, 3, 3, 3))), {"groups": 4}, ValueError, "in_channels=12 and out_channels=18: only 1, 2, 3 and 6 do"),
    ((np.zeros((2, 5, 6)), W[:, :2]), {"groups": 4}, ValueError, "in_channels=2 and out_channels=4: only 1 and 2 do"),
    ((X, W), {"groups": 0}, ValueError, "groups=0 must be at least 1"),
    ((X, W), {"groups": -1}, ValueError, "groups=-1 must be at least 1"),
    ((X, W), {"groups": True}, TypeError, "groups=True is of type bool; it must be an int of at least 1"),
    ((X, W), {"groups": 1.0}, TypeError, "groups=1.0 is of type float; it must be an int of at least 1"),
    ((X, W), {"groups": "1"}, TypeError, "groups='1' is of type str"),
    ((X, W), {"groups": (1, 1)}, TypeError, "groups=(1, 1) is of type tuple"),
    ((X, W), {"groups": None}, TypeError, "groups=None is of type NoneType"),
    # stride, dilation, padding
    ((X, W), {"stride": 0}, ValueError, "stride=0 must be at least 1"),
    ((X, W), {"stride": (1, -2)}, ValueError, "stride[1]=-2 must be at least 1"),
    ((X, W), {"stride": True}, TypeError, "stride=True is of type bool; it must be an int of at least 1"),
    ((X, W), {"stride": np.True_}, TypeError, "it must be an int of at least 1"),
    ((X, W), {"stride": 2.0}, TypeError, "stride=2.0 is of type float"),
    ((X, W), {"stride": np.nan}, TypeError, "stride=nan is of type float"),
    ((X, W), {"stride": "2"}, TypeError, "stride='2' is of type str"),
    ((X, W), {"stride": None}, TypeError, "stride=None is of type NoneType"),
    ((X, W), {"stride": (2, 1, 1)}, ValueError, "stride=(2, 1, 1) must be an int or a pair of ints"),
    ((X, W), {"stride": (2, "1")}, TypeError, "stride[1]='1' is of type str"),
    ((X, W), {"stride": np.array([2, 1])}, TypeError, "stride=array([2, 1]) is of type ndarray"),
    ((X, W), {"dilation": 0}, ValueError, "dilation=0 must be at least 1"),
    ((X, W), {"dilation": -1}, ValueError, "dilation=-1 must be at least 1"),
    ((X, W), {"dilation": 1.5}, TypeError, "dilation=1.5 is of type float"),
    ((X, W), {"padding": -1}, ValueError, "padding=-1 must be at least 0"),
    ((X, W), {"padding": (0, -1)}, ValueError, "padding[1]=-1 must be at least 0"),
    ((X, W), {"padding": "1"}, ValueError, "padding='1' must be an int, a pair of ints, 'valid' or 'same'"),
    ((X, W), {"padding": "SAME"}, ValueError, "padding='SAME' must be an int, a pair of ints, 'valid' or 'same'"),
    ((X, W), {"padding": None}, TypeError, "padding=None is of type NoneType"),
    ((X, W), {"padding": (True, False)}, TypeError, "padding[0]=True is of type bool"),
    ((X, W), {"padding": "same", "stride": 2}, ValueError, "padding='same' needs stride=1, not stride=(2, 2)"),
    ((X, W), {"padding": "same", "stride": (1, 2)}, ValueError, "padding='same' needs stride=1, not stride=(1, 2)"),
    # kinds of arrays
    ((X.tolist(), W), {}, TypeError, "x is of type list; it must be a NumPy array: np.array(x)"),
    ((X, W.tolist()), {}, TypeError, "weight is of type list; it must be a NumPy array"),
    ((X, W, [0, 0, 0, 0]), {}, TypeError, "bias is of type list; it must be a NumPy array"),
    ((None, W), {}, TypeError, "x is of type NoneType; it must be a NumPy array"),
    ((X, None), {}, TypeError, "weight is of type NoneType; it must be a NumPy array"),
    ((torch.zeros(X.shape), W), {}, TypeError, "x is of type Tensor; it must be a NumPy array: np.array(x)"),
    ((X, torch.nn.Parameter(torch.zeros(W.shape))), {}, TypeError, "weight is of type Parameter; it must be a NumPy"),
    ((X.astype(object), W), {}, TypeError, "x has dtype object; it must be one of float32, float64, complex64"),
    ((X.astype(str), W), {}, TypeError, "x has dtype <U"),
    ((X.astype(bool), W.astype(bool)), {}, TypeError, "x has dtype bool; it must be one of"),
    ((X.astype(np.float16), W), {}, TypeError, "x has dtype float16; it must be one of"),
    ((X.astype(np.uint16), W), {}, TypeError, "x has dtype uint16; it must be one of"),
    ((X.astype(">f4"), W), {}, TypeError, "x has dtype >f4; it must be one of"),
    ((X, W.astype(np.float32)), {}, TypeError, "weight has dtype float32 but x has float64; they must be the same"),
    ((X.astype(int), W), {}, TypeError, "weight has dtype float64 but x has int64; they must be the same"),
    ((X, W, B.astype(int)), {}, TypeError, "bias has dtype int64 but x has float64; they must be the same"),
]  # fmt: skip


# What torch takes and the reference, on purpose, does not. For zero channels torch's output has zero channels,
# whatever the weight says; a pair of one number is more likely a slip.
TORCH_TAKES = [
    ((X[:, :0], W[:, :0]), {}, ValueError, "x has shape (2, 0, 5, 6); it must be"),
    (
        (X, W),
        {"stride": (2,)},
        ValueError,
        "stride=(2,) must be an int or a pair of ints, (vertical, horizontal)",
    ),
    ((X.astype(np.float16), W.astype(np.float16)), {}, TypeError, "x has dtype float16; it must be one of"),
]


@pytest.mark.parametrize("fn", LADDER)
@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    BAD_CONVOLUTIONS + TORCH_TAKES,
    ids=messages(BAD_CONVOLUTIONS + TORCH_TAKES),
)
def test_bad_input_is_named(fn, arguments, options, error, message):
    with pytest.raises(error) as caught:
        fn(*arguments, **options)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "options"), [case[:2] for case in TORCH_TAKES], ids=messages(TORCH_TAKES)
)
def test_torch_takes_what_is_listed_so(arguments, options):
    torch_conv2d(*arguments, **options)


FLOAT_CASES = [
    case
    for case in BAD_CONVOLUTIONS
    if all(isinstance(a, np.ndarray) and a.dtype in ("f4", "f8") for a in case[0])
]


@pytest.mark.parametrize(
    ("arguments", "options"), [case[:2] for case in FLOAT_CASES], ids=messages(FLOAT_CASES)
)
def test_torch_refuses_all_the_rest(arguments, options):
    with pytest.raises((RuntimeError, TypeError, ValueError)):
        torch_conv2d(*arguments, **options)


# --- output_size -------------------------------------------------------------------------------------------------


@many
@given(convolutions())
def test_output_size_is_the_shape_that_torch_gives(case):
    (x, weight, bias), options = case
    theirs = torch_conv2d(x, weight, bias, **options).shape[-2:]
    del options["groups"]
    assert output_size(x.shape[-2:], weight.shape[2:], **options) == theirs


def test_output_size_floors_and_returns_what_it_was_given():
    assert output_size(3, 3, stride=2) == output_size(4, 3, stride=2) == 1
    assert output_size(28, 3, padding="same") == 28
    assert output_size(7, 3, 2, 1, 2) == 3
    assert output_size((6, 9), 3, stride=2, padding=2) == (4, 6)
    assert output_size(6, 3, padding=(0, 1)) == (4, 6)
    assert all(type(n) is int for n in (output_size(9, 3), *output_size((np.int64(9), 9), 3)))


@pytest.mark.parametrize(
    ("arguments", "options", "error", "message"),
    [
        ((0, 3), {}, ValueError, "size=0 must be at least 1"),
        (((4, 0), 3), {}, ValueError, "size[1]=0 must be at least 1"),
        ((4.0, 3), {}, TypeError, "size=4.0 is of type float"),
        ((4, 0), {}, ValueError, "kernel_size=0 must be at least 1"),
        ((4, "3"), {}, TypeError, "kernel_size='3' is of type str"),
        ((4, (3, 3, 3)), {}, ValueError, "kernel_size=(3, 3, 3) must be an int or a pair of ints"),
        (
            (4, 5),
            {},
            ValueError,
            "kernel_size=(5, 5) with dilation=(1, 1) spans 5×5 pixels, more than the padded",
        ),
        ((4, 3), {"stride": 0}, ValueError, "stride=0 must be at least 1"),
        ((4, 3), {"padding": "full"}, ValueError, "padding='full' must be"),
        ((4, 3), {"stride": 2, "padding": "same"}, ValueError, "padding='same' needs stride=1"),
    ],
)
def test_output_size_names_bad_input(arguments, options, error, message):
    with pytest.raises(error) as caught:
        output_size(*arguments, **options)
    assert message in str(caught.value)


# --- taking convolutions apart -----------------------------------------------------------------------------------


@few
@given(convolutions())
def test_a_grouped_convolution_is_a_block_diagonal_dense_one(case):
    (x, weight, bias), options = case
    groups = options.pop("groups")
    dense = grouped_as_dense(weight, groups)
    assert dense.dtype == weight.dtype
    assert_like_torch(
        conv2d(x, dense, bias, **options), torch_conv2d(x, weight, bias, **options, groups=groups)
    )
    assert np.count_nonzero(dense) == np.count_nonzero(weight)
    assert dense.size == groups * weight.size


@few
@given(
    st.sampled_from([np.float32, np.float64]),
    st.tuples(*[st.integers(1, 4)] * 5),
    st.sampled_from([0, 1, (2, 1), "same"]),
    st.integers(0, 1000),
)
def test_a_merged_separable_convolution_is_its_two_stages(dtype, sizes, padding, seed):
    c_in, c_out, multiplier, kernel_height, kernel_width = sizes
    x = random_array((2, c_in, 6, 7), dtype, seed)
    depthwise = random_array((c_in * multiplier, 1, kernel_height, kernel_width), dtype, seed + 1)
    pointwise = random_array((c_out, c_in * multiplier, 1, 1), dtype, seed + 2)
    bias, last_bias = random_array(len(depthwise), dtype, seed + 3), random_array(c_out, dtype, seed + 4)
    middle = torch_conv2d(x, depthwise, bias, padding=padding, groups=c_in)
    stages = torch_conv2d(middle, pointwise, last_bias)
    merged = merge_separable(depthwise, pointwise, multiplier)
    assert merged.shape == (c_out, c_in, kernel_height, kernel_width)
    merged_bias = pointwise[:, :, 0, 0] @ bias + last_bias
    assert_like_torch(conv2d(x, merged, merged_bias, padding=padding), stages)


def test_merging_adds_up_the_filters_of_each_input_channel():
    depthwise = np.array([1.0, 10.0, 100.0, 1000.0]).reshape(4, 1, 1, 1)
    pointwise = np.array([[1.0, 2.0, 3.0, 4.0]]).reshape(1, 4, 1, 1)
    np.testing.assert_array_equal(merge_separable(depthwise, pointwise, 2).ravel(), [21, 4300])
    np.testing.assert_array_equal(merge_separable(depthwise, pointwise).ravel(), [1, 20, 300, 4000])


@few
@given(st.integers(1, 4), st.integers(1, 4), st.booleans(), st.integers(0, 100))
def test_channel_shuffle_is_torchs_and_has_an_inverse(groups, per_group, batched, seed):
    x = random_array((2, groups * per_group, 3, 2), np.float32, seed)
    theirs = functional.channel_shuffle(torch.from_numpy(x), groups).numpy()
    x, theirs = (x, theirs) if batched else (x[1], theirs[1])
    shuffled = channel_shuffle(x, groups)
    assert shuffled.dtype == x.dtype
    np.testing.assert_array_equal(shuffled, theirs)
    np.testing.assert_array_equal(channel_shuffle(shuffled, per_group), x)


@few
@given(
    st.sampled_from([np.float32, np.float64, np.int64]),
    st.tuples(*[st.integers(1, 4)] * 4),
    st.integers(0, 1000),
)
def test_separable_terms_are_exact_at_full_rank_and_never_get_worse(dtype, shape, seed):
    weight = random_array(shape, dtype, seed)
    full_rank = min(shape[0], shape[2] * shape[3])
    errors = []
    for rank in range(1, full_rank + 1):
        depthwise, pointwise = separable_terms(weight, rank)
        assert depthwise.shape == (shape[1] * rank, 1, *shape[2:])
        assert pointwise.shape == (shape[0], shape[1] * rank, 1, 1)
        assert depthwise.dtype == pointwise.dtype == (np.float64 if dtype is np.int64 else dtype)
        errors.append(np.linalg.norm(merge_separable(depthwise, pointwise, rank) - weight))
    tolerance = 1e-4 if dtype is np.float32 else 1e-11
    assert errors[-1] <= tolerance
    assert all(later <= earlier + tolerance for earlier, later in itertools.pairwise(errors))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_separable_terms_are_the_closest_per_input_channel(rank):
    weight = random_array((5, 3, 2, 3))
    merged = merge_separable(*separable_terms(weight, rank), rank)
    for channel in range(3):
        matrix = torch.from_numpy(weight[:, channel].reshape(5, 6))
        lost = torch.linalg.svdvals(matrix)[rank:].norm().item()
        assert np.linalg.norm(weight[:, channel] - merged[:, channel]) == pytest.approx(lost)


def test_separable_terms_find_a_separable_convolution_again():
    weight = merge_separable(random_array((3, 1, 3, 3)), random_array((4, 3, 1, 1), seed=1))
    np.testing.assert_allclose(merge_separable(*separable_terms(weight, 1)), weight, atol=1e-12)


D, P = np.zeros((6, 1, 3, 3)), np.zeros((4, 6, 1, 1))

BAD_PARTS = [
    (grouped_as_dense, (W, 3), ValueError, "groups=3 must divide the 4 filters of weight: only 1, 2 and 4 do"),
    (grouped_as_dense, (W, 0), ValueError, "groups=0 must be at least 1"),
    (grouped_as_dense, (W, 2.0), TypeError, "groups=2.0 is of type float"),
    (grouped_as_dense, (W[0], 1), ValueError, "weight has shape (3, 3, 3); it must be"),
    (grouped_as_dense, ([[1]], 1), TypeError, "weight is of type list"),
    (merge_separable, (D, P, 4), ValueError, "depth_multiplier=4 must divide the 6 filters of depthwise: only 1, 2, 3 and 6 do"),
    (merge_separable, (D, P, 0), ValueError, "depth_multiplier=0 must be at least 1"),
    (merge_separable, (D, P, "2"), TypeError, "depth_multiplier='2' is of type str"),
    (merge_separable, (W, P), ValueError, "depthwise has shape (4, 3, 3, 3); it must be (C_in · K, 1, kH, kW)"),
    (merge_separable, (D, P[:, :5]), ValueError, "pointwise has shape (4, 5, 1, 1); it must be (C_out, 6, 1, 1), because depthwise has 6 filters"),
    (merge_separable, (D, np.zeros((4, 6, 1, 3))), ValueError, "pointwise has shape (4, 6, 1, 3); it must be"),
    (merge_separable, (D, P[..., 0]), ValueError, "pointwise has shape (4, 6, 1); it must be"),
    (merge_separable, (D, P.astype(np.float32)), TypeError, "pointwise has dtype float32 but depthwise has float64"),
    (merge_separable, (None, P), TypeError, "depthwise is of type NoneType"),
    (channel_shuffle, (X, 2), ValueError, "groups=2 must divide the 3 channels of x: only 1 and 3 do"),
    (channel_shuffle, (X, -1), ValueError, "groups=-1 must be at least 1"),
    (channel_shuffle, (X, True), TypeError, "groups=True is of type bool"),
    (channel_shuffle, (X[0, 0], 1), ValueError, "x has shape (5, 6); it must be"),
    (channel_shuffle, (torch.zeros(1, 2, 3, 3), 2), TypeError, "x is of type Tensor"),
    (separable_terms, (W, 5), ValueError, "rank=5 must be at most min(C_out, kH·kW) = 4"),
    (separable_terms, (np.zeros((9, 2, 1, 3)), 4), ValueError, "rank=4 must be at most min(C_out, kH·kW) = 3"),
    (separable_terms, (W, 0), ValueError, "rank=0 must be at least 1"),
    (separable_terms, (W, 1.0), TypeError, "rank=1.0 is of type float"),
    (separable_terms, (W * np.nan, 1), ValueError, "weight holds NaN or infinity"),
    (separable_terms, (W + 1j, 1), TypeError, "weight has dtype complex128; it must be real"),
    (separable_terms, (W[0], 1), ValueError, "weight has shape (3, 3, 3); it must be"),
]  # fmt: skip


@pytest.mark.parametrize(("fn", "arguments", "error", "message"), BAD_PARTS, ids=messages(BAD_PARTS))
def test_the_other_functions_name_bad_input(fn, arguments, error, message):
    with pytest.raises(error) as caught:
        fn(*arguments)
    assert message in str(caught.value)


# --- connectivity ------------------------------------------------------------------------------------------------


def convolve_with(weight, bias=None, **options):
    return lambda image: conv2d(image, weight, bias, **options)


@few
@given(convolutions(largest=2, dtypes=(np.float64,)))
def test_connectivity_of_a_grouped_convolution_is_its_blocks(case):
    (_, weight, bias), options = case
    dense = grouped_as_dense(weight, options["groups"])
    found = connectivity(convolve_with(weight, bias, **options), dense.shape[1], len(weight), size=(12, 13))
    assert found.dtype == bool
    np.testing.assert_array_equal(found, dense.any(axis=(2, 3)))


def test_connectivity_is_not_fooled_by_weights():
    # 3 on channel 0 imitates 1 on channels 0 and 1; 2 and −1 cancel on 1 and 2; 1e-9 beside 1e9; all on one pixel
    weight = np.array([[3, 0, 0], [1, 1, 0], [2, -1, 0], [1e9, 0, 1e-9], [0, 0, 0]], float)
    found = connectivity(convolve_with(weight[..., None, None], np.full(5, 7.0)), 3, 5)
    np.testing.assert_array_equal(found, weight != 0)


def test_connectivity_sees_filters_that_answer_zero_to_a_constant():
    edges = np.array([[1.0, 0, -1], [2, 0, -2], [1, 0, -1]]).reshape(1, 1, 3, 3)
    assert connectivity(convolve_with(edges), 1, 1).all()


def test_connectivity_of_more_channels_than_a_float_has_bits():
    random = np.random.default_rng(3)
    weight = random.choice([-1.0, 0.0, 1.0], size=(7, 130))
    found = connectivity(convolve_with(weight[..., None, None]), 130, 7, size=2)
    np.testing.assert_array_equal(found, weight != 0)


def test_connectivity_of_two_stages_and_of_torch_layers():
    first, second = torch.nn.Conv2d(4, 4, 3, groups=2), torch.nn.Conv2d(4, 4, 1, groups=2)

    @torch.no_grad()
    def shuffled(image):
        return second(functional.channel_shuffle(first(torch.from_numpy(image))[None], 2)[0]).numpy()

    @torch.no_grad()
    def straight(image):
        return second(first(torch.from_numpy(image))).numpy()

    assert connectivity(shuffled, 4, 4, dtype=np.float32).all()
    np.testing.assert_array_equal(
        connectivity(straight, 4, 4, dtype=np.float32), np.kron(np.eye(2), np.ones((2, 2)))
    )


def test_connectivity_of_functions_that_write_on_their_input_or_reuse_their_output():
    memory = np.zeros((2, 16, 16))

    def identity(image):
        memory[:] = image
        image[:] = 99
        return memory

    np.testing.assert_array_equal(connectivity(identity, 2, 2), np.eye(2, dtype=bool))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((None, 2, 2), TypeError, "fn=None must be a function of one array (c_in, H, W)"),
        ((np.copy, 0, 2), ValueError, "c_in=0 must be at least 1"),
        ((np.copy, 2, 2.0), TypeError, "c_out=2.0 is of type float"),
        ((np.copy, 2, 2, (0, 4)), ValueError, "size[0]=0 must be at least 1"),
        ((np.copy, 2, 3), ValueError, "fn returned shape (2, 16, 16) for an input of (2, 16, 16); it must be (c_out=3, H', W')"),
        ((np.sum, 2, 1), ValueError, "fn returned shape () for an input of"),
        ((lambda image: image * np.nan, 2, 2), ValueError, "fn returned NaN or infinity; its weights must be finite"),
    ],
)  # fmt: skip
def test_connectivity_names_bad_input(arguments, error, message):
    with pytest.raises(error) as caught:
        connectivity(*arguments)
    assert message in str(caught.value)


# --- imports -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", ["sepconv", "sepconv.convolution.reference", "sepconv.measuring.counting"])
def test_importing_does_not_load_torch(module):
    code = f"import sys, {module}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_using_the_reference_does_not_load_torch():
    code = (
        "import sys, numpy as np, sepconv\n"
        "sepconv.conv2d(np.ones((1, 3, 3)), np.ones((1, 1, 2, 2)))\n"
        "sepconv.conv2d_cost(3, 4, 3)\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
