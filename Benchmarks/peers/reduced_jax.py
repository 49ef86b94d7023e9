#!/usr/bin/env python3
"""JAX's W4 and W8 with the saving that our plugin has: nothing is computed that no prediction reads.

The last label is no token (31 instead of 32), and in the last layer only the tokens of an x have
queries, outputs and an MLP. An algorithmic saving found for one side is tried on the other; all else,
options included, is bench_jax.py, which is read from the folder in BENCH_PEERS.

    BENCH_PEERS=../shared/peers reduced_jax.py --workload W4-d64 --threads 1 --json
"""
import math
import os
import sys
from pathlib import Path


def reduced_model(peer):
    """The peer's `model`, of its names."""
    jax, jnp, ln = peer["jax"], peer["jnp"], peer["ln"]

    def model(self, p, x, y, tuned):
        B, K, D, T, dm, H = x.shape[0], self.K, self.D, self.T - 1, self.dm, self.heads
        dh = dm // H
        tx = jnp.concatenate([jnp.zeros((B, K, 1)), x], 2)
        ty = jnp.concatenate([y[..., None], jnp.zeros((B, K, D))], 2)
        tok = jnp.stack([tx, ty], 2).reshape(B, T + 1, D + 1)[:, :T]
        h = (tok.reshape(B * T, D + 1) @ p["We"]).reshape(B, T, dm) + p["pos"][:T]
        mask = jnp.tril(jnp.ones((T, T), bool))
        for l in range(self.L):
            q = p[f"l{l}"]
            last = l == self.L - 1
            n = ln(h, q["g1"], q["b1"])
            if last:
                kv = (n.reshape(B * T, dm) @ q["Wqkv"][:, dm:]).reshape(B, T, 2, H, dh)
                read = (n[:, 0::2].reshape(B * K, dm) @ q["Wqkv"][:, :dm]).reshape(B, K, H, dh)
                queries, (keys, values) = read.transpose(0, 2, 1, 3), kv.transpose(2, 0, 3, 1, 4)
                h, rows = h[:, 0::2], mask[0::2]
            else:
                qkv = (n.reshape(B * T, dm) @ q["Wqkv"]).reshape(B, T, 3, H, dh)
                queries, keys, values = qkv.transpose(2, 0, 3, 1, 4)
                rows = mask
            s = jnp.matmul(queries, keys.swapaxes(-1, -2)) * (1 / math.sqrt(dh))
            a = jax.nn.softmax(jnp.where(rows, s, -1e30), -1)
            N = h.shape[1]
            o = jnp.matmul(a, values).transpose(0, 2, 1, 3).reshape(B * N, dm)
            h = h + (o @ q["Wo"]).reshape(B, N, dm)
            u = jax.nn.relu(ln(h, q["g2"], q["b2"]).reshape(B * N, dm) @ q["W1"] + q["c1"])
            h = h + (u @ q["W2"] + q["c2"]).reshape(B, N, dm)
        return ln(h, p["gf"], p["bf"]) @ p["Wu"] + p["bu"]

    return model


def main():
    path = Path(os.environ.get("BENCH_PEERS", "../shared/peers")) / "bench_jax.py"
    if "--list" in sys.argv:
        print("W4-d64\nW4-d512\nW8")
        return
    # Its main program runs at the end; the model is replaced just before.
    source, end = path.read_text(), 'if __name__ == "__main__":\n    main()'
    head, tail = source.rsplit(end, 1)
    program = head + 'Softmax.model = REDUCED(globals())\n' + end + tail
    exec(compile(program, str(path), "exec"),
         {"__name__": "__main__", "__file__": str(path), "REDUCED": reduced_model})


if __name__ == "__main__":
    main()
