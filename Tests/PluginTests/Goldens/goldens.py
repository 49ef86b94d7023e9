"""Golden values of the models: predictions, loss and gradients in float64.

    python3 goldens.py > goldens.json

Every model is written out in numpy from its paper's formula. A gradient is the imaginary part of the
loss at a parameter + 1e-30 i, divided by 1e-30: exact to rounding, with no rule of differentiation
in it. Loss: mean over prompts and scored positions of the squared error, summed over outputs.
"""
import json
import numpy as np

STEP = 1e-30


def relu(a):
    return np.where(a.real > 0, a, 0)


def softmax(a, mask=None, axis=-1):
    shifted = np.exp(a - np.where(mask if mask is not None else True, a.real, -np.inf).max(axis, keepdims=True))
    if mask is not None:
        shifted = np.where(mask, shifted, 0)
    return shifted / shifted.sum(axis, keepdims=True)


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def layer_norm(a, gain, bias):
    centred = a - a.mean(-1, keepdims=True)
    return centred / np.sqrt((centred * centred).mean(-1, keepdims=True) + 1e-5) * gain + bias


# One prompt: x [N + 1, D], y [N, O], parameters p -> [positions, O].

def linear_transformer(p, x, y, layers, kind, sums):
    n, d, o = len(y), x.shape[1], y.shape[1]
    tokens = np.concatenate([np.concatenate([x[:n], y], 1), np.concatenate([x[n:], np.zeros((1, o))], 1)]) + 0j
    def spread(a):
        return np.concatenate([np.repeat(a[:1], d), np.repeat(a[1:], o)])
    for l in range(layers):
        s = sum(np.outer(e, e) for e in tokens[:n])
        if sums == "mean":
            s = s / n
        a = 0
        for h in range(len(p[f"layers.{l}.P"])):
            left = p[f"layers.{l}.P"][h]
            if kind == "full":
                a = a + left @ s @ p[f"layers.{l}.Q"][h]
            else:
                right = p[f"layers.{l}.Q"][h] if kind == "diag" else np.array([1., 0.])
                a = a + np.diag(spread(left)) @ s @ np.diag(spread(right))
        tokens = np.stack([e + a @ e for e in tokens])
    return -tokens[n:, d:]


def softmax_transformer(p, x, y, layers, heads, every, norm=True, mlp=True, project=True, double=False):
    n, d, o = len(y), x.shape[1], y.shape[1]
    tokens = []
    for j in range(n + 1):
        tokens.append(np.concatenate([np.zeros(o), x[j]]))
        if j < n:
            tokens.append(np.concatenate([y[j], np.zeros(d)]))
    h = np.stack(tokens) @ p["embedding.weight"] + p["embedding.positions"]
    length, width = h.shape
    size = width // heads
    mask = np.tril(np.ones((length, length), bool))
    ln = lambda a, name: layer_norm(a, p[name + ".gain"], p[name + ".bias"]) if norm else a
    for l in range(layers):
        before, k = h, f"layers.{l}."
        a = ln(h, k + "attention.norm")
        qkv = (a @ p[k + "attention.qkv"].reshape(width, 3 * width)).reshape(length, 3, heads, size)
        out = np.zeros((length, heads, size), complex)
        for i in range(heads):
            q, key, v = qkv[:, 0, i], qkv[:, 1, i], qkv[:, 2, i]
            out[:, i] = softmax(q @ key.T / np.sqrt(size), mask) @ v
        out = out.reshape(length, width)
        h = h + (out @ p[k + "attention.output"].reshape(width, width) if project else out)
        if mlp:
            a = ln(h, k + "mlp.norm")
            h = h + relu(a @ p[k + "mlp.up"] + p[k + "mlp.up-bias"]) @ p[k + "mlp.down"] + p[k + "mlp.down-bias"]
        if double:
            h = before + h
    read = h[0::2] if every else h[2 * n:]
    return ln(read, "readout.norm") @ p["readout.weight"] + p["readout.bias"]


