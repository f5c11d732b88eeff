// A depthwise-separable convolution that never writes its middle map to memory.
//
//   x (N, C, H, W)  -- depthwise 3x3 -->  middle (N, C, Ho, Wo)  -- pointwise -->  y (N, C_out, Ho, Wo)
//
// PyTorch computes the whole middle map, writes it, and reads it back. Here a task is a band of output rows: its part
// of the middle map goes into a buffer that stays in the cache and is multiplied at once by the pointwise weights.
//
// Memory comes in two layouts. In channels_last the channels of a pixel are neighbors, so a vector register holds
// channels; in PyTorch's usual layout the pixels of a channel are neighbors, so it holds pixels. The matrix product
// is one function for both: rows times a panel, and what is a row and what a panel changes places.
//
// Here is the arithmetic of one band; chain.cpp, which includes this file, cuts layers into bands and calls it.

#include <cmath>
#include <cstdlib>
#include <cstring>

// What does not change between calls. binding.py holds the same fields in the same order.
struct Layer {
    long channels, out_channels, stride_h, stride_w, pad_h, pad_w;
    float middle_low, middle_high, low, high;  // activations as limits: a ReLU is 0 and infinity
    const float* depthwise;       // channels_last (9, C), else (C, 9)
    const float* depthwise_bias;  // (C)
    const float* pointwise;       // channels_last: panels (C, PANEL), zeros where C_out ends; else (C_out, C)
    const float* pointwise_bias;  // (C_out), zeros up to a whole panel
};
namespace {
// --- Vectors ---------------------------------------------------------------------------------------------
// How many bytes a register of this CPU holds, and how many registers wide a panel is. A tile of 6 rows x 4 vectors is
// 24 sums, which the 32 registers of AVX-512 and ARM hold beside what is multiplied; the 16 of AVX and SSE hold 6 x 2.
#if defined(__AVX512F__)
constexpr int BYTES = 64, PANEL_VECTORS = 4;
#elif defined(__AVX__)
constexpr int BYTES = 32, PANEL_VECTORS = 2;
#elif defined(__aarch64__)
constexpr int BYTES = 16, PANEL_VECTORS = 4;
#else
constexpr int BYTES = 16, PANEL_VECTORS = 2;
#endif
constexpr int LANES = BYTES / sizeof(float), PANEL = PANEL_VECTORS * LANES, ROWS = 6;
// The compilers' own vector type: + and * work on all lanes at once, at any address.
typedef float Vector __attribute__((vector_size(BYTES), aligned(4), may_alias));

Vector load(const float* p) { return *reinterpret_cast<const Vector*>(p); }
void store(float* p, Vector v) { *reinterpret_cast<Vector*>(p) = v; }
Vector all(float s) { return s - Vector{}; }  // "+" would cost an addition: -0.0 + 0.0 is 0.0, but s - 0.0 is s
long smaller(long a, long b) { return a < b ? a : b; }
long whole_panels(long n) { return (n + PANEL - 1) / PANEL * PANEL; }
Vector clamp(Vector v, Vector low, Vector high) {
    v = v < low ? low : v;  // NaN is not below anything and stays NaN, as in torch.relu
    return v > high ? high : v;
}

// --- The matrix product ----------------------------------------------------------------------------------
// y[r][v] = bias + sum over c of rows[r][c] * panel[c][v]; of the panel's last vector, only some lanes are wanted.
struct Product {
    const float *rows, *panel, *bias;
    float* y;
    long depth, row_step, y_step;
    float low, high;
    long last_lanes;
};

// One tile of R rows and V vectors. A register has no address, so a sum can be one only where every index into `sum`
// is a constant: each loop over r and v is unrolled, for a single one that is not would keep all sums in memory.
template <int R, int V, bool BIAS_PER_ROW>
__attribute__((noinline)) void multiply_tile(const Product& p, long first_row) {
    const float* rows = p.rows + first_row * p.row_step;
    Vector sum[R][V];
#pragma GCC unroll 8
    for (int r = 0; r < R; r++)
#pragma GCC unroll 8
        for (int v = 0; v < V; v++) sum[r][v] = BIAS_PER_ROW ? all(p.bias[first_row + r]) : load(p.bias + v * LANES);
    for (long c = 0; c < p.depth; c++)
#pragma GCC unroll 8
        for (int r = 0; r < R; r++)
#pragma GCC unroll 8
            for (int v = 0; v < V; v++)
                sum[r][v] += all(rows[r * p.row_step + c]) * load(p.panel + c * PANEL + v * LANES);
    const Vector low = all(p.low), high = all(p.high);  // now: during the loop above, no register is left for them
#pragma GCC unroll 8
    for (int r = 0; r < R; r++)
#pragma GCC unroll 8
        for (int v = 0; v < V; v++) {
            const Vector value = clamp(sum[r][v], low, high);
            float* place = p.y + (first_row + r) * p.y_step + v * LANES;
            if (v < V - 1 || p.last_lanes == LANES) store(place, value);
            else std::memcpy(place, &value, p.last_lanes * sizeof(float));
        }
}

template <int V, bool BIAS_PER_ROW>
void multiply_rows(const Product& p, long rows) {
    long r = 0;
    for (; r + ROWS <= rows; r += ROWS) multiply_tile<ROWS, V, BIAS_PER_ROW>(p, r);
    switch (rows - r) {
        case 5: return multiply_tile<5, V, BIAS_PER_ROW>(p, r);
        case 4: return multiply_tile<4, V, BIAS_PER_ROW>(p, r);
        case 3: return multiply_tile<3, V, BIAS_PER_ROW>(p, r);
        case 2: return multiply_tile<2, V, BIAS_PER_ROW>(p, r);
        case 1: return multiply_tile<1, V, BIAS_PER_ROW>(p, r);
    }
}

// Any number of rows times the first `width` columns of a panel.
template <bool BIAS_PER_ROW>
void multiply(Product p, long rows, long width) {
    const long vectors = (width + LANES - 1) / LANES;
    p.last_lanes = width - (vectors - 1) * LANES;
    if (vectors == 1) multiply_rows<1, BIAS_PER_ROW>(p, rows);
    if (vectors == 2) multiply_rows<2, BIAS_PER_ROW>(p, rows);
    if (vectors == 3) multiply_rows<3, BIAS_PER_ROW>(p, rows);
    if (vectors == 4) multiply_rows<4, BIAS_PER_ROW>(p, rows);
}

// One image and its result, with the sizes of both.
struct Image {
    const float* x;
    float* y;
    long height, width, out_height, out_width;
};

// --- channels_last: x (H, W, C), y (Ho, Wo, C_out) -------------------------------------------------------
// A block of B x B output pixels. Each pixel of the image is loaded once and goes into all the sums that it is part of.
template <int B, int STRIDE>
void depthwise_block(const Layer& layer, const float* const* pixels, float* const* places) {
    constexpr int SIDE = (B - 1) * STRIDE + 3;
    const Vector low = all(layer.middle_low), high = all(layer.middle_high);
    for (long start = 0; start < layer.channels; start += LANES) {
        const long c = smaller(start, layer.channels - LANES);  // the last vector may compute some channels again
        Vector kernel[9], sum[B * B];
#pragma GCC unroll 9
        for (int t = 0; t < 9; t++) kernel[t] = load(layer.depthwise + t * layer.channels + c);
#pragma GCC unroll 4
        for (int b = 0; b < B * B; b++) sum[b] = load(layer.depthwise_bias + c);
#pragma GCC unroll 25
        for (int p = 0; p < SIDE * SIDE; p++) {
            const Vector pixel = load(pixels[p] + c);
#pragma GCC unroll 4
            for (int b = 0; b < B * B; b++) {
                const int u = p / SIDE - b / B * STRIDE, v = p % SIDE - b % B * STRIDE;
                if (u >= 0 && u < 3 && v >= 0 && v < 3) sum[b] += kernel[3 * u + v] * pixel;
            }
        }
#pragma GCC unroll 4
        for (int b = 0; b < B * B; b++) store(places[b] + c, clamp(sum[b], low, high));
    }
}

// The middle map of some rows. What lies over an edge is read from `zeros`; what a block computes too much, where rows
// or columns are odd in number, goes to `surplus`.
template <int B, int STRIDE>
void depthwise_rows(const Layer& layer, const Image& image, long first, long last, const float* zeros, float* middle,
                    float* surplus) {
    constexpr int SIDE = (B - 1) * STRIDE + 3;
    const long C = layer.channels;
    for (long row = first; row < last; row += B)
        for (long column = 0; column < image.out_width; column += B) {
            const float* pixels[SIDE * SIDE];
            float* places[B * B];
            const long i = row * layer.stride_h - layer.pad_h, j = column * layer.stride_w - layer.pad_w;
            const float* corner = image.x + (i * image.width + j) * C;
            for (int u = 0; u < SIDE; u++)
                for (int v = 0; v < SIDE; v++) {
                    const bool inside = i + u >= 0 && i + u < image.height && j + v >= 0 && j + v < image.width;
                    pixels[u * SIDE + v] = inside ? corner + (u * image.width + v) * C : zeros;
                }
            for (int b = 0; b < B * B; b++) {
                const bool wanted = row + b / B < last && column + b % B < image.out_width;
                places[b] = wanted ? middle + ((row - first + b / B) * image.out_width + column + b % B) * C : surplus;
            }
            depthwise_block<B, STRIDE>(layer, pixels, places);
        }
}

// The rows of a product are pixels here, and its panels hold output channels: some, or all.
void multiply_pixels(const Layer& layer, const float* rows, long pixels, float* y, long from, long to) {
    for (long o = from; o < to; o += PANEL) {
        const Product product{rows, layer.pointwise + o * layer.channels, layer.pointwise_bias + o, y + o,
                              layer.channels, layer.channels, layer.out_channels, layer.low, layer.high, 0};
        multiply<false>(product, pixels, smaller(PANEL, to - o));
    }
}

void depthwise_band(const Layer& layer, const Image& image, long first, long last, float* scratch) {
    float *zeros = scratch + (last - first) * image.out_width * layer.channels, *surplus = zeros + layer.channels;
    std::memset(zeros, 0, layer.channels * sizeof(float));
    const auto rows = layer.stride_h != layer.stride_w || layer.stride_h > 2 ? depthwise_rows<1, 1>
                      : layer.stride_h == 1                                  ? depthwise_rows<2, 1>
                                                                             : depthwise_rows<2, 2>;
    rows(layer, image, first, last, zeros, scratch, surplus);
}

// --- the usual layout: x (C, H, W), y (C_out, Ho, Wo) ----------------------------------------------------
// Floats in a padded row: what the windows of its output pixels see, and room for a whole vector behind that.
long row_size(const Layer& layer, const Image& image) { return (image.out_width - 1) * layer.stride_w + 3 + LANES; }

// Some lines of one channel, zeros around them; the zeros are there already.
void pad_lines(const Layer& layer, const Image& image, const float* plane, long first_line, long lines, float* padded) {
    const long size = row_size(layer, image), count = smaller(image.width, size - layer.pad_w);
    for (long i = first_line; i < first_line + lines; i++, padded += size)
        if (i >= 0 && i < image.height && count > 0)
            std::memcpy(padded + layer.pad_w, plane + i * image.width, count * sizeof(float));
}

template <int N>  // a constant, so that it becomes a few shuffles
void take_every(long n, float* to, const float* from, long count) {
    for (long k = 0; k < count; k += LANES)
        for (int lane = 0; lane < LANES; lane++) to[k + lane] = from[(k + lane) * (N ? N : n)];
}

// The middle map of one channel. With a stride, too, every column is computed, into `wide`, and then every n-th is
// taken: neighbors in a vector must be neighbors in the image.
void depthwise_plane(const Layer& layer, const Image& image, long c, long rows, const float* padded, float* line,
                     float* wide) {
    const long s = layer.stride_w, size = row_size(layer, image), columns = (image.out_width - 1) * s + 1;
    const Vector bias = all(layer.depthwise_bias[c]), low = all(layer.middle_low), high = all(layer.middle_high);
    Vector kernel[9];
    for (int t = 0; t < 9; t++) kernel[t] = all(layer.depthwise[9 * c + t]);
    for (long row = 0; row < rows; row++, padded += layer.stride_h * size, line += image.out_width) {
        float* place = s == 1 ? line : wide;
        for (long column = 0; column < columns; column += LANES) {
            Vector sum = bias;
            for (int t = 0; t < 9; t++) sum += kernel[t] * load(padded + t / 3 * size + t % 3 + column);
            store(place + column, clamp(sum, low, high));
        }
        if (s == 2) take_every<2>(s, line, wide, image.out_width);
        else if (s > 2) take_every<0>(s, line, wide, image.out_width);
    }
}

// Floats of `wide`: all columns of a row, and what take_every reads behind them.
long wide_size(const Layer& layer, const Image& image) { return row_size(layer, image) + LANES * layer.stride_w; }

// The memory that a band needs: the middle map in panels, one channel of it, `wide`, and the padded lines.
long planes_floats(const Layer& layer, const Image& image, long rows) {
    const long lines = (rows - 1) * layer.stride_h + 3;
    return (layer.channels + 1) * whole_panels(rows * image.out_width) + LANES + wide_size(layer, image) +
           lines * row_size(layer, image);
}

void band_in_planes(const Layer& layer, const Image& image, long first, long last, float* scratch) {
    const long C = layer.channels, rows = last - first, pixels = rows * image.out_width;
    const long out_pixels = image.out_height * image.out_width, spare = whole_panels(pixels) - pixels;
    const long first_line = first * layer.stride_h - layer.pad_h, lines = (rows - 1) * layer.stride_h + 3;
    float *middle = scratch, *line = middle + C * whole_panels(pixels), *wide = line + whole_panels(pixels) + LANES;
    float* padded = wide + wide_size(layer, image);
    // Lanes that no pixel fills are multiplied as well. Small integers left in them would be denormal floats: slow.
    std::memset(line + pixels, 0, spare * sizeof(float));
    std::memset(wide, 0, (wide_size(layer, image) + lines * row_size(layer, image)) * sizeof(float));
    for (long c = 0; c < C; c++) {
        pad_lines(layer, image, image.x + c * image.height * image.width, first_line, lines, padded);
        depthwise_plane(layer, image, c, rows, padded, line, wide);
        for (long p = 0; p < pixels; p += PANEL)
            std::memcpy(middle + p * C + c * PANEL, line + p, PANEL * sizeof(float));
    }
    float* y = image.y + first * image.out_width;
    for (long p = 0; p < pixels; p += PANEL) {  // a row is an output channel, a panel holds pixels
        const Product product{layer.pointwise, middle + p * C, layer.pointwise_bias, y + p, C, C, out_pixels,
                              layer.low, layer.high, 0};
        multiply<true>(product, layer.out_channels, smaller(PANEL, pixels - p));
    }
}
}  // namespace
