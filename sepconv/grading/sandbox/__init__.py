"""Where submissions run: a host process that has imported torch, and for each submission a worker and a child of it."""

MOST_DISK = 128 * 2**20  # bytes that a submission may write
