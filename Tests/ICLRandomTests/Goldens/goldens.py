"""Prints the numbers that GoldenTests.swift compares with, from an independent implementation.

Needs numpy. Philox is written with Python integers, the rest with numpy; nothing is shared with
the Swift code. Run:  python3 goldens.py > goldens.txt
"""

import numpy as np

MASK32, MASK64 = 2**32 - 1, 2**64 - 1


def philox4x32_10(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        low_pair, high_pair = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(high_pair >> 32) ^ c[1] ^ k[0], high_pair & MASK32,
             (low_pair >> 32) ^ c[3] ^ k[1], low_pair & MASK32]
        k = [(k[0] + 0x9E3779B9) & MASK32, (k[1] + 0xBB67AE85) & MASK32]
    return c


def stream_key(seed, stream, scope):
    h = 0xCBF29CE484222325
    for byte in bytes([scope]) + stream.encode():
        h = ((h ^ byte) * 0x100000001B3) & MASK64
    return philox4x32_10([h & MASK32, h >> 32, 0, 0], [seed & MASK32, seed >> 32])[:2]


def words(key, step, prompt, blocks):
    last = ((prompt >> 32) & 0xFFFF) | ((step >> 32) & 0xFFFF) << 16
    return np.array(
        [philox4x32_10([b, prompt & MASK32, step & MASK32, last], key) for b in range(blocks)],
        dtype=np.uint64)


def uniform32(key, step, prompt, n):
    w = words(key, step, prompt, (n + 3) // 4).reshape(-1)[:n]
    return (w >> np.uint64(8)).astype(np.float32) * np.float32(2.0**-24)


def bits64(key, step, prompt, n):
    w = words(key, step, prompt, (n + 1) // 2)
    pairs = np.stack([w[:, 0] | w[:, 1] << np.uint64(32), w[:, 2] | w[:, 3] << np.uint64(32)], 1)
    return pairs.reshape(-1)[:n] >> np.uint64(11)


def uniform64(key, step, prompt, n):
    return bits64(key, step, prompt, n).astype(np.float64) * 2.0**-53


def box_muller(u, turn):
    r, t = np.sqrt(-2 * np.log(u)), 2 * np.pi * turn
    return np.stack([r * np.cos(t), r * np.sin(t)], 1).reshape(-1)


def normal32(key, step, prompt, n):
    w = (words(key, step, prompt, (n + 3) // 4).reshape(-1, 2) >> np.uint64(8)).astype(np.float32)
    u = (w[:, 0] + np.float32(0.5)) * np.float32(2.0**-24)
    turn = w[:, 1] * np.float32(2.0**-24)
    return box_muller(u.astype(np.float64), turn.astype(np.float64)).astype(np.float32)[:n]


def normal64(key, step, prompt, n):
    k = bits64(key, step, prompt, n + n % 2).reshape(-1, 2).astype(np.float64)
    return box_muller((k[:, 0] + 0.5) * 2.0**-53, k[:, 1] * 2.0**-53)[:n]


def permutation(key, step, prompt, n):
    order, u = np.arange(n), uniform64(key, step, prompt, n - 1)
    for draw, i in enumerate(range(n - 1, 0, -1)):
        j = int(u[draw] * (i + 1))
        order[i], order[j] = order[j], order[i]
    return order


def orthogonal(key, step, prompt, n):
    q, r = np.linalg.qr(normal64(key, step, prompt, n * n).reshape(n, n))
    return q * np.sign(np.diag(r))


def show(title, values, text):
    print(f"{title}:")
    print("  " + ", ".join(text(v) for v in np.asarray(values).reshape(-1)))


SEED, STEP, PROMPT = 0x0123456789ABCDEF, 7, 2**32 + 5
for counter, key in [([0] * 4, [0] * 2), ([MASK32] * 4, [MASK32] * 2),
                     ([0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344], [0xA4093822, 0x299F31D0])]:
    show("known answer", philox4x32_10(counter, key), lambda v: f"0x{int(v):08X}")
for seed, stream, scope in [(SEED, "x", 0), (SEED, "x", 1), (SEED, "", 0), (0, "größe", 0)]:
    show(f"key {seed:#x} {stream!r} {scope}", stream_key(seed, stream, scope),
         lambda v: f"0x{v:08X}")

key = stream_key(SEED, "x", 0)
show("words", words(key, STEP, PROMPT, 2), lambda v: f"0x{int(v):08X}")
show("words far", words(key, 2**40 + 3, 2**47 + 9, 1), lambda v: f"0x{int(v):08X}")
exact = lambda v: float(v).hex()
show("uniform float", uniform32(key, STEP, PROMPT, 9), exact)
show("uniform double", uniform64(key, STEP, PROMPT, 7), exact)
decimal = lambda v: repr(float(v))
show("normal float", normal32(key, STEP, PROMPT, 9), decimal)
show("normal double", normal64(key, STEP, PROMPT, 7), decimal)
show("permutation", permutation(key, STEP, PROMPT, 12), str)
show("orthogonal", orthogonal(key, STEP, PROMPT, 3), decimal)
run = stream_key(SEED, "M", 1)
show("per run normal double", normal64(run, 0, 0, 4), decimal)
