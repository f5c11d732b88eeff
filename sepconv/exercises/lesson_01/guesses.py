"""The guesses of lesson 1."""

GUESSES = """
01_pixel number
2: M43 the kernel was flipped. Lay it on the image as it is: its 1 comes on the top left pixel of the window.
3: S07 the window was added up without the kernel. Each pixel is first multiplied by the number that lies on it.

01_size numbers
5, 7: S16 the kernel's size was left out of the output's size. In which row can a kernel of 2 rows begin for the last time?
3, 4: S31 the first window was forgotten. The kernel can take 3 steps down and 4 to the right. In how many places has it then been?
4, 6: only one column was taken off, as with the kernel of 2×2. This kernel has 3 columns.
5, 4: S12 rows and columns of the output were exchanged. Rows come first.

01_flip numbers
3, 6: M43 the kernel was flipped. Multiply 1, 2 and 4 by 1, 0 and −1, in this order.
5, 10: the last weight was taken to be 1. It has a minus sign.

01_kernel word: blur, outlines, sharpen
blur: blurring was taken to make all parts alike. It averages neighbors: what is the average of 25 bright pixels?

01_border number
9: M46 the padding was taken to be neutral. How many of the nine cells of the window in the corner lie on the image?
6: S13 at the corner only one side was cut off. The window sticks out above and on the left.
5: S14 the cells on the padding were counted instead of those on the image. What do zeros add to the sum?
1: an image of ones was taken to give ones. The products are added up, and nothing is divided.
0: S385 a window that lies partly on the padding was taken to give nothing. Its other cells lie on ones.

01_readers numbers
9, 9: each pixel was taken to be read equally often. Could a window be centered one step above the corner?
1, 1: each pixel was taken to be read by one window. Windows overlap: the next one begins only one pixel further on.
1, ...: S09 the padding was ignored. With padding 1 the first window begins one row above the image and one column to its left.
6, 9: S13 at the corner only one side was cut off. There is no window centered above the corner pixel, and none beside it on the outside.
"""
