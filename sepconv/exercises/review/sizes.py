"""One output, and how many there are."""

from sepconv.exercises.review import Family

_DIGITS = range(1, 10)


def one_output(a, b, c, d, u, v, i):
    x = [a, b, c, d]
    w = [u, v]
    return x[i] * w[0] + x[i + 1] * w[1]


def border_pixel(k, padding):
    on_image = k - padding
    return on_image * on_image


def output_pixels(size, k, stride, padding):
    return (size + 2 * padding - k) // stride + 1


def dilated_output_pixels(size, k, dilation):
    span = dilation * (k - 1) + 1
    return size - span + 1


def pixels_seen(k1, stride1, k2, stride2):
    field, jump = 1, 1
    for k, stride in [(k1, stride1), (k2, stride2)]:
        field += (k - 1) * jump
        jump *= stride
    return field


def work_of_a_layer(c_in, c_out, k, padding, h, w):
    stride = 2
    rows = (h + 2 * padding - k) // stride + 1
    columns = (w + 2 * padding - k) // stride + 1
    return rows * columns * c_out * c_in * k * k


FAMILIES = [
    Family(
        one_output,
        1,
        "x = [{a}, {b}, {c}, {d}], w = [{u}, {v}]. What is y[{i}]?",
        """
        M43 the kernel was flipped
        x[i] * w[0] + x[i + 1] * w[1] => x[i] * w[1] + x[i + 1] * w[0]
        The kernel is laid down as it is.

        S125 the first window was taken
        x[i] * w[0] + x[i + 1] * w[1] => x[0] * w[0] + x[1] * w[1]
        Counting begins with 0: where does the window of this output begin?

        S07 the window was added up without the kernel
        x[i] * w[0] + x[i + 1] * w[1] => x[i] + x[i + 1]
        Each number of the window is multiplied by the number of the kernel that lies on it.
        """,
        "The window begins at the number with the index of the output.",
        {**dict.fromkeys("abcd", _DIGITS), "u": range(2, 6), "v": (-3, -2, -1), "i": (1, 2)},
        also="S05 S06 sign-lost index-off starts-at-one",
    ),
    Family(
        border_pixel,
        1,
        "a large image of ones, a {k}×{k} kernel of ones, padding {padding}. What is y[0, 0]?",
        """
        M46 the padding was taken to be neutral
        k - padding => k
        Padding cells are zeros: they add nothing.

        S44 corner and edge were exchanged
        return on_image * on_image => return k * on_image
        At an edge the window leaves the image on one side. On how many sides does it at [0, 0]?
        """,
        "How many cells of the window lie on the image, in each direction?",
        {"k": range(3, 10), "padding": range(1, 5)},
        lambda k, padding: padding <= k // 2,
        also="S10 S32 S35",
    ),
    Family(
        output_pixels,
        3,
        "{size} pixels in a row, kernel {k}, stride {stride}, padding {padding}. How many output pixels?",
        """
        M36 a window that does not fit was counted
        - k) // stride => - k + stride - 1) // stride
        A window that does not fit completely does not count.

        S09 the padding was ignored
        + 2 * padding - k => - k
        Padding makes room for more windows.

        S30 the padding was counted on one side
        2 * padding => padding
        `padding` zeros go on each end.

        S31 the first window was forgotten
        // stride + 1 => // stride
        The division counts the steps. With no step at all there is already one window.

        S16 the kernel's size was left out of the output's size
        padding - k) => padding)
        The last window must lie on the padded input completely. How far from the end can it begin?

        S08 the stride was ignored
        // stride + 1 => + 1
        How many pixels is it from one window to the next?
        """,
        "How far can the window travel on the padded pixels? In how many whole steps, and in how many places has it been then?",
        {"size": range(20, 60), "k": range(3, 10), "stride": (2, 3, 4), "padding": range(2, 8)},
        lambda size, k, stride, padding: padding < k and (size + 2 * padding - k) % stride,
        also="S03 S34 S42 S111 S121 S123 S124 S164 M39 M40 size-over-stride rounded-up not-rounded before-dividing",
    ),
    Family(
        dilated_output_pixels,
        3,
        "{size} pixels in a row, kernel {k}, dilation {dilation}, no padding. How many output pixels?",
        """
        M42 a dilated kernel was taken to span k·dilation pixels
        dilation * (k - 1) + 1 => dilation * k
        How many pixels is it from the first number of the kernel to its last?

        S29 the dilation was ignored
        dilation * (k - 1) + 1 => k
        A dilated kernel's numbers lie further apart.

        S31 the first window was forgotten
        span + 1 => span
        When the kernel is as long as the row, there is still one place for it.
        """,
        "Draw the kernel with its gaps. From its first pixel to its last, how many is that?",
        {"size": range(15, 50), "k": (3, 4, 5), "dilation": (2, 3, 4)},
        also="S39 M39",
    ),
    Family(
        pixels_seen,
        3,
        "first a kernel of {k1} with stride {stride1}, then one of {k2} with stride {stride2}. How many input pixels, in a "
        "row, does an output see?",
        """
        S36 the strides were ignored
        jump *= stride => pass
        After a layer with a stride, one step is several input pixels.

        S38 the kernel sizes were added up
        field, jump = 1, 1 => field, jump = 0, 1
        (k - 1) * jump => k
        Windows of neighbors overlap.

        S37 a layer's own stride was applied to its own kernel
        (k - 1) * jump => (k - 1) * jump * stride
        A layer's kernel lies on its input grid. Its stride matters to the layers after it.
        """,
        "The first layer sees as much as its kernel. How many input pixels is one step of the second?",
        {"k1": (3, 5, 7), "stride1": (2, 3), "k2": (3, 5, 7), "stride2": (2, 3)},
        lambda k1, stride1, k2, stride2: k1 != k2 and stride1 != stride2,
        also="S46 M48",
    ),
    Family(
        work_of_a_layer,
        4,
        "how many MACs does a layer of {c_in} → {c_out} channels cost on an image of {h}×{w} pixels, with a {k}×{k} kernel, "
        "stride 2 and padding {padding}?",
        """
        M08 MACs were counted on the input pixels
        rows * columns => h * w
        A filter is laid down once for each output pixel. How many of those are there?

        M09 FLOPs were counted
        return rows => return 2 * rows
        A MAC is one multiplication together with its addition.

        S105 the output pixels were left out
        rows * columns * c_out => c_out
        That is the number of weights. How often is each of them used?

        S25 one filter was counted
        c_out * c_in => c_in
        Every output channel has a filter of its own, and each filter visits every output pixel.

        M06 the filters were taken to be flat
        c_out * c_in => c_out
        A filter reads all input channels at each place.

        S26 k was not squared
        k * k => k
        The kernel is as high as it is wide.
        """,
        "First the output: how many rows and columns? Each of its pixels costs all the weights once.",
        {
            "c_in": range(2, 7),
            "c_out": range(2, 9),
            "k": (3, 5),
            "padding": (1, 2),
            "h": range(5, 12),
            "w": range(5, 12),
        },
        lambda c_in, c_out, k, padding, h, w: c_in != c_out and h != w and padding == k // 2,
        also="M07 S104 S106 S120 S136 S137 S200 result-doubled square-left-out",
    ),
]
