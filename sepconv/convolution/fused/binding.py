"""What Python and C++ share: the structures that describe a layer, the numbers of its kinds, and the function itself."""

import ctypes

# Where the rows of a layer's matrix product come from: Kind in chain.cpp.
SEPARABLE, SEPARABLE_IN_PLANES, PIXELS, PATCHES, MEAN = range(5)
# Floats of the middle map that a band may hold: 512 KB, which fits into the second-level cache of common CPUs. In the
# usual layout smaller bands would often end in the midst of a panel, whose other lanes are computed in vain.
BAND = 128 * 1024


class Layer(ctypes.Structure):
    """What kernel.cpp calls Layer: the same fields in the same order."""

    _fields_ = [
        *(
            (name, ctypes.c_long)
            for name in ("channels", "out_channels", "stride_h", "stride_w", "pad_h", "pad_w")
        ),
        *((name, ctypes.c_float) for name in ("middle_low", "middle_high", "low", "high")),
        *((name, ctypes.c_void_p) for name in ("depthwise", "depthwise_bias", "pointwise", "pointwise_bias")),
    ]


class Step(ctypes.Structure):
    """What chain.cpp calls Step: a layer, the sizes of its maps, and which maps they are."""

    _fields_ = [
        ("layer", Layer),
        *((name, ctypes.c_long) for name in ("kind", "planes", "values", "kernel_h", "kernel_w")),
        *((name, ctypes.c_long) for name in ("height", "width", "out_height", "out_width")),
        *((name, ctypes.c_long) for name in ("read", "written", "added")),
    ]


def load(path):
    """Return the compiled kernel as a :class:`ctypes.CDLL` that knows its arguments."""
    library = ctypes.CDLL(str(path))
    pointer, long, integer = ctypes.c_void_p, ctypes.c_long, ctypes.c_int
    library.panel_width.restype = long
    library.run.argtypes = [pointer, long, pointer, pointer, pointer, *[long] * 4, integer, long]
    library.run.restype = integer
    return library
