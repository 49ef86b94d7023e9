"""The scaled-down configuration S0 trained by JAX alone: what paper.yaml calls an independent program.

It shares no code and no random number with icl-host but the set of tasks, which SplitMix64 defines.

    python train.py M SEED [STEPS [OF [FILE.npy]]]    # the first STEPS of OF; M = 0: always new tasks

It writes, at each multiple of 500 steps: M, seed, step, loss on new tasks, loss on the M tasks, and
distances to ridge and to dMMSE on the M tasks. D = 3, 8 predictions a prompt, variance of the noise 1/8.
FILE.npy is what it predicts at each checkpoint for 64 prompts of the first task: see components.py.
"""

import sys

import jax
import jax.numpy as jnp
import numpy as np

D, K, VARIANCE, WIDTH, HIDDEN, LAYERS, HEADS, BATCH = 3, 8, 0.125, 64, 128, 2, 4, 64
PEAK = 0.006


def split_mix(seed):
    """Uniform numbers in (0, 1), by SplitMix64."""
    mask = (1 << 64) - 1
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & mask
        z = seed
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        yield (((z ^ (z >> 31)) >> 11) + 0.5) * 2.0**-53


def task_set(count):
    draw = split_mix(12345)
    normals = []
    while len(normals) < count * D:
        radius, turn = np.sqrt(-2 * np.log(next(draw))), 2 * np.pi * next(draw)
        normals += [radius * np.cos(turn), radius * np.sin(turn)]
    return np.array(normals[: count * D]).reshape(count, D)


def prompts(key, count, tasks):
    """x [count, K, D] and y [count, K]; tasks [M, D], or None for new ones."""
    keys = jax.random.split(key, 3)
    if tasks is None:
        t = jax.random.normal(keys[0], (count, D))
    else:
        t = tasks[jax.random.randint(keys[0], (count,), 0, tasks.shape[0])]
    x = jax.random.normal(keys[1], (count, K, D))
    noise = jax.random.normal(keys[2], (count, K))
    return x, jnp.einsum("bkd,bd->bk", x, t) + VARIANCE**0.5 * noise


def ridge(x, y):
    predictions = np.zeros(y.shape)
    for k in range(1, y.shape[1]):
        gram = np.einsum("bki,bkj->bij", x[:, :k], x[:, :k]) + VARIANCE * np.eye(D)
        moment = np.einsum("bki,bk->bi", x[:, :k], y[:, :k])
        weights = np.linalg.solve(gram, moment[..., None])[..., 0]
        predictions[:, k] = np.einsum("bd,bd->b", weights, x[:, k])
    return predictions


def dmmse(x, y, tasks):
    outputs = np.einsum("bkd,md->bkm", x, tasks)
    predictions, log_likelihood = np.zeros(y.shape), np.zeros((len(y), len(tasks)))
    for k in range(y.shape[1]):
        p = np.exp(log_likelihood - log_likelihood.max(axis=1, keepdims=True))
        predictions[:, k] = np.sum(p * outputs[:, k], axis=1) / p.sum(axis=1)
        log_likelihood -= (y[:, k, None] - outputs[:, k]) ** 2 / (2 * VARIANCE)
    return predictions


def start(key):
    """Every weight and bias uniform within 1/sqrt(inputs), positions within 1/sqrt(2 K)."""
    keys = iter(jax.random.split(key, 100))

    def uniform(shape, inputs):
        return jax.random.uniform(next(keys), shape, minval=-1, maxval=1) / inputs**0.5

    def norm():
        return {"gain": jnp.ones(WIDTH), "bias": jnp.zeros(WIDTH)}

    layers = [
        {
            "first": norm(),
            "qkv": uniform((WIDTH, 3 * WIDTH), WIDTH),
            "second": norm(),
            "up": uniform((WIDTH, HIDDEN), WIDTH),
            "up-bias": uniform((HIDDEN,), WIDTH),
            "down": uniform((HIDDEN, WIDTH), HIDDEN),
            "down-bias": uniform((WIDTH,), HIDDEN),
        }
        for _ in range(LAYERS)
    ]
    return {
        "embedding": uniform((D + 1, WIDTH), D + 1),
        "positions": uniform((2 * K, WIDTH), 2 * K),
        "layers": layers,
        "norm": norm(),
        "unembedding": uniform((WIDTH, D + 1), WIDTH),
        "unembedding-bias": uniform((D + 1,), WIDTH),
    }


def normalised(h, p):
    centred = h - h.mean(axis=-1, keepdims=True)
    variance = (centred**2).mean(axis=-1, keepdims=True)
    return centred / jnp.sqrt(variance + 1e-5) * p["gain"] + p["bias"]


