"""What PyTorch's, NumPy's and Python's well-known error messages mean in an answer of this course."""

import io
import re
import tokenize

POWER = "In Python a power is written **. The sign ^ is something else: bitwise exclusive or."

# What to search for in a message and the line of code below it, and indented what it means. The first match wins.
_TABLE = r"""
Given groups=(\d+), weight of size \[(\d+), (\d+),.*expected input\[.*\] to have (\d+) channels, but got (\d+)
    The weight says that each filter reads {3} channels, in {1} group(s): it fits an input of {4} channels,
    and the input has {5}.
weight has shape \(\d+, (\d+),[^\n]*but x has (\d+) channels
    Each filter reads {1} channels, and the image that conv2d is given has {2}. Which of the two is as it
    should be?
x has shape \(0,\s
    The image that conv2d is given has no channel: does a slice end where it begins?
x has shape \(\d+, \d+\); it must be
    The image that conv2d is given has lost its channel axis: x[3] takes channel 3 out of x, x[3:4] and x[[3]]
    keep the axis.
in_channels must be divisible by groups
    groups cuts the input channels into equal parts: it must divide in_channels.
out_channels must be divisible by groups
    groups cuts the output channels into equal parts: it must divide out_channels.
padding='same' is not supported for strided
    PyTorch offers padding='same' for stride 1 only.
Calculated padded input size per channel: \((.*)\)\. Kernel size: \((.*)\)
    The padded input ({1}) is smaller than the kernel ({2}): there is no place to put it.
size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) at non-singleton dimension (\d+)
    Two tensors are combined entry by entry, and along dimension {3} one has {1} entries and the other {2}.
mat1 and mat2 shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)
    A matrix product needs the columns of the left ({2}) to equal the rows of the right ({3}).
groups must be a positive integer
    groups counts the blocks that the channels are cut into: 1 or more.
Expected 3D \(unbatched\) or 4D
    A 2-D convolution takes (C, H, W) or (N, C, H, W): is the channel axis or the batch axis missing?
Input type \((\w+)\) and (?:bias|weight) type \((\w+)\) should be the same
    The input is {1} and the layer {2}: bring both to one dtype.
expected weight to be divisible by (\d+) at dimension 0
    The filters are cut into {1} groups, and their number is not divisible by {1}.
expected bias to be 1-dimensional with (\d+) elements
    There is one bias for each of the {1} output channels.
could not broadcast input array from shape (\([^\n]*?\)) into shape (\([^\n]*?\))
    An array of shape {1} is put where one of shape {2} belongs.
modulo by zero|division by zero
    Something is divided by 0: does a range begin at 0?
matmul: Input operand 1 has a mismatch in its core dimension 0.*size (\d+) is different from (\d+)
    A matrix product needs the columns of the left ({2}) to equal the rows of the right ({1}). Of an array
    with three axes, the last two are the matrix.
leaf Variable that requires grad is being used in an in-place
    Parameters may be written on only inside: with torch.no_grad():
weight should have at least three dimensions
    A Conv1d's weight has three axes: output channels, input channels, kernel.
expanded size of the tensor \((\d+)\) must match the existing size \((\d+)\)
    What is copied ({2}) must have the shape of the place that it goes to ({1}): is an axis of length 1
    missing?
^name '(\w+)' is not defined
    The function knows its arguments and the names that it makes; {1} is neither.
axes don't match array
    transpose takes the new order of all axes; swapaxes exchanges two.
grad can be implicitly created only for scalar outputs
    backward() begins at one number: take one output, or a sum.
arrays used as indices must be of integer|only integers, slices
    An index must be a whole number: / gives a float, // does not.
Trying to backward through the graph a second time
    PyTorch forgets a calculation once it has gone back through it: to go back again, write retain_graph=True.
object too deep for desired array
    np.convolve takes rows of numbers only, arrays with one axis.
inhomogeneous shape
    The rows have different lengths, and such a list is no array.
setting an array element with a sequence
    A whole array is put where one number belongs: is a sum missing?
negative dimensions
    A size came out negative: which difference is the wrong way round?
cannot access local variable '(\w+)'|local variable '(\w+)' referenced before assignment
    A name is used before a line has given it a value.
index (-?\d+) is out of bounds for (?:axis|dimension) (\d+) with size (\d+)
    Along axis {2} there are {3} entries, numbered from 0: index {1} does not exist.
unsupported operand type.*'ellipsis'
    A blank ... of the stub is still there.
expected scalar type (\w+) but found (\w+)
    One tensor is {1} and the other {2}: bring both to one dtype.
maximum recursion depth exceeded
    The function calls itself without end.
(Unable to allocate|can't allocate memory|Cannot allocate memory)
    It asks for more memory than there is: is a size multiplied in twice?
'numpy\.ndarray' object has no attribute '(?:permute|unsqueeze|detach|numel|numpy|float|double)'
'Tensor' object has no attribute '(?:astype|copy)'
    NumPy's arrays and PyTorch's tensors have methods of different names. Which of the two is this?
invalid combination of arguments - got \([^)]*numpy\.ndarray|must be Tensor, not (?:numpy\.)?ndarray
    A NumPy array is put into PyTorch, which takes tensors: torch.tensor(x) makes one.
invalid combination of arguments
    Something of another kind is passed than PyTorch takes there: a float for a whole number, or a list for a
    tensor?
unsupported operand type\(s\) for (\S+)(?: or pow\(\))?: (?=.*'tuple')
    A pair stands here as if it were one number. A Conv2d's kernel_size, stride and padding are pairs,
    (height, width): [0] takes the first.
can only concatenate tuple|can't multiply sequence by non-int|can only concatenate list
    With a tuple or a list, + and * put things one after the other; they do not calculate. Take a number out,
    the first with [0]. A Conv2d's padding is such a pair.
(?:'NoneType' object (?:is not subscriptable|has no attribute)|'bool' object has no attribute)(?=.*\.grad\b)
    A tensor's .grad is None until backward has filled it: is requires_grad set before the forward, and
    backward called?
'bool' object has no attribute '(\w+)'
    There is one True or False here and no array of them, so there is nothing to take .{1} of. Two tuples or
    two lists, or None and an array, are compared as wholes.
does not require grad and does not have a grad_fn
    Nothing here is to be differentiated: set requires_grad before the forward pass.
'NoneType' object (?:is not subscriptable|has no attribute)
    Something is None here. Is it an argument that may be left out, or a function that returns nothing?
truth value of an array(?=.*matrix_rank)
    matrix_rank of an array with more than two axes returns one rank for each matrix in it. It takes one
    matrix to give one number.
truth value of an (array|tensor)|Boolean value of Tensor
    A whole array is asked whether it is true, and it has many entries. Say whether all or any of them count:
    .all(), .any(). To ask whether an array was given at all: is not None.
only (?:length-1|0-dimensional|size-1) arrays can be converted
only one element tensors can be converted|convert an array of size 1 to a Python scalar
Tensor with \d+ elements cannot be converted
    A whole array is put where one number belongs: is a sum or an index missing?
(list|tuple) index out of range
    The {1} has fewer items than that. They are numbered from 0, so the last of n is n - 1.
not enough values to unpack \(expected (\d+), got (\d+)\)
    On the left of = stand {1} names, and what is on the right has {2} parts. A shape has one number for each
    axis.
too many values to unpack \(expected (\d+)
    On the left of = stand {1} names, and what is on the right has more parts. A shape has one number for each
    axis.
'(numpy\.ndarray|Tensor|Parameter|list|tuple|dict|int|float|numpy\.float64)' object is not callable
    Round parentheses call a function, and this is none: an index stands in [ ], and a product needs its *.
subscript (\w) has size (\d+) for operand \d+ which does not broadcast with previously seen size (\d+)
    In einsum one letter is one size: {1} stands for an axis of {3} and for one of {2}.
operands could not be broadcast together with remapped shapes.*requested shape
    With more than two axes @ multiplies the last two, and the axes before them must fit, too. Reshape to
    matrices first, or name the axes with einsum.
operands could not be broadcast together with remapped shapes
    In einsum one letter is one size, and here one stands for two axes of different sizes.
more dimensions than subscripts given in einstein sum
number of subscripts in the equation \((\d+)\) does not match
    In einsum each axis of an array needs a letter of its own: count the axes and the letters.
output subscript '?(\w)'? (?:which never appeared|does not appear)|output subscript '\w' which never
    In einsum a letter to the right of -> must stand on the left, too: it says which axis is kept.
einstein sum|einsum\(\)
    The einsum text needs one group of letters for each array, with commas between, then -> and the letters to
    keep.
shapes \((.*?)\) and \((.*?)\) not aligned
    np.dot adds up over the last axis of the left ({1}) and the second to last of the right ({2}): they must
    be equally long. Which axis are the channels on?
operands could not be broadcast together with shapes ([^\n]*\S)
    Two arrays are combined entry by entry, and their shapes do not fit: {1}.
Expected size for first two dimensions of batch2 tensor to be: \[\d+, (\d+)\] but got: \[\d+, (\d+)\]
    With three axes @ multiplies the last two, once for each entry of the first: {1} columns meet {2} rows.
    Reshape to a matrix first, or name the axes with einsum.
cannot reshape array of size (\d+) into shape (\(.*\))|shape '\[(.*)\]' is invalid for input of size
    A reshape keeps every number: the product of the new shape must be the number of entries.
view size is not compatible
    A view needs its numbers side by side, and after a permute they are not: .reshape copies where it must.
Can't call numpy\(\) on Tensor that requires grad
    NumPy cuts gradients off. In the forward of a module, calculate with PyTorch; elsewhere write .detach()
    first.
Cannot interpret '(\d+)' as a data type
    A shape is one argument: zeros((a, b)), with two pairs of parentheses.
(before|first call|call) (?:Module|super)\(?\)?\.?__init__\(\)|before Module\.__init__\(\) call
    The first line of __init__ must be super().__init__().
missing the required "forward" function
    The class has no method with the name forward, or it is indented too far.
cannot assign '.*' as parameter
    What a layer learns is an nn.Parameter: wrap it, or copy into the one that is there.
too many indices for (?:array|tensor)
    There are more indices than axes: count the axes of what is indexed.
object of type '(\w+)' has no len
    This is one {1}, and len counts the items of a list or an array.
'int' object is not iterable|'float' object is not iterable
    One number cannot be gone through like a list: is range( ) missing?
'tuple' object has no attribute
    This is a tuple of several things: take one out, for example the first with [0].
'float' object cannot be interpreted as an integer|slice indices must be integers
must be of integral type|must be tuple of ints, ?(?:but got|not) float
    A size or an index must be a whole number: / gives a float, // does not.
"""
_MEANINGS = re.findall(r"((?:^\S.*\n)+)((?:^ .*\n)+)", _TABLE, re.MULTILINE)


def meaning(message: str, line: str = "") -> str:
    """Return what a well-known error message means, or an empty string.

    Parameters
    ----------
    message : str
    line : str
        The line of code that it came from, as far as it is known.

    Returns
    -------
    str
    """
    if uses_caret(line):
        return POWER
    for patterns, words in _MEANINGS:
        if found := re.search("|".join(patterns.splitlines()), f"{message}\n{line}", re.DOTALL):
            return " ".join(words.split()).format(found.group(0), *found.groups())
    return ""


def uses_caret(source: str) -> bool:
    """Return whether ^ stands in a piece of code, outside its texts and comments.

    Parameters
    ----------
    source : str

    Returns
    -------
    bool
    """
    try:
        return any(
            token.type == tokenize.OP and token.string in ("^", "^=")
            for token in tokenize.generate_tokens(io.StringIO(source).readline)
        )
    except (tokenize.TokenError, SyntaxError):  # part of a longer statement
        return False
