"""A safetensors file of bfloat16, which NumPy has not: its bytes are given."""
import sys

import numpy
from safetensors import TensorSpec, serialize_file

data = numpy.frombuffer(b"\x80\x3f\xc0\xbf\x80\x7f", numpy.uint8)
spec = TensorSpec(
    dtype="bfloat16", shape=[3], data_ptr=data.ctypes.data, data_len=data.nbytes)
serialize_file({"brain": spec}, sys.argv[1])