def predict(p, x, y):
    """All 2 K tokens, and all D + 1 outputs of each; component 0 at the tokens of x is the prediction."""
    count = x.shape[0]
    x_tokens = jnp.concatenate([jnp.zeros((count, K, 1)), x], axis=-1)
    y_tokens = jnp.concatenate([y[..., None], jnp.zeros((count, K, D))], axis=-1)
    tokens = jnp.stack([x_tokens, y_tokens], axis=2).reshape(count, 2 * K, D + 1)
    h = tokens @ p["embedding"] + p["positions"]
    mask = jnp.tril(jnp.ones((2 * K, 2 * K), bool))
    for layer in p["layers"]:
        qkv = normalised(h, layer["first"]) @ layer["qkv"]
        q, k, v = (
            part.reshape(count, 2 * K, HEADS, WIDTH // HEADS) for part in jnp.split(qkv, 3, axis=-1)
        )
        scores = jnp.einsum("bqhc,bthc->bhqt", q, k) / (WIDTH // HEADS) ** 0.5
        pattern = jax.nn.softmax(jnp.where(mask, scores, -1e30), axis=-1)
        h = h + jnp.einsum("bhqt,bthc->bqhc", pattern, v).reshape(h.shape)
        hidden = jax.nn.relu(normalised(h, layer["second"]) @ layer["up"] + layer["up-bias"])
        h = h + hidden @ layer["down"] + layer["down-bias"]
    outputs = normalised(h, p["norm"]) @ p["unembedding"] + p["unembedding-bias"]
    return outputs[:, ::2, 0]


def loss(p, x, y):
    return jnp.mean((predict(p, x, y) - y) ** 2)


def adam(p, state, gradient, number, rate):
    """One step, number from 1."""
    first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, state[0], gradient)
    second = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, state[1], gradient)
    scale1, scale2 = 1 - 0.9**number, 1 - 0.999**number
    moved = jax.tree.map(
        lambda w, m, v: w - rate * (m / scale1) / (jnp.sqrt(v / scale2) + 1e-8), p, first, second
    )
    return moved, (first, second)


def checkpoints(steps):
    """Start and end, 50 in equal distances, and 60 in equal ratios, rounded down."""
    linear = {round(j * steps / 50) for j in range(51)}
    return sorted(linear | {int(steps ** (j / 59) + 1e-9) for j in range(60)})


def main(count, seed, steps, of, path):
    tasks = task_set(count) if count else None
    warm_up = 0.4 * of
    keys = jax.random.split(jax.random.key(1000 + seed), 5)
    pool = None if tasks is None else jnp.asarray(tasks, jnp.float32)

    @jax.jit
    def train(p, state, number):
        x, y = prompts(jax.random.fold_in(keys[0], number), BATCH, pool)
        rate = PEAK * jnp.where(number <= warm_up, number / warm_up, (of - number) / (of - warm_up))
        return adam(p, state, jax.grad(loss)(p, x, y), number.astype(jnp.float32), rate)

    fresh = prompts(keys[1], 4096, None)
    trained = prompts(keys[2], 4096, pool)
    # The same for every M, as joint components need them.
    root = prompts(jax.random.key(7), 64, jnp.asarray(task_set(1), jnp.float32))
    outputs = jax.jit(predict)
    x, y = (np.asarray(part, np.float64) for part in trained)
    references = [ridge(x, y)] + ([] if tasks is None else [dmmse(x, y, tasks)])
    p = start(keys[3])
    state = (jax.tree.map(jnp.zeros_like, p),) * 2
    kept = checkpoints(steps)
    rows, done = [], 0
    for step in sorted(set(kept) | set(range(500, steps + 1, 500))):
        for number in range(done + 1, step + 1):
            p, state = train(p, state, jnp.int32(number))
        done = step
        if step in kept:
            rows.append(np.asarray(outputs(p, *root), np.float64).ravel())
        if step % 500 == 0 and step > 0:
            f = np.asarray(outputs(p, *trained), np.float64)
            error = outputs(p, *fresh) - fresh[1]
            row = [float(jnp.mean(error**2)), np.mean((f - y) ** 2)]
            row += [np.mean((f - reference) ** 2) for reference in references]
            print(count, seed, step, *(f"{value:.4f}" for value in row), flush=True)
    if path:
        np.save(path, np.array(rows))


if __name__ == "__main__":
    given = sys.argv[1:]
    defaults = ["8", "0", "2500", "26000", ""]
    *numbers, path = given + defaults[len(given) :]
    main(*(int(number) for number in numbers), path)
