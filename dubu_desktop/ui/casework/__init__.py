"""What the pages 问题 and 整改 share: fields, photos, forms of the steps, conflicts, notes."""
