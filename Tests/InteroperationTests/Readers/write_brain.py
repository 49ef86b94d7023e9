"""A safetensors file of bfloat16, which NumPy has not: its bytes are given."""
import sys

from safetensors import serialize_file

serialize_file(
    {"brain": {"dtype": "bfloat16", "shape": [3], "data": b"\x80\x3f\xc0\xbf\x80\x7f"}},
    sys.argv[1])
