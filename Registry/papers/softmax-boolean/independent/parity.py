"""Parity with chain of thought in NumPy: what the rows P10 are compared with.

    OPENBLAS_NUM_THREADS=1 python3 parity.py teacher --support 8 --rows 30000 --seeds 1-3

Kim and Suzuki (arXiv 2410.08633), section 4, written from the formulas alone. d bits of ±1, k of them
hidden; in increasing order they are the leaves of a binary tree whose t = k - 1 nodes are products of
their two children, level by level, the root y last. Node m reads the tokens below it,
z_m = Σ_j softmax_j(w_m) x_j, and says φ(z_m). Full-batch gradient descent from W = 0 on

    1/(k-1) Σ_m ½ mean (x̂_m - x_m)² + share · ½ mean (ŷ - y)²        (direct: ½ mean (ŷ - y)² alone)

One JSON line for each seed: losses and accuracy along the run, and when levels opened.
"""
import argparse
import json
import numpy as np

CHUNK = 4096


def phi(t):
    """4 t² - 1 for |t| < 1/2, else -4 t² + 8 |t| - 3 = 1 - 4 (1 - |t|)²."""
    a = np.abs(t)
    m = np.minimum(a, 1 - a)
    return np.copysign(1 - 4 * m * m, a - 0.5)


def slope(t):
    a = np.abs(t)
    return np.copysign(8 * np.minimum(a, 1 - a), t)


class Tree:
    def __init__(self, d, k, mask):
        self.d, self.k, self.t = d, k, k - 1
        sizes, size = [], k // 2
        while size:
            sizes.append(size)
            size //= 2
        starts = np.cumsum([0] + sizes)
        self.levels = [slice(a, b) for a, b in zip(starts[:-1], starts[1:])]
        self.level_of = np.concatenate([[i] * s for i, s in enumerate(sizes)]).astype(int)
        self.tokens = d + self.t - 1
        by_level = np.array([d + starts[self.level_of[m]] for m in range(self.t)])
        self.widths = by_level if mask == "level" else d + np.arange(self.t)
        self.stages = self.levels if mask == "level" else [slice(m, m + 1) for m in range(self.t)]

    def truth(self, bits, support):
        """[t, n] from bits [d, n]."""
        level, out = bits[support], []
        while len(level) > 1:
            level = level[0::2] * level[1::2]
            out.append(level)
        return np.concatenate(out)

    def attention(self, w):
        allowed = np.arange(self.tokens)[:, None] < self.widths[None]
        e = np.where(allowed, np.exp(w - np.max(np.where(allowed, w, -np.inf), 0)), 0)
        return e / e.sum(0)

    def gates(self, s, threshold):
        """1 for the levels whose lower nodes all have a score above the threshold."""
        sure, open_ = s.max(0) > threshold, [True]
        for level in self.levels[:-1]:
            open_.append(bool(sure[level].all()))
        return np.array(open_)[self.level_of]


def generate(tree, s, bits, gates):
    """Tokens with the model's own nodes [d + t, n], and z [t, n]."""
    x = np.concatenate([bits, np.zeros((tree.t, bits.shape[1]), bits.dtype)])
    z = np.empty((tree.t, bits.shape[1]), bits.dtype)
    for stage in tree.stages:
        width = tree.widths[stage.start]
        z[stage] = s[:width, stage].T @ x[:width]
        x[tree.d + stage.start:tree.d + stage.stop] = phi(z[stage]) * gates[stage, None]
    return x, z