def gd_ssm(p, x, y, every):
    n, o = len(y), y.shape[1]
    gate = sigmoid(p["decay"])
    width = len(gate)
    state, out = np.zeros((width, width), complex), []
    for t in range(n + 1):
        if every or t == n:
            out.append(p["readout"] @ state @ p["query"] @ np.concatenate([x[t], np.zeros(o)]))
        if t < n:
            c = np.concatenate([x[t], y[t]])
            state = gate[:, None] * state + np.outer(p["value"] @ c, p["key"] @ c) / n
    return np.stack(out)


def mamba(p, x, y, every):
    n, o = len(y), y.shape[1]
    state, out = 0, []
    rate = -np.exp(p["rate"])
    for t in range(n + 1):
        c = np.concatenate([x[t], y[t - 1] if t else np.zeros(o)])
        u, z = c @ p["input"], c @ p["gate"]
        step = np.log(1 + np.exp(u @ p["step.down"] @ p["step.up"] + p["step.bias"]))
        state = np.exp(step[:, None] * rate) * state + np.outer(step * u, u @ p["write"])
        mixed = state @ (u @ p["read"]) + p["skip"] * u
        out.append((mixed * z * sigmoid(z)) @ p["output"])
    return np.stack(out if every else out[-1:])


def softmax_mixer(p, x, y, link):
    z = x[-1:] @ softmax(p["W"], axis=0)
    if link == "identity":
        return z
    size = np.where(z.real < 0, -z, z)
    return np.where(size.real < .5, 4 * z * z - 1, -4 * z * z + 8 * size - 3)


def case(name, model, settings, shapes, run, d, n, o=1, every=False, prompts=3, y=True, scale=.5):
    r = np.random.default_rng(sum(map(ord, name)))
    p = {k: scale * r.standard_normal(s) + (1 if k.endswith("gain") else 0) for k, s in shapes.items()}
    positions = n + 1 if every else 1
    xs, ys = r.standard_normal((prompts, n + 1, d)), r.standard_normal((prompts, n, o))
    targets = r.standard_normal((prompts, positions, o))
    predictions = [run(p, a, b) for a, b in zip(xs, ys)]

    def loss(p):
        return np.mean([((run(p, a, b) - t) ** 2).sum(1) for a, b, t in zip(xs, ys, targets)])

    gradients = {}
    for k in p:
        g = np.zeros(p[k].size)
        for i in range(p[k].size):
            moved = p[k].astype(complex)
            moved.flat[i] += STEP * 1j
            g[i] = loss({**p, k: moved}).imag / STEP
        gradients[k] = g.tolist()
    return dict(name=name, model=model, settings=settings, every_prefix=every, context=n, inputs=d, outputs=o,
                prompts=prompts, x=xs.ravel().tolist(), y=ys.ravel().tolist(), target=targets.ravel().tolist(),
                parameters={k: v.ravel().tolist() for k, v in p.items()},
                predictions=np.real(np.array(predictions)).ravel().tolist(), loss=float(np.real(loss(p))),
                gradients=gradients)


def linear(name, kind, heads, layers, d, n, o=1, sums="mean"):
    m = d + o
    shapes = {}
    for l in range(layers):
        shapes[f"layers.{l}.P"] = (heads, m, m) if kind == "full" else (heads, 2)
        if kind != "gd++":
            shapes[f"layers.{l}.Q"] = shapes[f"layers.{l}.P"]
    settings = {"parametrization": kind, "heads": str(heads), "layers": str(layers), "context-sum": sums}
    return case(name, "linear-transformer", settings, shapes,
                lambda p, x, y: linear_transformer(p, x, y, layers, kind, sums), d, n, o, scale=.3)


