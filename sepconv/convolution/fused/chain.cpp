// Layers in a row, computed in one call: no Python between them, and each finds in the cache what the last one wrote.
//
// Every layer here is a matrix product whose rows are pixels (kernel.cpp). Layers differ in where the rows come from:
// a depthwise convolution makes them, or they are patches of the image, its own pixels, or their mean.

#include "kernel.cpp"

// binding.py holds the same fields in the same order.
enum Kind : long { SEPARABLE, SEPARABLE_IN_PLANES, PIXELS, PATCHES, MEAN };
struct Step {
    Layer layer;  // layer.channels: the length of a row
    long kind;
    long planes, values, kernel_h, kernel_w;   // of PATCHES: the image is planes of pixels of so many values
    long height, width, out_height, out_width;  // of this call's maps
    long from, to, add;  // which map is read, which is written, and which is added to the result, or -1
};

namespace {
// --- Rows that no depthwise convolution makes ------------------------------------------------------------
long line_size(const Step& step) { return (step.width + 2 * step.layer.pad_w) * step.values + LANES; }

// The windows of a standard convolution, one behind the other. In the usual layout an image is C planes of one value a
// pixel, in channels_last one plane of C values; either way what a window sees of one line is one run of numbers. Runs
// are copied by four: what is copied too much is overwritten by the next.
void patches(const Step& step, const Image& image, long first, long last, float* rows) {
    const Layer& layer = step.layer;
    const long lines = step.planes * step.kernel_h, size = line_size(step), run = step.kernel_w * step.values;
    float* padded = rows + (last - first) * image.out_width * layer.channels + LANES;
    std::memset(padded, 0, lines * size * sizeof(float));
    for (long row = first; row < last; row++) {
        for (long t = 0; t < lines; t++) {
            const long i = row * layer.stride_h - layer.pad_h + t % step.kernel_h;
            const float* line = image.x + (t / step.kernel_h * image.height + i) * image.width * step.values;
            float* to = padded + t * size + layer.pad_w * step.values;
            if (i >= 0 && i < image.height) std::memcpy(to, line, image.width * step.values * sizeof(float));
            else std::memset(to, 0, image.width * step.values * sizeof(float));
        }
        for (long column = 0; column < image.out_width; column++)
            for (long t = 0; t < lines; t++, rows += run) {
                const float* seen = padded + t * size + column * layer.stride_w * step.values;
                for (long k = 0; k < run; k += 4) std::memcpy(rows + k, seen + k, 4 * sizeof(float));
            }
    }
}

// One row: the mean of all pixels.
void mean(const Step& step, const Image& image, float* row) {
    const long C = step.layer.channels;
    for (long start = 0; start < C; start += LANES) {
        const long c = smaller(start, C - LANES);
        Vector sum{};
        for (long i = 0; i < image.height; i++) {
            Vector line{};  // adding line by line rounds less than adding one pixel after the other
            for (long j = 0; j < image.width; j++) line += load(image.x + (i * image.width + j) * C + c);
            sum += line;
        }
        store(row + c, sum / all(image.height * image.width));
    }
}

// --- Tasks -----------------------------------------------------------------------------------------------
// Kept from call to call: for a toy layer, asking the system for memory would take longer than the arithmetic.
float* scratch_of_this_thread(long floats) {
    thread_local float* memory = nullptr;
    thread_local long size = 0;
    if (size < floats) {
        std::free(memory);
        memory = static_cast<float*>(std::aligned_alloc(64, (floats * sizeof(float) + 63) / 64 * 64));
        size = memory ? floats : 0;
    }
    return memory;
}

long scratch_floats(const Step& step, const Image& image, long rows) {
    const Layer& layer = step.layer;
    const long pixels = rows * image.out_width;
    if (step.kind == SEPARABLE_IN_PLANES) return planes_floats(layer, image, rows);
    if (step.kind == PATCHES) return pixels * layer.channels + LANES + step.planes * step.kernel_h * line_size(step);
    return (pixels + 2) * layer.channels;
}

long panels(const Layer& layer) { return whole_panels(layer.out_channels) / PANEL; }

// A band of an image, all output channels or one of some shares of them.
void run_task(const Step& step, const Image& image, const float* add, long first, long last, long share, long shares,
              float* scratch) {
    const Layer& layer = step.layer;
    if (step.kind == SEPARABLE_IN_PLANES) return band_in_planes(layer, image, first, last, scratch);
    if (step.kind == SEPARABLE) depthwise_band(layer, image, first, last, scratch);
    if (step.kind == PATCHES) patches(step, image, first, last, scratch);
    if (step.kind == MEAN) mean(step, image, scratch);
    const float* rows = step.kind == PIXELS ? image.x + first * image.width * layer.channels : scratch;
    const long begin = first * image.out_width, end = last * image.out_width, C_out = layer.out_channels;
    const long o = panels(layer) * share / shares * PANEL;
    const long behind = smaller(C_out, panels(layer) * (share + 1) / shares * PANEL);
    multiply_pixels(layer, rows, end - begin, image.y + begin * C_out, o, behind);
    if (add)  // what was written just now is still in the cache
        for (long p = begin; p < end; p++)
            for (long c = o; c < behind; c++) image.y[p * C_out + c] += add[p * C_out + c];
}

// All threads of a team come here and share the tasks; none goes on before all are done.
void run_step(const Step& step, const float* x, float* y, const float* add, long images, int threads, long band_floats,
              int& failed) {
    const Layer& layer = step.layer;
    const long in = step.height * step.width * (step.kind == PATCHES ? step.planes * step.values : layer.channels);
    const long out = step.out_height * step.out_width * layer.out_channels;
    // As many bands as keep the buffer small, and about as many for each thread. A map of few rows and many channels is
    // cut more evenly by its output channels; each thread then makes all rows of the product for itself.
    long bands = smaller(1 + (step.out_height * step.out_width * layer.channels - 1) / band_floats, step.out_height);
    const bool by_channels = panels(layer) > 2 * step.out_height && step.kind != SEPARABLE_IN_PLANES;
    const long shares = by_channels && images * bands % threads ? threads : 1;
    while (images * bands * shares % threads && bands < step.out_height) bands++;
#pragma omp for schedule(static)
    for (long task = 0; task < images * bands * shares; task++) {
        const long n = task / shares / bands, band = task / shares % bands;
        const long first = band * step.out_height / bands, last = (band + 1) * step.out_height / bands;
        const Image image{x + n * in, y + n * out, step.height, step.width, step.out_height, step.out_width};
        float* scratch = scratch_of_this_thread(scratch_floats(step, image, last - first));
        if (scratch) run_task(step, image, add ? add + n * out : add, first, last, task % shares, shares, scratch);
        else failed = 1;
    }
}
}  // namespace

extern "C" long panel_width() { return PANEL; }

// Map 0 is x, map 1 is y, and the others lie in `buffers`. One layer takes all images at once; a chain takes them one
// after the other, so that what a layer writes is still in the cache when the next one reads it.
// Returns 0, or 1 where there was no memory for the scratch of a thread.
extern "C" int run(const Step* steps, long count, const float* x, float* y, float* buffers, long buffer_floats,
                   long images, long x_floats, long y_floats, int threads, long band_floats) {
    const long at_once = count == 1 ? images : 1;
    int failed = 0;
#pragma omp parallel num_threads(threads) if (threads > 1)
    for (long n = 0; n < images; n += at_once)
        for (const Step* step = steps; step < steps + count; step++) {
            auto map = [&](long index) {
                return index == 0 ? const_cast<float*>(x) + n * x_floats
                       : index == 1 ? y + n * y_floats : buffers + (index - 2) * buffer_floats;
            };
            const float* add = step->add < 0 ? nullptr : map(step->add);
            run_step(*step, map(step->from), map(step->to), add, at_once, threads, band_floats, failed);
        }
    return failed;
}
