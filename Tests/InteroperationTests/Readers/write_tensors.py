"""A safetensors file of every type that the host reads, as the authors' library writes it."""
import sys

import numpy
from safetensors.numpy import save_file

tensors = {
    "layers.1.w": numpy.array([[1, -0.0, numpy.inf], [1e-45, 3, 0.1]], numpy.float32),
    "double": numpy.array(0.1, numpy.float64),
    "half": numpy.array([0.1, -65504, 6e-8, numpy.inf], numpy.float16),
    "integer": numpy.array([-1, 2**63 - 1], numpy.int64),
    "unsigned": numpy.array([2**64 - 1], numpy.uint64),
    "small": numpy.array([-128, 127], numpy.int8),
    "short": numpy.array([-300], numpy.int16),
    "int": numpy.array([-70000], numpy.int32),
    "bytes": numpy.array([255, 0, 1], numpy.uint8),
    "flags": numpy.array([True, False]),
    "none": numpy.zeros((0, 4), numpy.float32),
}
metadata = {"format": "np", "note": "\u03c0 \"\n"} if "--plain" not in sys.argv else None
if "--plain" in sys.argv:
    tensors = {name: tensors[name] for name in ["layers.1.w", "double", "integer", "unsigned", "none"]}
save_file(tensors, sys.argv[1], metadata)