def step(tree, w, bits, truth, given, weights, threshold, through):
    """Gradient [tokens, t] and the mean squared errors of nodes."""
    d, t, n = tree.d, tree.t, bits.shape[1]
    s = tree.attention(w)
    gates = tree.gates(s, threshold).astype(bits.dtype) if threshold else np.ones(t, bits.dtype)
    s32 = s.astype(bits.dtype)
    reads, own, squares = np.zeros((tree.tokens, t)), np.zeros(t), np.zeros(t)
    for at in range(0, n, CHUNK):
        b, y = bits[:, at:at + CHUNK], truth[:, at:at + CHUNK]
        if given:
            x = np.concatenate([b, y])
            z = s32.T @ x[:-1]
            out = phi(z) * gates[:, None]
        else:
            x, z = generate(tree, s32, b, gates)
            out = x[d:]
        r = out - y
        squares += np.einsum('tn,tn->t', r, r)
        g = r * weights[:, None].astype(bits.dtype)
        delta = np.empty_like(g)
        bend = slope(z) * gates[:, None]
        if given or not through:
            delta = g * bend
        else:
            for level in reversed(tree.levels):
                above = g[level]
                if level.stop < t:
                    above = above + s32[d + level.start:d + level.stop, level.stop:] @ delta[level.stop:]
                delta[level] = above * bend[level]
        reads += x[:-1] @ delta.T
        own += (z * delta).sum(1)
    return s * (reads - own) / n, squares / n


def train(kind, d, k, n, eta, epochs, seed, mask, share, threshold, through, every, test):
    random = np.random.default_rng(seed)
    tree = Tree(d, k, mask)
    support = np.sort(random.permutation(d)[:k])
    draw = lambda rows: (2 * random.integers(0, 2, (d, rows), dtype=np.int8) - 1).astype(np.float32)
    bits, fresh = draw(n), draw(test)
    truth, goal = tree.truth(bits, support), tree.truth(fresh, support)
    weights = np.full(tree.t, 1 / tree.t)
    weights[-1] += share
    if kind == "direct":
        weights[:] = 0
        weights[-1] = 1
    w, rows, opened, was = np.zeros((tree.tokens, tree.t)), [], [], 1
    for epoch in range(epochs + 1):
        gradient, squares = step(tree, w, bits, truth, kind == "teacher", weights, threshold, through)
        s = tree.attention(w)
        gates = tree.gates(s, threshold) if threshold else np.ones(tree.t, bool)
        levels = len(set(tree.level_of[gates]))
        if levels != was:
            opened.append([epoch, levels])
            was = levels
        if epoch % every == 0:
            x, _ = generate(tree, s.astype(np.float32), fresh, gates.astype(np.float32))
            y, own = goal[-1], x[-1]
            forced = step(tree, w, fresh, goal, True, weights, 0, False)[1] if kind == "teacher" else squares
            errors = (x[d:].astype(float) - goal) ** 2
            rows.append([epoch, squares.mean() / 2, squares[-1] / 2, errors.mean() / 2, errors[-1].mean() / 2,
                         float((own * y > 0).mean()), forced.mean() / 2])
        w -= eta * gradient
    return dict(kind=kind, k=k, n=n, eta=eta, seed=seed, mask=mask, share=share, through=through,
                threshold=threshold, opened=opened,
                columns="epoch chain root test-chain test-root accuracy forced", rows=rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=["teacher", "chain", "filter", "direct"])
    parser.add_argument("--support", type=int, default=8)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seeds", default="0")
    parser.add_argument("--epochs", type=int, default=350)
    parser.add_argument("--eta", type=float)
    parser.add_argument("--mask", choices=["level", "causal"])
    parser.add_argument("--share", type=float, default=0.1)
    parser.add_argument("--detached", action="store_true", help="no gradient through generated nodes")
    parser.add_argument("--every", type=int, default=5)
    parser.add_argument("--test", type=int, default=20_000)
    a = parser.parse_args()
    low, _, high = a.seeds.partition("-")
    eta = a.eta or {8: 15, 16: 50, 32: 100}[a.support] * (0.01 if a.kind == "direct" else 1)
    mask = a.mask or ("causal" if a.kind == "teacher" else "level")
    for seed in range(int(low), int(high or low) + 1):
        print(json.dumps(train(a.kind, 64, a.support, a.rows, eta, a.epochs, seed, mask, a.share,
                               0.4 if a.kind == "filter" else 0, not a.detached, a.every, a.test)), flush=True)
