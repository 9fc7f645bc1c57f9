"""工作台: what is to be done today, first things first, and nothing else."""
