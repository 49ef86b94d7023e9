"""The loss of ridge regression in context, by NumPy alone: python3 ridge_loss.py > ridge_loss.txt

Each prompt has w ~ N(0, I_8), x_j ~ N(0, I_8) and y_j = w.x_j + e_j with e_j ~ N(0, 1/4), j = 0..16.
Label k is predicted from the k pairs before it by (X'X + 1/4 I)^-1 X'y; a row of the output is k, the
mean squared error over all prompts, and its standard error.
"""

import numpy

DIMENSION, PAIRS, NOISE = 8, 16, 0.25
PROMPTS, CHUNK = 1_000_000, 20_000

generator = numpy.random.default_rng(20260)
total = numpy.zeros(PAIRS + 1)
squares = numpy.zeros(PAIRS + 1)
for _ in range(PROMPTS // CHUNK):
    x = generator.standard_normal((CHUNK, PAIRS + 1, DIMENSION))
    w = generator.standard_normal((CHUNK, DIMENSION))
    noise = NOISE**0.5 * generator.standard_normal((CHUNK, PAIRS + 1))
    y = numpy.einsum("pjd,pd->pj", x, w) + noise
    for k in range(PAIRS + 1):
        past = x[:, :k]
        gram = past.transpose(0, 2, 1) @ past + NOISE * numpy.eye(DIMENSION)
        moment = past.transpose(0, 2, 1) @ y[:, :k, None]
        weights = numpy.linalg.solve(gram, moment)[:, :, 0]
        error = (y[:, k] - (weights * x[:, k]).sum(1)) ** 2
        total[k] += error.sum()
        squares[k] += (error**2).sum()

mean = total / PROMPTS
deviation = numpy.sqrt((squares / PROMPTS - mean**2) / (PROMPTS - 1))
for k in range(PAIRS + 1):
    print(k, f"{mean[k]:.9f}", f"{deviation[k]:.9f}")
