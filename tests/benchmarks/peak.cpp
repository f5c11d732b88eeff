// How fast this CPU multiplies and adds at best: sums that stay in registers, and nothing is loaded or stored.
#include "kernel.cpp"

// Returns multiply-adds, the seconds are the caller's; `sums` keeps the compiler from leaving the work out.
extern "C" long peak(long rounds, float* sums) {
    constexpr int SUMS = ROWS * PANEL_VECTORS;
    Vector sum[SUMS], factor = load(sums), term = load(sums + LANES);
#pragma GCC unroll 24
    for (int s = 0; s < SUMS; s++) sum[s] = all(0.1f * s);
    for (long round = 0; round < rounds; round++)
#pragma GCC unroll 24
        for (int s = 0; s < SUMS; s++) sum[s] = sum[s] * factor + term;
#pragma GCC unroll 24
    for (int s = 0; s < SUMS; s++) store(sums, load(sums) + sum[s]);
    return rounds * SUMS * LANES;
}
