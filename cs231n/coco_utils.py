"""COCO's captions, under the course's name for the module: `cs231n.data.coco` has them."""
from cs231n.data.coco import decode_captions, describe_coco, load_coco_data, sample_coco_minibatch

__all__ = ["decode_captions", "describe_coco", "load_coco_data", "sample_coco_minibatch"]
