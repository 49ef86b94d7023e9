"""Every tensor of a safetensors file, and its metadata."""
import sys

from common import show
from safetensors import safe_open

with safe_open(sys.argv[1], framework="numpy") as file:
    show({
        "metadata": file.metadata(),
        "tensors": {
            name: {"dtype": str(file.get_tensor(name).dtype),
                   "shape": file.get_tensor(name).shape,
                   "values": file.get_tensor(name).ravel()}
            for name in file.keys()
        },
    })
