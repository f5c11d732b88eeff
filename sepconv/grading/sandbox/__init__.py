"""Where submissions run: a host process that has imported torch, and for each submission a worker and a child of it."""
