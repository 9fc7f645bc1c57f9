"""What a 任务, 问题 or 整改 is and what may happen to it: pure Python, nothing to install."""
