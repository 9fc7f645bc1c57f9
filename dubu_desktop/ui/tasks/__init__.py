"""任务: what the office asks of which group, from the first word to 办结; and the 批示 that tasks came from."""