def transformer(name, width, heads, layers, m, d, n, o=1, every=True, **flags):
    t = 2 * n + 1
    shapes = {"embedding.weight": (d + o, width), "embedding.positions": (t, width)}
    norms = flags.get("norm", True)
    def norm(k):
        if norms:
            shapes[k + ".gain"], shapes[k + ".bias"] = (width,), (width,)
    for l in range(layers):
        k = f"layers.{l}."
        norm(k + "attention.norm")
        shapes[k + "attention.qkv"] = (width, 3, heads, width // heads)
        if flags.get("project", True):
            shapes[k + "attention.output"] = (heads, width // heads, width)
        if m:
            norm(k + "mlp.norm")
            shapes |= {k + "mlp.up": (width, m), k + "mlp.up-bias": (m,), k + "mlp.down": (m, width),
                       k + "mlp.down-bias": (width,)}
    norm("readout.norm")
    shapes |= {"readout.weight": (width, o), "readout.bias": (o,)}
    settings = {"width": str(width), "heads": str(heads), "layers": str(layers), "mlp-width": str(m),
                "layer-norm": str(norms).lower(), "output-projection": str(flags.get("project", True)).lower(),
                "double-residual": str(flags.get("double", False)).lower()}
    return case(name, "softmax-transformer", settings, shapes,
                lambda p, x, y: softmax_transformer(p, x, y, layers, heads, every, mlp=m > 0, **flags), d, n, o, every)


def gated(name, form, d, n, o=1, every=True, chunk=3):
    m = d + o
    shapes = {"value": (m, m), "key": (m, m), "query": (m, m), "readout": (o, m), "decay": (m,)}
    return case(name, "gd-ssm", {"form": form, "chunk": str(chunk)}, shapes,
                lambda p, x, y: gd_ssm(p, x, y, every), d, n, o, every, scale=1)


def selective(name, form, c, s, r, d, n, o=1, every=True):
    m = d + o
    shapes = {"input": (m, c), "gate": (m, c), "step.down": (c, r), "step.up": (r, c), "step.bias": (c,),
              "write": (c, s), "read": (c, s), "rate": (c, s), "skip": (c,), "output": (c, o)}
    return case(name, "mamba", {"form": form, "chunk": "3", "channels": str(c), "state": str(s), "step-rank": str(r)}, shapes,
                lambda p, x, y: mamba(p, x, y, every), d, n, o, every)


def mixer(name, link, d, t):
    return case(name, "softmax-mixer", {"link": link}, {"W": (d, t)},
                lambda p, x, y: softmax_mixer(p, x, y, link), d, 0, t)




CASES = [
    linear("linear-transformer full, one head", "full", 1, 3, 3, 5),
    linear("linear-transformer full, two heads, two outputs", "full", 2, 2, 2, 4, 2),
    linear("linear-transformer diag, one head", "diag", 1, 3, 3, 5),
    linear("linear-transformer diag, two heads, sums", "diag", 2, 2, 2, 3, 1, "sum"),
    linear("linear-transformer gd++", "gd++", 1, 3, 3, 5),
    transformer("softmax-transformer", 8, 2, 2, 5, 3, 3),
    transformer("softmax-transformer at the query", 6, 3, 2, 6, 2, 2, 2, every=False),
    transformer("softmax-transformer without output projection", 4, 2, 1, 8, 2, 3, project=False),
    transformer("softmax-transformer without MLP", 4, 1, 2, 0, 2, 2),
    transformer("softmax-transformer without norm, double residual", 4, 2, 2, 4, 2, 2, norm=False, double=True),
    gated("gd-ssm scan", "scan", 2, 7),
    gated("gd-ssm recurrence", "recurrence", 2, 7),
    gated("gd-ssm chunked", "chunked", 2, 7),
    gated("gd-ssm scan at the query, two outputs", "scan", 2, 5, 2, False),
    gated("gd-ssm recurrence at the query, two outputs", "recurrence", 2, 5, 2, False),
    gated("gd-ssm chunked at the query, two outputs", "chunked", 2, 5, 2, False),
    gated("gd-ssm chunked, two outputs", "chunked", 2, 6, 2),
    selective("mamba scan", "scan", 3, 2, 2, 2, 6),
    selective("mamba recurrence", "recurrence", 3, 2, 2, 2, 6),
    selective("mamba chunked", "chunked", 3, 2, 2, 2, 7),
    selective("mamba at the query, two outputs", "chunked", 2, 3, 1, 2, 4, 2, False),
    mixer("softmax-mixer", "identity", 6, 3),
    mixer("softmax-mixer phi", "phi", 5, 2),
]
print("[" + ",\n".join(map(json.dumps, CASES)) + "]")
