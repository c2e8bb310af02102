"""The shape of what members send about their business."""
