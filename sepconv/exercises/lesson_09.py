"""Lesson 9: what it cannot do. Merging, rank, and sums of pairs."""

import numpy as np

from sepconv.exercises.inputs import Inputs
from sepconv.exercises.spec import Exercise, Misconception
from sepconv.reference import conv2d, separable_terms
from sepconv.reference import merge_separable as merge_sum


def merge_separable(depthwise, pointwise):
    """Merge both steps into the weights of one standard convolution."""
    C_in, _, kH, kW = depthwise.shape
    C_out = pointwise.shape[0]
    w = np.zeros((C_out, C_in, kH, kW))
    for o in range(C_out):
        for c in range(C_in):
            w[o, c] = pointwise[o, c] * depthwise[c]
    return w


def _merged_by_einsum(depthwise, pointwise):
    return np.einsum("oc,cuv->ocuv", pointwise[:, :, 0, 0], depthwise[:, 0])


def _merged_by_broadcasting(depthwise, pointwise):
    return pointwise * depthwise.swapaxes(0, 1)


def _merged_by_probing(depthwise, pointwise):
    """Light one pixel of one input channel: both layers together answer with their kernels, turned round."""
    C_in, _, kH, kW = depthwise.shape
    w = np.zeros((len(pointwise), C_in, kH, kW))
    for c in range(C_in):
        x = np.zeros((C_in, 1, 1))
        x[c] = 1
        y = conv2d(conv2d(x, depthwise, padding=(kH - 1, kW - 1), groups=C_in), pointwise)
        w[:, c] = y[:, ::-1, ::-1]
    return w


def _axes_exchanged(depthwise, pointwise):
    return merge_separable(depthwise, pointwise).swapaxes(0, 1)


def _channels_summed(depthwise, pointwise):
    return merge_separable(depthwise, pointwise).sum(axis=1, keepdims=True)


def _sum_for_every_channel(depthwise, pointwise):
    w = merge_separable(depthwise, pointwise)
    return np.broadcast_to(w.sum(axis=1, keepdims=True), w.shape)


def _first_kernel(depthwise, pointwise):
    return merge_separable(np.repeat(depthwise[:1], len(depthwise), axis=0), pointwise)


def _kernel_of_the_output(depthwise, pointwise):
    return pointwise * np.stack([depthwise[o] for o in range(len(pointwise))])


def _other_order(depthwise, pointwise):
    return pointwise * depthwise


def _kernel_flipped(depthwise, pointwise):
    return merge_separable(depthwise[:, :, ::-1, ::-1], pointwise)


