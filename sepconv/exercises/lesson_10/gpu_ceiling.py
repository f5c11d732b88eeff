"""How many times faster can a separable layer be on a T4, in float16, if every layer takes its least time?"""

from sepconv.exercises.spec import Exercise


def gpu_ceiling():
    macs_a_second, bytes_a_second, size = 65e12 / 2, 320e9, 2  # a MAC is two FLOPs
    c_in, c_out, pixels = 128, 512, 64 * 28 * 28  # of all images

    def least_seconds(weights, channels):
        """The channels of the maps that are read and written."""
        arithmetic = weights * pixels / macs_a_second
        moving = (weights + channels * pixels) * size / bytes_a_second
        return max(arithmetic, moving)

    standard = least_seconds(3 * 3 * c_in * c_out, c_in + c_out)
    depthwise = least_seconds(3 * 3 * c_in, c_in + c_in)
    pointwise = least_seconds(c_in * c_out, c_in + c_out)
    return standard / (depthwise + pointwise)


EXERCISE = Exercise(
    points=1,
    answer=gpu_ceiling,
    tolerance=0.005,  # the weights change the third decimal
    misconceptions="""
        M60 fewer MACs were taken for as much less time
        max(arithmetic, moving) => arithmetic
        So many times fewer are the MACs. Which of the three layers wait for their bytes instead?

        S1050 every layer was taken to wait for its bytes
        max(arithmetic, moving) => moving
        Which takes longer in the standard layer, its arithmetic or its bytes?

        S1051 the times for the arithmetic and for the bytes were added up
        max(arithmetic, moving) => arithmetic + moving
        A card computes while it moves bytes. Which of the two times is the least that a layer can take?

        S1052 the ridge of the card was put at twice as many MACs a byte
        65e12 / 2 => 65e12
        A MAC is two FLOPs, and a float16 number has 2 bytes. At how many MACs a byte is the ridge?

        S1053 the T4 was taken to compute in float32
        65e12 => 8.1e12
        320e9, 2 => 320e9, 4
        Asked is float16: how many FLOPs a second is that on a T4, and how many bytes has a number?

        S1054 the arithmetic of float32 was taken with the bytes of float16
        65e12 => 8.1e12
        In float16 the products go to the tensor cores. How many FLOPs do they do in a second?

        S1055 only two of the four maps of the two stages were counted
        3 * 3 * c_in, c_in + c_in => 3 * 3 * c_in, c_in
        least_seconds(c_in * c_out, c_in + c_out) => least_seconds(c_in * c_out, c_out)
        The depthwise stage reads a map and writes one, and then the pointwise stage does. How many maps is that?

        S1056 the middle map was counted once
        3 * 3 * c_in, c_in + c_in => 3 * 3 * c_in, c_in
        One stage writes it. What does the other one have to do with it?

        S304 the pointwise stage was left out
        depthwise + pointwise => depthwise
        A separable layer has two stages. How long does the second one take?

        S300 the depthwise stage was counted as a standard one
        3 * 3 * c_in, c_in + c_in => 3 * 3 * c_in * c_in, c_in + c_in
        How many channels does each of its kernels read?

        M13 the depthwise stage was counted with the output channels
        3 * 3 * c_in, c_in + c_in => 3 * 3 * c_out, c_out + c_out
        It comes first. How many channels does it meet?

        S26 k was not squared
        3 * 3 => 3
        The kernel is k high and k wide.

        S301 the ratio was turned upside down
        standard / (depthwise + pointwise) => (depthwise + pointwise) / standard
        Asked is how many times the time of the separable layer fits into that of the standard one.
    """,
    hints=[
        "For each of the three layers compute two times: MACs over the MACs that the card does in a second, and bytes over "
        "the bytes that it moves in a second. The larger one is the layer's least time.",
        "It is enough to look at one pixel of one image, since all times grow with the pixels; the weights then hardly "
        "matter. The standard layer reads 128 numbers there and writes 512.",
        "For each pixel, the standard layer takes 18.1 ns, for its arithmetic; the two stages move 256 and 640 numbers.",
    ],
)
