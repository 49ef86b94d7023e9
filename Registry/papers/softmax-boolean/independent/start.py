"""Losses of P10 before training, exactly: W = 0, all 2^64 rows, by sums over independent trees.

    python3 start.py

Given chain: at W = 0 a node reads the mean of the tokens before it, which are bits of nobody and the tokens
of whole trees of the forest below; the distribution of (value, sum of tokens) of a tree follows from
those of its two children. Generated chain: all nodes are functions of the sum of the bits.
"""
import math
from fractions import Fraction
from parity import Tree, phi


def both(a, b):
    """The sum of two independent parts, and the product of their values."""
    out = {}
    for (v, s), p in a.items():
        for (w, r), q in b.items():
            out[v * w, s + r] = out.get((v * w, s + r), 0) + p * q
    return out


def given(tree):
    """½ E (φ(z_m) - x_m)² of each node."""
    half = Fraction(1, 2)
    bit = {(1, 1): half, (-1, -1): half}
    plain = lambda part: {(1, s): part.get((1, s), 0) + part.get((-1, s), 0) for _, s in part}
    count = tree.d - tree.k
    others = {(1, count - 2 * i): Fraction(math.comb(count, i), 2 ** count) for i in range(count + 1)}
    leaves, losses = [bit] * tree.k, []
    below, level, roots = leaves, [], None
    for m in range(tree.t):
        pair = both(below[2 * len(level)], below[2 * len(level) + 1])
        # Trees that m reads: those below that have no parent yet, and, in turn, the level's own nodes.
        read = below[2 * len(level) + 2:]
        if tree.widths[m] == tree.d + m:
            read = read + level
        else:
            # Of the pairs before m only the children are read, not the node.
            read = read + [both(below[2 * i], below[2 * i + 1]) for i in range(len(level))]
        rest = others
        for part in read:
            rest = both(rest, plain(part))
        total, width = 0.0, int(tree.widths[m])
        for (v, s), p in both(pair, rest).items():
            total += float(p) * (float(phi(s / width)) - v) ** 2 / 2
        losses.append(total)
        level.append({(v, s + v): p for (v, s), p in pair.items()})
        if 2 * len(level) == len(below):
            below, level = level, []
    return losses


def generated(tree):
    """½ E (ŷ - y)², and the standard deviation of ½ (ŷ - y)²."""
    d, k = tree.d, tree.k
    first = second = 0.0
    for low in range(k + 1):
        for rest in range(d - k + 1):
            p = math.comb(k, low) * math.comb(d - k, rest) / 2.0 ** d
            total, own, outputs = d - 2 * (low + rest), 0.0, []
            for m in range(tree.t):
                outputs.append(float(phi((total + sum(outputs[:tree.widths[m] - d])) / int(tree.widths[m]))))
            loss = (outputs[-1] - (-1) ** low) ** 2 / 2
            first += p * loss
            second += p * loss * loss
    return first, math.sqrt(second - first * first)


if __name__ == "__main__":
    for k in (8, 16, 32):
        for mask in ("causal", "level"):
            tree = Tree(64, k, mask)
            losses, (root, deviation) = given(tree), generated(tree)
            print(f"k = {k}, {mask}: chain loss {sum(losses) / tree.t:.6f}, prediction loss {root:.6f}, "
                  f"of one row ± {deviation:.4f}")