def _side_by_side(depthwise, pointwise):
    w = np.repeat(depthwise.swapaxes(0, 1), len(pointwise), axis=0)
    w[:, :, w.shape[2] // 2, w.shape[3] // 2] += pointwise[:, :, 0, 0]
    return w


def _added(depthwise, pointwise):
    return pointwise + depthwise.swapaxes(0, 1)


def _cases_merge(seed):
    draw = Inputs(seed).integers
    return [
        (
            np.array([[1.0, 2], [4, 16]]).reshape(2, 1, 1, 2),
            np.array([[1.0, 3], [5, 7], [9, 11]]).reshape(3, 2, 1, 1),
        ),
        (draw(3, 1, 2, 4), draw(5, 3, 1, 1)),
        (draw(4, 1, 3, 2), draw(2, 4, 1, 1)),
        (draw(2, 1, 3, 3), draw(4, 2, 1, 1)),
        (draw(3, 1, 2, 3), draw(3, 3, 1, 1)),  # here, and only here, kernels fit the outputs as well
    ]


# The kernel, the biases and the image of the task does_it_merge, as the notebook shows them.
_KERNEL = np.array([[1, 2, 0], [3, 1, 2], [0, 1, 4]])
_POINTWISE_BIAS, _DEPTHWISE_BIAS = 2, 1


def _border(values, bias=_DEPTHWISE_BIAS):
    return {place: int(value) + bias for place, value in zip(("corner", "edge", "inside"), values)}


_ON_IMAGE = np.array([_KERNEL[1:, 1:].sum(), _KERNEL[1:].sum(), _KERNEL.sum()])
_ON_IMAGE_FLIPPED = np.array([_KERNEL[:2, :2].sum(), _KERNEL[:2].sum(), _KERNEL.sum()])
_BORDER = _border(_POINTWISE_BIAS * _ON_IMAGE)


def is_separable(w):
    """Say whether one depthwise and one pointwise step can do exactly what w does."""
    C_out, C_in, kH, kW = w.shape
    for c in range(C_in):
        rows = w[:, c].reshape(C_out, kH * kW)  # one row for each filter
        if np.linalg.matrix_rank(rows) > 1:
            return False
    return True


def _separable_by_svd(w):
    matrices = np.moveaxis(w, 1, 0).reshape(w.shape[1], w.shape[0], w.shape[2] * w.shape[3])
    sizes = np.linalg.svd(matrices, compute_uv=False)
    return bool((sizes[:, 1:] < 1e-9 * max(1, abs(w).max())).all())


def _separable_by_multiples(w):
    """Compare each row, crosswise, with the first row that is not zero."""
    for c in range(w.shape[1]):
        rows = [w[o, c].ravel() for o in range(w.shape[0])]
        first = next((row for row in rows if row.any()), rows[0])
        if any(not np.array_equal(np.outer(row, first), np.outer(first, row)) for row in rows):
            return False
    return True


def _ranks_of_channels(w):
    return [np.linalg.matrix_rank(w[:, c].reshape(len(w), -1)) for c in range(w.shape[1])]


def _known_ranks(w):
    ranks = [int(rank) for rank in _ranks_of_channels(w)]
    return f"Channel by channel, with one row for each filter, the ranks are {ranks}: the right answer is {is_separable(w)}."


def _ranks_of_filters(w):
    return [np.linalg.matrix_rank(box.reshape(len(box), -1)) for box in w]


def _cases_is_separable(seed):
    draw = Inputs(seed).integers

    def pair(c_out, c_in, *kernel):
        return _merged_by_broadcasting(draw(c_in, 1, *kernel), draw(c_out, c_in, 1, 1))

    last_channel_mixed = pair(2, 4, 2, 3)
    last_channel_mixed[:, 3] = draw(2, 2, 3)
    first_channel_mixed = pair(3, 2, 2, 4)
    first_channel_mixed[:, 0] = draw(3, 2, 4)
    one_channel_unused = pair(3, 2, 2, 3)
    one_channel_unused[:, 1] = 0
    return [
        (np.array([[3.0, 0], [0, 2]]).reshape(2, 1, 1, 2),),
        (np.array([[3.0, -1], [6, -2]]).reshape(2, 1, 1, 2),),
        (pair(4, 3, 2, 3),),
        (draw(4, 3, 1, 1) * draw(4, 1, 2, 3),),  # one kernel for each filter: pointwise first
        (draw(4, 3, 3, 1) * draw(4, 3, 1, 2),),  # every kernel is a column times a row
        (last_channel_mixed,),
        (first_channel_mixed,),
        (one_channel_unused,),
        (draw(1, 3, 3, 2),),
        (draw(4, 3, 1, 1),),
        (draw(3, 1, 1, 1) * draw(1, 2, 2, 3),),  # every filter is a multiple of one box
        (np.repeat(draw(1, 2, 2, 3), 3, axis=0),),
    ]


def best_separable(w, rank):
    """Find the depthwise and pointwise weights, depth multiplier rank, whose merger is nearest to w."""
    C_out, C_in, kH, kW = w.shape
    depthwise = np.zeros((C_in * rank, 1, kH, kW))
    pointwise = np.zeros((C_out, C_in * rank, 1, 1))
    for c in range(C_in):
        U, sizes, Vt = np.linalg.svd(w[:, c].reshape(C_out, kH * kW))
        for r in range(rank):
            j = c * rank + r  # the middle channel
            depthwise[j] = Vt[r].reshape(1, kH, kW)
            pointwise[:, j] = (sizes[r] * U[:, r]).reshape(C_out, 1, 1)
    return depthwise, pointwise


def _best_by_reference(w, rank):
    return list(separable_terms(w, rank))


def _best_by_eigenvectors(w, rank):
    """The best rows span the largest eigenvectors of MᵀM; the pointwise weights are projections on them."""
    C_out, C_in, kH, kW = w.shape
    kernels, mixing = [], []
    for c in range(C_in):
        M = w[:, c].reshape(C_out, kH * kW)
        rows = np.linalg.eigh(M.T @ M)[1][:, -rank:]  # (kH·kW, rank), smallest first
        kernels.append(rows.T)
        mixing.append(M @ rows)
    depthwise = np.concatenate(kernels).reshape(C_in * rank, 1, kH, kW)
    return depthwise, np.concatenate(mixing, axis=1).reshape(C_out, C_in * rank, 1, 1)


def _pairs(w, rank, term):
    """Build both weights from ``term(U, sizes, Vt, r)``, a (kernel, mixing column) for channel and place r."""
    C_out, C_in, kH, kW = w.shape
    depthwise, pointwise = np.zeros((C_in * rank, 1, kH, kW)), np.zeros((C_out, C_in * rank, 1, 1))
    for c in range(C_in):
        usv = np.linalg.svd(w[:, c].reshape(C_out, kH * kW))
        for r in range(rank):
            kernel, mixing = term(*usv, r)
            depthwise[c * rank + r, 0] = kernel.reshape(kH, kW)
            pointwise[:, c * rank + r, 0, 0] = mixing
    return depthwise, pointwise


def _pair_by_pair(w, rank):
    depthwise, pointwise = best_separable(w, rank)
    order = np.arange(len(depthwise)).reshape(-1, rank).T.ravel()
    return depthwise[order], pointwise[:, order]


def _first_pair_only(w, rank):
    return _pairs(w, rank, lambda U, s, Vt, r: (Vt[0], (r == 0) * s[0] * U[:, 0]))


def _all_pairs(w, rank):
    return best_separable(w, min(w.shape[0], w.shape[2] * w.shape[3]))


def _without_sizes(w, rank):
    return _pairs(w, rank, lambda U, s, Vt, r: (Vt[r], U[:, r]))


def _sizes_twice(w, rank):
    return _pairs(w, rank, lambda U, s, Vt, r: (s[r] * Vt[r], s[r] * U[:, r]))


def _smallest_kept(w, rank):
    return _pairs(w, rank, lambda U, s, Vt, r: (Vt[len(s) - 1 - r], s[len(s) - 1 - r] * U[:, len(s) - 1 - r]))


def _rows_of_u(w, rank):
    return _pairs(w, rank, lambda U, s, Vt, r: (Vt[r], s[r] * U[r]))


def _columns_of_vt(w, rank):
    return _pairs(w, rank, lambda U, s, Vt, r: (Vt[:, r], s[r] * U[:, r]))


def _whole_bank_at_once(w, rank):
    C_out, C_in, kH, kW = w.shape
    U, sizes, Vt = np.linalg.svd(w.reshape(C_out, -1))
    depthwise = Vt[:rank].reshape(rank, C_in, kH, kW).swapaxes(0, 1).reshape(C_in * rank, 1, kH, kW)
    mixing = np.tile(sizes[:rank] * U[:, :rank], (1, C_in))
    return depthwise, mixing.reshape(C_out, C_in * rank, 1, 1)


def _pointwise_transposed(w, rank):
    depthwise, pointwise = best_separable(w, rank)
    return depthwise, pointwise.swapaxes(0, 1)


def _observe_pair(value, w, rank):
    """What is compared: the two shapes and, since a pair's scales are free, the merged convolution."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        return value
    depthwise, pointwise = map(np.asarray, value)
    seen = {"shape of depthwise": depthwise.shape, "shape of pointwise": pointwise.shape}
    if (depthwise.shape, pointwise.shape) != _pair_shapes(w, rank):
        return seen
    merged = merge_sum(depthwise * 1.0, pointwise * 1.0, rank)
    return seen | {"merged": merged, "differs from w by": np.sqrt(((merged - w) ** 2).sum())}


def _pair_shapes(w, rank):
    C_out, C_in, kH, kW = w.shape
    return (C_in * rank, 1, kH, kW), (C_out, C_in * rank, 1, 1)


def _known_pair(w, rank):
    shapes = _pair_shapes(w, rank)
    lost = np.sqrt(((merge_sum(*separable_terms(w, rank), rank) - w) ** 2).sum())
    return (
        f"The right answer is two arrays: depthwise {shapes[0]}, pointwise {shapes[1]}. Merged, the nearest ones "
        f"differ from w by {lost:.4g} (root of the sum of squares)."
    )


def _cases_best(seed):
    draw = Inputs(seed).integers
    return [
        (np.array([[3.0, 0], [0, 2]]).reshape(2, 1, 1, 2), 1),
        (draw(3, 2, 1, 4), 1),
        (draw(4, 3, 2, 3), 2),
        (draw(5, 2, 2, 4), 3),
        (draw(3, 2, 2, 3), 3),
    ]


def pairs_that_pay(c_in, c_out, k):
    """Return the largest number of pairs that still has fewer weights than the standard convolution."""
    standard = c_in * c_out * k * k
    pair = c_in * k * k + c_in * c_out
    return (standard - 1) // pair


def _pairs_by_trying(c_in, c_out, k):
    pairs = 0
    while (pairs + 1) * c_in * (k**2 + c_out) < c_in * c_out * k**2:
        pairs += 1
    return pairs


def _pairs_by_rounding(c_in, c_out, k):
    return int(np.ceil(k * k * c_out / (k * k + c_out))) - 1


EXERCISES = [
    Exercise(
        name="warmup_09_1",
        lesson=9,
        points=0,
        kind="number",
        prompt="Lesson 8: how many weights does a separable layer 5 → 6 with k = 3 have, without biases?",
        answer=5 * 9 + 5 * 6,
        misconceptions=[
            Misconception(
                "M13",
                "the depthwise step was counted with the output channels",
                6 * 9 + 5 * 6,
                "The depthwise step has one kernel for each channel that it reads.",
            ),
            Misconception(
                "M15", "the two parts were multiplied", 5 * 9 * 5 * 6, "The steps follow each other."
            ),
        ],
        hints=["5 kernels of 3×3, then 6 mixtures of 5 channels."],
    ),
    Exercise(
        name="warmup_09_2",
        lesson=9,
        points=0,
        kind="choice",
        prompt="Lesson 6: which input channels does output channel 4 of nn.Conv2d(6, 9, 3, groups=3) read?",
        answer={2, 3},
        misconceptions=[
            Misconception("M27", "the groups were taken to be interleaved", {1, 4}, "Groups are blocks."),
        ],
        explanations={
            0: "Channel 0 is in the first group, which makes outputs 0, 1 and 2.",
            1: "Channel 1 is in the first group, which makes outputs 0, 1 and 2.",
            2: "Channel 2 begins the second group.",
            3: "Channel 3 is in the second group.",
            4: "Channel 4 is in the last group, which makes outputs 6, 7 and 8.",
            5: "Channel 5 is in the last group, which makes outputs 6, 7 and 8.",
        },
        hints=["Each group makes 3 outputs out of 2 inputs. In which group is output 4?"],
    ),
    Exercise(
        name="warmup_09_3",
        lesson=9,
        points=0,
        kind="number",
        prompt="Lesson 3: 12 pixels, kernel 4, stride 3, no padding: how many output pixels?",
        answer=3,
        misconceptions=[
            Misconception(
                "M36", "the size was rounded up", 4, "A window that does not fit completely does not count."
            ),
        ],
        hints=["The windows begin at 0, 3, 6 … as long as all 4 pixels are there."],
    ),
    Exercise(
        name="merge_separable",
        lesson=9,
        points=2,
        kind="function",
        prompt="Merge a depthwise and a pointwise step into the weights of one standard convolution.",
        answer=merge_separable,
        cases=_cases_merge,
        also_correct=[_merged_by_einsum, _merged_by_broadcasting, _merged_by_probing],
        misconceptions=[
            Misconception(
                "M54",
                "the two steps were added as if they stood side by side",
                _side_by_side,
                "They follow each other: the pointwise step takes what the depthwise step made, and multiplies it.",
            ),
            Misconception(
                "M53",
                "the depthwise kernel was chosen by the output channel",
                _kernel_of_the_output,
                "The depthwise step comes first. Which channels does it read: those of the input, or those of the output?",
            ),
            Misconception(
                "M53",
                "the merger of the other order was used",
                _other_order,
                "Multiplied as they stand, the first axis of depthwise meets the outputs. Which axis of the result counts what the depthwise step reads?",
            ),
            Misconception(
                "M06",
                "one flat kernel was used for all input channels",
                _first_kernel,
                "Each input channel has a depthwise kernel of its own.",
            ),
            Misconception(
                "M05",
                "input and output channels were exchanged",
                _axes_exchanged,
                "The result is the weight of an nn.Conv2d, a list of filters: what does its first axis count?",
            ),
            Misconception(
                "S350",
                "the input channels were added up in the weights",
                _channels_summed,
                "The convolution adds up its input channels when it runs; its weights keep them apart.",
            ),
            Misconception(
                "S351",
                "every input channel was given the sum of all kernels",
                _sum_for_every_channel,
                "w[o, c] is what input channel c alone contributes to output channel o.",
            ),
            Misconception(
                "S352",
                "weights were added where one scales the other",
                _added,
                "An output takes pointwise[o, c] times a filtered channel. What does that do to the kernel's numbers?",
            ),
            Misconception(
                "M43",
                "the kernel was flipped",
                _kernel_flipped,
                "Both layers lay their kernels down as they are.",
            ),
        ],
        hints=[
            "Follow input channel c alone on its way to output o: which kernel does it meet, and which single number?",
            "w[o, c] is a kernel; fill it in two loops, over o and c.",
            "w[o, c] is the kernel of c, scaled by the weight with which o takes channel c.",
        ],
    ),
    Exercise(
        name="does_it_merge",
        lesson=9,
        points=1,
        kind="number",
        prompt="An image of zeros goes through a pointwise step with a bias, then a padded depthwise step: which values come out?",
        answer=_BORDER,
        misconceptions=[
            Misconception(
                "M55",
                "the padding was taken to hold the pointwise bias, too",
                dict.fromkeys(_BORDER, _BORDER["inside"]),
                "The pointwise step has written its bias on the image. The zeros of the depthwise step's padding come later.",
            ),
            Misconception(
                "M43",
                "the kernel was flipped",
                _border(_POINTWISE_BIAS * _ON_IMAGE_FLIPPED),
                "Lay the kernel down as it is, its middle on the top left pixel: which of its numbers lie outside?",
            ),
            Misconception(
                "S14",
                "the cells on the padding were counted instead of those on the image",
                _border(_POINTWISE_BIAS * (_KERNEL.sum() - _ON_IMAGE)) | {"inside": _BORDER["inside"]},
                "The padding cells are zeros: they add nothing.",
            ),
            Misconception(
                "S353",
                "an image of zeros was taken to stay zero",
                dict.fromkeys(_BORDER, _DEPTHWISE_BIAS),
                "The pointwise step adds its bias to every pixel, also where it read zeros. What does the depthwise step read?",
            ),
            Misconception(
                "S354",
                "the depthwise bias was left out",
                _border(_POINTWISE_BIAS * _ON_IMAGE, bias=0),
                "The depthwise step has a bias as well. It is added once to each pixel.",
            ),
            Misconception(
                "S355",
                "the biases were added before the kernel was applied",
                _border((_POINTWISE_BIAS + _DEPTHWISE_BIAS) * _ON_IMAGE, bias=0),
                "Each bias is added at the end of its own step. Which of the two does the kernel still meet?",
            ),
        ],
        hints=[
            "After the pointwise step every pixel of this channel holds the same number. Which?",
            "Around that image lies a ring of zeros. At the top left corner, which four numbers of the kernel lie on the image?",
            "Add up the kernel's numbers that lie on the image, times that number, plus the depthwise bias.",
        ],
    ),
    Exercise(
        name="is_separable",
        lesson=9,
        points=2,
        kind="function",
        prompt="Can one depthwise and one pointwise step do exactly what these weights do?",
        answer=is_separable,
        cases=_cases_is_separable,
        known=_known_ranks,
        also_correct=[_separable_by_svd, _separable_by_multiples],
        misconceptions=[
            Misconception(
                "M50",
                "every convolution was taken to be a pair",
                lambda w: True,
                "Two filters that read one channel: a pair gives them the same kernel, up to a factor.",
            ),
            Misconception(
                "M49",
                "the rank of each k×k kernel was asked for",
                lambda w: bool((np.linalg.matrix_rank(w) <= 1).all()),
                "That is the other meaning of separable, k×1 then 1×k. A depthwise step may hold any kernel; what must agree between the filters?",
            ),
            Misconception(
                "M53",
                "the slices of one filter were compared with each other",
                lambda w: max(_ranks_of_filters(w)) <= 1,
                "That is the test for a pointwise step that comes first. Here the depthwise step does: all filters share a kernel for each input channel.",
            ),
            Misconception(
                "S356",
                "all input channels were put into one matrix",
                lambda w: bool(np.linalg.matrix_rank(w.reshape(len(w), -1)) <= 1),
                "Each input channel has its own kernel and its own pointwise weights, so each is tested on its own.",
            ),
            Misconception(
                "S357",
                "only the first input channel was tested",
                lambda w: bool(_ranks_of_channels(w)[0] <= 1),
                "One input channel that does not fit is enough to spoil it: where is the loop's end?",
            ),
            Misconception(
                "S358",
                "one fitting input channel was taken to be enough",
                lambda w: min(_ranks_of_channels(w)) <= 1,
                "The pair must do what w does for every input channel.",
            ),
            Misconception(
                "S359",
                "a channel of zeros was refused",
                lambda w: all(rank == 1 for rank in _ranks_of_channels(w)),
                "A channel that nobody reads is easy for a pair: what must its pointwise weights be?",
            ),
            Misconception(
                "S375",
                "the weights were counted",
                lambda w: w.shape[2] * w.shape[3] + len(w) < len(w) * w.shape[2] * w.shape[3],
                "That says whether a pair is smaller. Whether it can do the same depends on the numbers in w, not on how many there are.",
            ),
            Misconception(
                "S360",
                "the filters were asked to be equal instead of multiples",
                lambda w: bool((w == w[:1]).all()),
                "The pointwise step scales. Slices of two filters may differ by a factor.",
            ),
        ],
        hints=[
            "Take one input channel: w[:, c] has a k×k slice for each filter. How do these slices look if they came from a pair?",
            "Lay each slice out as a row. Rows that are multiples of one row: which number says that of a matrix?",
            "np.linalg.matrix_rank of w[:, c], reshaped to one row for each filter; for every c. Zero is allowed; a singular value that should be 0 may come out as 1e-16.",
        ],
    ),
    Exercise(
        name="all_ones_trap",
        lesson=9,
        points=1,
        kind="choice",
        prompt="Which of these weights can refute the claim that every standard convolution is a separable pair?",
        answer={"E", "F"},
        misconceptions=[
            Misconception(
                "M50",
                "filters that are multiples of each other were taken to differ",
                {"D", "E", "F"},
                "Filter 2 is 5 times any other filter. What does a pointwise step do with such a factor?",
            ),
            Misconception(
                "S361",
                "only random weights were taken for a test",
                {"F"},
                "Another one is nearly all ones, and still no pair makes it. Take the input channels one by one: are the rows multiples of each other?",
            ),
            Misconception(
                "S362",
                "random numbers were taken to be enough",
                {"B", "C", "E", "F"},
                "Random or not, look at the size of the matrix w[:, c]: which rank can it have at most?",
            ),
            Misconception(
                "S363",
                "every bank with filters that differ was taken for a test",
                {"C", "D", "E", "F"},
                "Filters may differ by a factor for each input channel. In which of these do they differ by more?",
            ),
        ],
        explanations={
            "A": "All slices are equal, so the rank is 1: with ones in both steps, the pair gives the same outputs.",
            "B": "With one filter the matrix of an input channel has one row: its rank cannot exceed 1.",
            "C": "With 1×1 kernels the matrix of an input channel has one column: its rank cannot exceed 1.",
            "D": "Filter 2 is a multiple of the others: the pointwise weights can be 1, 1, 5, 1.",
            "E": "For input channel 2, the row of filter 1 is no multiple of the others: the rank is 2.",
            "F": "Four random rows of nine numbers have rank 4.",
        },
        hints=[
            "A test can refute the claim only if the claim fails on it.",
            "For each: one row for each filter, one column for each place of the kernel. Which have rank 2 or more?",
        ],
    ),
    Exercise(
        name="best_separable",
        lesson=9,
        points=3,
        kind="function",
        prompt="Find the depthwise and pointwise weights, with depth multiplier rank, that come nearest to w.",
        answer=best_separable,
        cases=_cases_best,
        observe=_observe_pair,
        known=_known_pair,
        also_correct=[_best_by_reference, _best_by_eigenvectors],
        misconceptions=[
            Misconception(
                "M52",
                "the further pairs were taken to add nothing",
                _first_pair_only,
                "Pair r takes the r-th row of the decomposition, its column and its singular value: each adds something new.",
            ),
            Misconception(
                "M51",
                "pairs were added until nothing was left",
                _all_pairs,
                "rank says how many pairs there may be for each input channel; the rest is the error.",
            ),
            Misconception(
                "M26",
                "the middle channels were ordered pair by pair",
                _pair_by_pair,
                "Depthwise filter j reads input channel j // rank, so the filters of one input channel stand side by side.",
            ),
            Misconception(
                "S364",
                "the singular values were left out",
                _without_sizes,
                "The columns of U and the rows of Vᵀ all have length 1. What says how much each product weighs?",
            ),
            Misconception(
                "S365",
                "the singular values were put into both steps",
                _sizes_twice,
                "Merging multiplies the two steps, so each singular value must go in once: into one step, or its root into both.",
            ),
            Misconception(
                "S366",
                "the smallest singular values were kept",
                _smallest_kept,
                "What is left out is the error: leave out the smallest. np.linalg.svd sorts from large to small.",
            ),
            Misconception(
                "S367",
                "rows of U were taken for its columns",
                _rows_of_u,
                "Pointwise weights have one entry for each output channel, and they stand in a column: U[:, r].",
            ),
            Misconception(
                "S368",
                "the third result of svd was taken to be V instead of its transpose",
                _columns_of_vt,
                "np.linalg.svd returns Vᵀ: its rows are the kernels.",
            ),
            Misconception(
                "S356",
                "all input channels were put into one matrix",
                _whole_bank_at_once,
                "Each input channel has its own kernels and its own pointwise weights, so each is decomposed on its own.",
            ),
            Misconception(
                "M05",
                "input and output channels were exchanged",
                _pointwise_transposed,
                "pointwise is the weight of an nn.Conv2d, a list of filters: what does its first axis count?",
            ),
        ],
        hints=[
            "One input channel at a time: w[:, c] with one row for each filter, then np.linalg.svd.",
            "The r-th product is a column of U times a row of Vᵀ, weighed by the r-th singular value. Which of them is the kernel, which the pointwise weights?",
            "Middle channel j = c * rank + r: its kernel is Vt[r] in its k×k form, its pointwise weights are sizes[r] * U[:, r].",
        ],
    ),
    Exercise(
        name="pairs_that_pay",
        lesson=9,
        points=1,
        kind="function",
        prompt="How many pairs may be added up while their weights are fewer than those of the standard convolution?",
        answer=pairs_that_pay,
        cases=[
            (3, 4, 3),
            (3, 1, 3),
            (5, 64, 3),
            (2, 4, 2),
            (7, 12, 2),
            (4, 20, 5),
            (6, 9, 1),
            (5, 12, 6),
            (1, 32, 3),
        ],
        also_correct=[_pairs_by_trying, _pairs_by_rounding],
        misconceptions=[
            Misconception(
                "M51",
                "the pairs that make it exact were counted",
                lambda c_in, c_out, k: min(c_out, k * k),
                "So many are always exact, whatever they cost. Here only the weights count: what does one pair cost?",
            ),
            Misconception(
                "M14",
                "the ratio was built with the input channels",
                lambda c_in, c_out, k: (c_in * k * k - 1) // (c_in + k * k),
                "Write both counts down. Both hold c_in, which cancels.",
            ),
            Misconception(
                "S369",
                "equally many weights were taken for fewer",
                lambda c_in, c_out, k: k * k * c_out // (k * k + c_out),
                "Where the division leaves no remainder, the pairs have just as many weights as the standard convolution.",
            ),
            Misconception(
                "S370",
                "the number of pairs was rounded up",
                lambda c_in, c_out, k: -(-k * k * c_out // (k * k + c_out)),
                "One pair more than that has fewer weights no longer: count the whole pairs that fit.",
            ),
            Misconception(
                "S26",
                "k was not squared",
                lambda c_in, c_out, k: (k * c_out - 1) // (k + c_out),
                "The kernel is k high and k wide.",
            ),
        ],
        hints=[
            "How many weights does one pair have, and how many does the standard convolution have?",
            "The largest K with K · pair < standard. Mind the case in which they are equal.",
        ],
    ),
    Exercise(
        name="spatially_separable",
        lesson=9,
        points=1,
        kind="choice",
        prompt="For each kernel: which layers can compute it exactly on one channel?",
        answer={"scharr": "A", "sharpen": "B", "diagonal": "B", "ramp": "A"},
        misconceptions=[
            Misconception(
                "M49",
                "depthwise was taken to mean k×1 then 1×k",
                {"scharr": "A", "sharpen": "C", "diagonal": "C", "ramp": "A"},
                "A depthwise kernel has nine numbers of its own: what could it not hold?",
            ),
            Misconception(
                "S372",
                "zeros were taken to forbid it",
                {"scharr": "B", "sharpen": "B", "diagonal": "B", "ramp": "B"},
                "A column or a row may hold zeros as well. Are the rows multiples of one row?",
            ),
            Misconception(
                "S376",
                "every kernel was taken to be a column times a row",
                {"scharr": "A", "sharpen": "A", "diagonal": "A", "ramp": "A"},
                "Of a column times a row, every row is a multiple of one row.",
            ),
            Misconception(
                "S371",
                "symmetry was taken for the test",
                {"scharr": "B", "sharpen": "A", "diagonal": "A", "ramp": "B"},
                "A column times a row makes rows that are multiples of one row; whether it looks the same from all sides does not matter.",
            ),
        ],
        explanations={
            "scharr": {
                "A": "Its rows are 3, 10 and 3 times the row [1, 0, −1].",
                "B": "Its rows are multiples of one row. How many independent rows are there, then?",
                "C": "A depthwise kernel can be anything.",
            },
            "sharpen": {
                "A": "Its first and its second row are no multiples of each other.",
                "B": "Two rows are independent, so the rank is 2; a depthwise kernel can be anything.",
                "C": "A depthwise kernel can be anything.",
            },
            "diagonal": {
                "A": "No row is a multiple of another one.",
                "B": "Three rows are independent, so the rank is 3; a depthwise kernel can be anything.",
                "C": "A depthwise kernel can be anything.",
            },
            "ramp": {
                "A": "Its rows are 1, 0 and −2 times the first row.",
                "B": "Compare the last row with the first; a row of zeros is 0 times it.",
                "C": "A depthwise kernel can be anything.",
            },
        },
        hints=[
            "A k×1 kernel followed by a 1×k kernel does what their product, column times row, does in one go.",
            "Of a column times a row every row is a multiple of one row: the k×k matrix has rank 1.",
        ],
    ),
    Exercise(
        name="parsons_svd",
        lesson=9,
        points=2,
        kind="order",
        prompt="Put the lines in order so that they compute the relative error of the nearest sum of pairs; three lines do not belong.",
        opening="def error_left(w, rank):",
        lines={
            "A": "        lost += sizes[rank:].sum()",
            "B": "    return np.sqrt(lost / (w ** 2).sum())",
            "C": "        rows = w[:, c].reshape(len(w), -1)",
            "D": "        lost += (sizes[:rank] ** 2).sum()",
            "E": "    for c in range(w.shape[1]):",
            "F": "        lost += (sizes[rank:] ** 2).sum()",
            "G": "        rows = w[c].reshape(w.shape[1], -1)",
            "H": "        sizes = np.linalg.svd(rows, compute_uv=False)",
            "I": "    lost = 0.0",
        },
        answer="IECHFB",
        cases=lambda seed: [
            (np.array([[3.0, 0], [0, 2]]).reshape(2, 1, 1, 2), 1),
            (Inputs(seed).integers(4, 2, 2, 3), 1),
            (Inputs(seed + 1).integers(5, 3, 3, 2), 2),
        ],
        misconceptions=[
            Misconception(
                "S373",
                "what is kept was taken for what is lost",
                "IECHDB",
                "The first rank singular values belong to the pairs. Which ones are missing from the sum of pairs?",
            ),
            Misconception(
                "S374",
                "singular values were added without squaring",
                "IECHAB",
                "The numbers of what is left out, squared and added up, make the sum of squared singular values.",
            ),
            Misconception(
                "M53",
                "the slices of one filter were compared with each other",
                "IEGHFB",
                "The rows of the matrix belong to filters; the loop runs over input channels.",
            ),
        ],
        hints=[
            "Before the loop: nothing is lost yet. After it: the square root, once.",
            "Inside: the matrix of channel c, its singular values, then the ones that are left out, squared.",
        ],
    ),
]
