"""Separate and merged linear attention on the population, by JAX alone: what paper.yaml calls an
independent program. It shares no code, integrator or random number with icl-host.

    python population.py C5 1000      # also C6, C20, C27, C28, C29, C31; the number of starts

Times are in units of tau, weights in the paper's scale unless it is said otherwise.
"""

import sys

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)


class Population:
    """D eigenvalues D, ..., 1 over their sum, N pairs."""

    def __init__(self, dimension, pairs=31):
        self.lam = jnp.arange(dimension, 0, -1) / (dimension * (dimension + 1) / 2)
        inflation = 1 + (1 + 1 / self.lam) / pairs
        self.square = self.lam**2 * inflation
        self.optimum = 1 / (self.lam * inflation)
        self.plateaus = 1 - jnp.concatenate([jnp.zeros(1), jnp.cumsum(self.lam / inflation)])
        self.middles = (self.plateaus[1:] + self.plateaus[:-1]) / 2

    def loss(self, w):
        drive = jnp.sum(jnp.diag(w) * self.lam**2)
        return 1 - 2 * drive + jnp.einsum("d,de,e->", self.square, w * w, self.lam)

    def force(self, w):
        return jnp.diag(self.lam**2) - self.square[:, None] * w * self.lam


def effective(p):
    return jnp.einsum("h,hrd,hre->de", *p)


def separate_slope(pop, p):
    v, k, q = p
    gamma = pop.force(effective(p))
    to_key = jnp.einsum("de,hre->hrd", gamma, q)
    to_query = jnp.einsum("de,hrd->hre", gamma, k)
    value = jnp.einsum("hrd,hrd->h", k, to_key)
    return value, v[:, None, None] * to_key, v[:, None, None] * to_query


def moved(p, slope, step):
    return jax.tree.map(lambda x, y: x + step * y, p, slope)


def midpoint(p, step, slope):
    return moved(p, slope(moved(p, slope(p), step / 2)), step)


def crossings(pop, start, steps, step, levels=None, descent=False):
    """When the loss crosses levels; and for plateaus 1..3 how long it stays within .005 and the map
    where it is closest."""
    levels = pop.middles if levels is None else levels
    slope = lambda p: separate_slope(pop, p)

    def body(i, state):
        p, times, best, nearest, stay = state
        w = effective(p)
        loss = pop.loss(w)
        times = jnp.where((loss < levels) & jnp.isinf(times), i * step, times)
        gap = jnp.abs(loss - pop.plateaus[1:4])
        nearest = jnp.where((gap < best)[:, None, None], w, nearest)
        stay = stay + step * (gap < 0.005)
        p = moved(p, slope(p), step) if descent else midpoint(p, step, slope)
        return p, times, jnp.minimum(gap, best), nearest, stay

    size = pop.lam.size
    state = (start, jnp.full(levels.shape, jnp.inf), jnp.full(3, 9.0),
             jnp.zeros((3, size, size)), jnp.zeros(3))
    return jax.lax.fori_loop(0, steps, body, state)


def forecast(pop, start, steps, step):
    """When |v| of the next free head passes .5; it learns its strongest component and stays."""
    v, k, q = start

    def body(i, state):
        p, drive, free, times, drops = state

        def slope(p):
            v, k, q = p
            return ((k * q @ drive) * free, free[:, None] * v[:, None] * drive * q,
                    free[:, None] * v[:, None] * drive * k)

        p = midpoint(p, step, slope)
        v, k, q = p
        hit = (jnp.abs(v) > 0.5) & (free > 0)
        now = jnp.any(hit) & jnp.any(drive > 0)
        head = jnp.argmax(jnp.where(hit, jnp.abs(v), -1))
        component = jnp.argmax(jnp.where(drive > 0, jnp.abs(k[head] * q[head]), -1))
        times = jnp.where(now & (jnp.arange(drive.size) == drops), (i + 1) * step, times)
        drive = jnp.where(now & (jnp.arange(drive.size) == component), 0, drive)
        free = jnp.where(now & (jnp.arange(free.size) == head), 0, free)
        return p, drive, free, times, drops + now

    state = ((v, k[:, 0], q[:, 0]), pop.lam**2, jnp.ones(v.size),
             jnp.full(pop.lam.size, jnp.inf), 0)
    return jax.lax.fori_loop(0, steps, body, state)[3]


def deviations(pop, start, steps, step):
    """By component: the largest distance of |v| from the scalar equation started at v*/4, over v*."""
    slope = lambda p: separate_slope(pop, p)
    v, k, q = jax.lax.fori_loop(0, steps, lambda i, p: midpoint(p, step, slope), start)
    component = jnp.argmax(jnp.abs(k[:, 0] * q[:, 0]), 1)
    limit = pop.optimum[component] ** (1 / 3)
    lam, square = pop.lam[component], pop.square[component]
    scalar = lambda x: lam**2 * x**2 - square * lam * x**5

    def body(i, state):
        p, x, worst = state
        x = jnp.where(jnp.isnan(x) & (jnp.abs(p[0]) >= limit / 4), jnp.abs(p[0]), x)
        worst = jnp.where(
            jnp.isnan(x), worst, jnp.maximum(worst, jnp.abs(jnp.abs(p[0]) - x) / limit))
        return midpoint(p, step, slope), x + step * scalar(x + step / 2 * scalar(x)), worst

    state = (start, jnp.full(v.shape, jnp.nan), jnp.zeros(v.shape))
    worst = jax.lax.fori_loop(0, steps, body, state)[2]
    learnt = jnp.abs(v) > limit / 2
    return jnp.stack([
        jnp.max(jnp.where((component == c) & learnt, worst, -jnp.inf))
        for c in range(pop.lam.size)])


