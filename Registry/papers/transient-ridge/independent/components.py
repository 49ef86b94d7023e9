"""Joint principal components of what train.py kept of several runs, by NumPy's SVD.

    python components.py FILE.npy ...
"""

import sys

import numpy as np

rows = np.concatenate([np.load(path) for path in sys.argv[1:]])
values = np.linalg.svd(rows - rows.mean(axis=0), compute_uv=False) ** 2
print(len(rows), "rows; share of the variance:", *(f"{share:.4f}" for share in values[:4] / values.sum()))
