"""The guesses of lesson 3."""

GUESSES = """
03_windows number
4: M36 a window that does not fit was counted. The fourth would begin at pixel 6. Where would it end?
6: S08 the stride was ignored. From one window to the next it is two pixels.
2: S164 a window was lost. Write down the pixels at which a window can begin, from pixel 0 on.

03_unused numbers
16, 32: the pixels in which unread rows and columns cross were counted twice. How many of them are there?
8, 16: only the rows were counted, or only the columns. A pixel is read only if both its row and its column are.
1, 2: unread rows were counted, and not pixels. How many pixels does such a row have, and what about the columns?
1, 4: only pixels were counted whose row and whose column are unread. One of the two is enough.
15, 15: the gap between two windows was overlooked. With stride 4, a kernel of 3 passes over one row at each step.
0, 0: each pixel was taken to lie in some window. Where does the last window end, and where does the image?

03_floor numbers
2, 3: M36 the size was rounded up. With its padding the row of 4 has 6 places. Does a third window fit?
1.5, 2: S111 the image was divided by the stride. Lay the windows on the padded row, and count them.
1, ...: S164 a window was lost. With its padding the row of 3 has 5 places: where can windows begin?
3, 4: S08 the stride was ignored. From one window to the next it is two pixels.

03_same number
4: the zeros were taken to make up for what the kernel takes away. A kernel of 2 takes away one pixel. How many zeros were added?
3: S09 the padding was ignored. There is one zero at each end.
6: S16 the kernel's size was left out of the output's size. Padded, the row has 6 places: where can a kernel of 2 begin?

03_dilation number
6: M42 a dilated kernel was taken to span k·dilation pixels. How many gaps are there between three numbers?
3: S29 the dilation was ignored. One pixel is left out between two numbers.
7: two pixels were taken to be left out at a time. With dilation 2 the next number lies two pixels further on.

03_port numbers
3, 9, 3, 9: both were taken to begin with a zero. TensorFlow puts its only zero at the end.
6, 7, 6, 7: both were taken to put a zero at the end only. PyTorch's first window begins with a zero.
6, 7, 3, 9: the two frameworks were exchanged. Which of them puts zeros on both sides?

03_field number
9: S38 the kernel sizes were added up. Two neighboring windows overlap: how many pixels does the second one add?
27: the kernel sizes were multiplied. Two neighboring windows overlap: how many pixels does the second one add?
3: S265 only the last layer was looked at. Each of the 3 pixels that it reads has a window of its own.

03_field_more numbers
6, ..., ...: M48 a 1×1 layer was taken to widen the view. It reads one pixel.
7, ..., ...: M48 a 1×1 layer was taken to widen the view. It reads one pixel.
..., 5, ...: S36 the strides were ignored. After a stride of 2, two neighboring pixels lie two input pixels apart.
..., ..., 5: S29 the dilation was ignored. The numbers of the first kernel lie two pixels apart.
..., ..., 8: M42 a dilated kernel was taken to span k·dilation pixels. How many gaps are there between three numbers?
"""