def starts(pop, count, heads, rank, value, key, seed):
    draw = np.random.default_rng(seed).standard_normal
    shape = (count, heads, rank, pop.lam.size)
    return (jnp.array(value * draw((count, heads))), jnp.array(key * draw(shape)),
            jnp.array(key * draw(shape)))


def show(name, values, size=30):
    """The median, and the standard error of a median of so many."""
    values = np.where(np.isfinite(values), values, 1e9)
    draw = np.random.default_rng(1)
    medians = [np.median(values[draw.integers(0, len(values), size)], 0) for _ in range(2000)]
    print(name, "median", np.round(np.median(values, 0), 5), "error of a median of", size,
          np.round(np.std(medians, 0), 5), flush=True)


def each(function, start):
    return jax.jit(jax.vmap(lambda *p: function(p)))(*start)


def main(what, count):
    pop, step = Population(4), 0.1
    long = int(20000 / step)
    if what == "C5":
        start = starts(pop, count, 5, 1, 0.03, 0.03, 5)
        times = np.asarray(each(lambda p: crossings(pop, p, long, step)[1], start))
        told = np.asarray(each(lambda p: forecast(pop, p, long, step), start))
        show("error of the forecast", np.abs(told / times - 1))
    if what == "C6":
        for heads, rank in ((2, 2), (1, 4), (4, 1)):
            start = starts(pop, count, heads, rank, 0.02, 0.02, 6)
            run = lambda p: crossings(pop, p, long, step, descent=True)[1]
            show(f"{heads} heads of rank {rank}", np.asarray(each(run, start)))
    if what == "C20":
        scale = 0.01 * 31 ** (1 / 3)
        parts = {"A": (1, 1), "B": (1, 5**-0.5), "C": (125**-0.5, 25**-0.5)}
        for name, (value, key) in parts.items():
            start = starts(pop, count, 5, 1, scale * value, scale * key, 20)
            run = lambda p: crossings(pop, p, 4 * 10**4, step, jnp.array([0.82]))[1]
            times = np.asarray(each(run, start))[:, 0] * 2.5332
            show(f"start {name}, in steps of the program", times, 40)
            print("inside of 362 to 564:", np.mean((times >= 362) & (times <= 564)))
    if what == "C27":
        start = starts(pop, count, 5, 1, 0.01, 0.01, 27)
        run = lambda p: deviations(pop, p, 2 * long, step)
        show("deviation", np.abs(np.asarray(each(run, start))))
    if what == "C28":
        pop, scale = Population(8), 0.005 * 31 ** (1 / 3)
        for rank in range(1, 9):
            start = starts(pop, count, 9, rank, scale, scale / (9 * rank) ** 0.5, 280 + rank)
            run = lambda p: crossings(pop, p, 20001, 0.4 * 31 ** (2 / 3) / 10, descent=True)[1]
            times = np.asarray(each(run, start))
            times = np.where(np.isfinite(times), times, 1e9)
            print("rank", rank, "fourth over first", np.median(times[:, 3] / times[:, 0]))
            if rank < 8:
                pause = times[:, rank] - times[:, rank - 1]
                print("  groups of the rank:", np.mean(pause > times[:, rank - 1] - times[:, 0]))
    if what == "C29":
        for size, end in ((0.01, 60000), (0.03, 20000), (0.1, 8000), (0.3, 3000), (1, 2000)):
            start = starts(pop, count, 5, 1, size, size, 29)
            run = lambda p: crossings(pop, p, int(end / step), step, descent=True)[1]
            times = np.asarray(each(run, start))
            show(f"start of {size}", times)
            show(f"start of {size}", times, 10)
    if what == "C31":
        for size, end in ((0.01, 12000), (0.003, 40000)):
            start = starts(pop, count, 5, 1, size, size, 31)
            run = lambda p: crossings(pop, p, int(end / step), step)[3:]
            nearest, stay = map(np.asarray, each(run, start))
            for m in range(3):
                w = nearest[:, m]
                diagonal = np.diagonal(w, axis1=1, axis2=2)
                learnt = np.abs(diagonal[:, :m + 1] / np.asarray(pop.optimum)[:m + 1] - 1).max(1)
                rest = np.abs(diagonal[:, m + 1:]).max(1)
                beside = np.abs(w * (1 - np.eye(4))).max((1, 2))
                misses = (learnt > 0.01) | (rest > 0.005) | (beside > 0.1)
                rests = stay[:, m] >= 400
                print(f"start of {size}, plateau {m + 1}: {misses.sum()} of {count} miss a bound,",
                      f"{(misses & rests).sum()} of the {rests.sum()} that rest for 400")


main(sys.argv[1], int(sys.argv[2]))
