"""The pages on which members look after their business."""
