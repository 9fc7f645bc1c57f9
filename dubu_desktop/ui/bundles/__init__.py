"""数据包: taken in after a preview, sent out after a count; conflicts, receipts, what had no effect."""
