"""The loss of ridge regression with the right noise and prior under the shifts of shifts.yaml, by NumPy.

For each shift: mean over 8 positions and many prompts, and its standard error. D = 3.
"""

import numpy as np

rng = np.random.default_rng(1)
COUNT, D, K = 400_000, 3, 8
for name, prior, noise, spectrum in (
    ("larger-tasks", 4, 0.125, (1, 1, 1)),
    ("more-noise", 1, 0.5, (1, 1, 1)),
    ("stretched-inputs", 1, 0.125, (4, 1, 0.25)),
):
    x = rng.standard_normal((COUNT, K, D)) * np.sqrt(spectrum)
    gram = np.zeros((COUNT, D, D)) + noise / prior * np.eye(D)
    losses = np.zeros(COUNT)
    for k in range(K):
        # The posterior of the task has the covariance σ² A⁻¹.
        covariance = noise * np.linalg.inv(gram)
        losses += noise + np.einsum("bii,i->b", covariance, np.array(spectrum, float))
        gram += np.einsum("bi,bj->bij", x[:, k], x[:, k])
    print(name, f"{losses.mean() / K:.5f} ± {losses.std() / K / COUNT**0.5:.5f}")
