"""Golden values of the sequence models: predictions, loss and gradients in float64.

    python3 sequences.py > sequences.json

Every model is written out token by token from its paper's formula, with JAX for the gradients. Loss:
mean over prompts and scored positions of the squared error, summed over outputs.
"""
import json
import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)

sigmoid = jax.nn.sigmoid
gelu = lambda a: jax.nn.gelu(a, approximate=False)


def dense(p, name, a, bias=True):
    out = a @ p[name + ".weight"]
    return out + p[name + ".bias"] if bias else out


def norm(p, name, a):
    c = a - a.mean(-1, keepdims=True)
    return c / jnp.sqrt((c * c).mean(-1, keepdims=True) + 1e-5) * p[name + ".gain"] + p[name + ".bias"]


def interleaved(x, y):
    n, d = len(y), x.shape[1]
    rows = []
    for i in range(n):
        rows += [x[i], jnp.concatenate([jnp.zeros(d - y.shape[1]), y[i]])]
    return jnp.stack(rows + [x[n]])


def convolution(p, name, u, bias=True, weight=None):
    w = p[name + ".weight"] if weight is None else weight
    k = len(w)
    rows = []
    for t in range(len(u)):
        rows.append(sum(w[j] * u[t - k + 1 + j] for j in range(k) if t - k + 1 + j >= 0))
    out = jnp.stack(rows)
    return out + p[name + ".bias"] if bias else out


def backbone(p, x, y, layers, every, mixer, mlp=None, positions=False):
    h = dense(p, "embedding.tokens", interleaved(x, y))
    if positions:
        h = h + p["embedding.positions"]
    for l in range(layers):
        k = f"layers.{l}."
        q = {name[len(k):]: value for name, value in p.items() if name.startswith(k)}
        h = h + mixer(q, l, norm(q, "norm", h))
        if mlp:
            m = norm(q, "mlp.norm", h)
            a = gelu(dense(q, "mlp.up", m))
            if mlp == "gated":
                a = a * dense(q, "mlp.gate", m)
            h = h + dense(q, "mlp.down", a)
    read = h[::2] if every else h[-1:]
    return dense(p, "readout.prediction", read)


def s5(p, u, gate):
    lam = jnp.minimum(p["rate"], -1e-4) + 1j * p["frequency"]
    step = jnp.exp(p["log-step"])
    a = jnp.exp(lam * step)
    b = ((a - 1) / lam)[:, None] * (p["input"][0] + 1j * p["input"][1])
    c = p["output"][0] + 1j * p["output"][1]
    h, rows = jnp.zeros(len(a)) + 0j, []
    for t in range(len(u)):
        h = a * h + b @ u[t]
        rows.append(2 * (c @ h).real + p["skip"] * u[t])
    y = gelu(jnp.stack(rows))
    if gate == "half":
        return y * sigmoid(dense(p, "gate", y))
    return dense(p, "value", y) * sigmoid(dense(p, "gate", y)) if gate == "full" else y


def h3(p, u, heads):
    w = u.shape[1]
    q, k, v = dense(p, "query", u), dense(p, "key", u), dense(p, "value", u)
    k = convolution(p, "", k, False, p["shift"]) + p["key-skip"] * k
    q, k, v = (a.reshape(len(u), heads, w // heads) for a in (q, k, v))
    rate, step = jnp.exp(p["rate"]), jnp.exp(p["log-step"])
    decay = jnp.exp(-rate * step)
    held = (1 - decay) / rate
    rows = []
    for head in range(heads):
        s, out = jnp.zeros((w // heads, w // heads)), []
        for t in range(len(u)):
            s = decay[head][:, None] * s + jnp.outer(held[head] * k[t, head], v[t, head])
            out.append(q[t, head] @ s + p["skip"][head, 0] * (q[t, head] @ k[t, head]) * v[t, head])
        rows.append(jnp.stack(out))
    return dense(p, "output", jnp.concatenate(rows, 1))


def griffin(p, layer, u, local, blocks, heads, window, taps):
    if local and layer % 3 == 2:
        w = u.shape[1]
        q = dense(p, "query", u).reshape(len(u), heads, w // heads)
        k, v = dense(p, "key", u), dense(p, "value", u)
        rows = []
        for t in range(len(u)):
            seen = range(max(0, t - window + 1), t + 1)
            heads_out = []
            for head in range(heads):
                score = jnp.stack([q[t, head] @ k[s] for s in seen]) / np.sqrt(w // heads)
                share = jax.nn.softmax(score)
                heads_out.append(sum(a * v[s] for a, s in zip(share, seen)))
            rows.append(jnp.concatenate(heads_out))
        return dense(p, "output", jnp.stack(rows))
    g = gelu(dense(p, "branch", u))
    u = dense(p, "input", u)
    if taps:
        u = convolution(p, "convolution", u)

    def gate(name):
        parts = jnp.split(u, blocks, 1)
        return sigmoid(jnp.concatenate([a @ p[name + ".weight"][i] for i, a in enumerate(parts)], 1) + p[name + ".bias"])
    r, i = gate("recurrence-gate"), gate("input-gate")
    h, rows = jnp.zeros(u.shape[1]), []
    for t in range(len(u)):
        a = jnp.exp(-8 * r[t] * jax.nn.softplus(p["rate"]))
        scale = 1 if t == 0 else jnp.sqrt(1 - a * a)
        h = a * h + scale * i[t] * u[t]
        rows.append(h)
    return dense(p, "output", g * jnp.stack(rows))


def mamba(p, u, taps):
    z = dense(p, "gate", u, False)
    u = dense(p, "input", u, False)
    if taps:
        u = convolution(p, "convolution", u)
    u = jax.nn.silu(u)
    step = jax.nn.softplus(dense(p, "step.up", dense(p, "step.down", u, False), False) + p["step.bias"])
    b, c, a = dense(p, "write", u, False), dense(p, "read", u, False), -jnp.exp(p["rate"])
    h, rows = jnp.zeros(a.shape), []
    for t in range(len(u)):
        h = jnp.exp(step[t][:, None] * a) * h + jnp.outer(step[t] * u[t], b[t])
        rows.append(h @ c[t] + p["skip"] * u[t])
    return dense(p, "output", jnp.stack(rows) * jax.nn.silu(z), False)


def window_layer(p, x, y, every, sums, plan, embedding=None, residual=False, prior=False, glu=False):
    """arXiv 2410.11687, general layer; plan: one, three, or the number of steps of a descent."""
    n, d, o = len(y), x.shape[1], y.shape[1]
    tokens = interleaved(x, y)
    raw = tokens
    if prior:
        rows = jnp.arange(d)[:, None] >= d - o
        w0 = p["prior-map"] * rows
        tokens = jnp.stack([t - (w0 @ raw[i - 1] if i % 2 else 0) for i, t in enumerate(tokens)])
    if embedding:
        tokens = dense(p, "embedding", tokens)
        tokens = jnp.tanh(tokens) if embedding == "tanh" else tokens
    width = tokens.shape[1]
    gate = [jnp.exp(p["decay"][a] * jnp.exp(p["log-step"][a])[None, :]) for a in range(sums)]
    state = [jnp.zeros((width, width)) for _ in range(sums)]
    c, outs = p["readout"], [jnp.zeros(width)]
    for t in range(n):
        window = tokens[2 * t:2 * t + 3]
        state = [g * s + window.T @ p["gating"][a] @ window for a, (g, s) in enumerate(zip(gate, state))]
        q = window.T @ p["query"]
        if plan == "one":
            z = c[0] @ state[0].T
        elif plan == "three":
            za, zb, zc = (c[i] @ state[i].T for i in range(3))
            z = za + za @ zb + zc
        else:
            z = jnp.zeros((width, width))
            for k in range(plan):
                z = z @ (jnp.eye(width) + c[plan + k] @ state[1].T) + c[k] @ state[0].T
        outs.append(z @ q)
    read = range(n + 1) if every else [n]
    rows = []
    for t in read:
        out = outs[t] + (tokens[2 * t] if residual else 0)
        if glu:
            out = out * sigmoid(dense(p, "glu", gelu(out)))
            rows.append(-dense(p, "output", out))
            continue
        rows.append(-out[width - o:] + (p["prior-map"][d - o:] @ raw[2 * t] if prior else 0))
    return jnp.stack(rows)


def constructed_layer(p, x, y, every, hold):
    n, d = len(y), x.shape[1]
    if hold:
        lam = jnp.minimum(p["decay"], -1e-4)[:, 0]
        a = jnp.exp(lam * jnp.exp(p["log-step"][:, 0]))
        b = ((a - 1) / lam)[:, None] * p["input"]
    else:
        a, b = p["decay"], p["input"]
    z, outs = jnp.zeros(len(a)), [jnp.zeros(1)]
    for t in range(n):
        u = jnp.concatenate([y[t] * x[t], x[t + 1]])
        z = a * z + b @ u
        outs.append(-(z @ (p["readout"] @ u))[None])
    return jnp.stack(outs if every else outs[-1:])


def delta(p, x, y, every, m, maps):
    n, d, o = len(y), x.shape[1], y.shape[1]
    k, q = (x @ p["key"], x @ p["query"]) if maps else (x, x)
    w, g, outs = jnp.zeros((o, d)), jnp.zeros((o, d)), []
    for t in range(n + 1):
        outs.append(w @ q[t])
        if t < n:
            g = g + p["step-size"][0] / m * jnp.outer(y[t] - w @ k[t], k[t])
            if (t + 1) % m == 0:
                w, g = w + g, 0 * g
    return jnp.stack(outs if every else outs[-1:])


def delta_layer(p, u, taps):
    if taps:
        u = jax.nn.silu(convolution(p, "convolution", u))
    unit = lambda a: a / jnp.sqrt((a * a).sum(-1, keepdims=True) + 1e-6)
    k, q, v = unit(dense(p, "key", u)), unit(dense(p, "query", u)), dense(p, "value", u)
    rate = sigmoid(dense(p, "rate", u))[:, 0]
    w, rows = jnp.zeros((u.shape[1], u.shape[1])), []
    for t in range(len(u)):
        w = w + rate[t] * jnp.outer(v[t] - w @ k[t], k[t])
        rows.append(w @ q[t])
    return dense(p, "output", jnp.stack(rows))


def plain_attention(p, x, y, together, layers, softmax_layers, heads, size, positions):
    n, o = len(y), y.shape[1]
    h = jnp.concatenate([x, jnp.concatenate([y, jnp.zeros((1, o))])], 1) if together else interleaved(x, y)
    if positions:
        t, half = np.arange(len(h))[:, None], np.arange(0, positions, 2)
        angle = t / 10000 ** (half / positions)
        code = np.zeros((len(h), positions))
        code[:, 0::2], code[:, 1::2] = np.sin(angle), np.cos(angle)[:, :positions // 2]
        h = jnp.concatenate([h, code], 1)
    for l in range(layers):
        rows = []
        for j in range(len(h)):
            update = 0
            for head in range(heads):
                q, k, v = (p[f"layers.{l}.{part}"][:, head] for part in ("query", "key", "value"))
                a = jnp.stack([(h[j] @ q) @ (h[i] @ k) for i in range(len(h) - 1)])
                a = jax.nn.softmax(a / np.sqrt(size)) if l < softmax_layers else a
                update = update + sum(a[i] * (h[i] @ v) for i in range(len(h) - 1)) @ p[f"layers.{l}.output"][head]
            rows.append(h[j] + update)
        h = jnp.stack(rows)
    return -h[-1:, -o:]


rng = np.random.default_rng(7)


def case(name, model, settings, shapes, run, d, n, o, every, scale=0.6, fixed={}, prompts=2):
    x = rng.normal(size=(prompts, n + 1, d))
    y = rng.normal(size=(prompts, n, o))
    target = rng.normal(size=(prompts, n + 1 if every else 1, o))
    p = {k: jnp.array(fixed[k](s) if k in fixed else scale * rng.normal(size=s)) for k, s in shapes.items()}

    def predict(p):
        return jnp.stack([run(p, jnp.array(a), jnp.array(b)) for a, b in zip(x, y)])

    def loss(p):
        return ((predict(p) - target) ** 2).sum(-1).mean()
    gradients = jax.grad(loss)(p)
    flat = lambda a: np.asarray(a).ravel().tolist()
    return {"name": name, "model": model, "settings": settings, "every_prefix": every, "context": n,
            "inputs": d, "outputs": o, "prompts": prompts, "x": flat(x), "y": flat(y), "target": flat(target),
            "predictions": flat(predict(p)), "loss": float(loss(p)),
            "parameters": {k: flat(v) for k, v in p.items()},
            "gradients": {k: flat(v) for k, v in gradients.items()}}


def dense_shapes(name, i, o, bias=True):
    return {name + ".weight": (i, o)} | ({name + ".bias": (o,)} if bias else {})


def frame(d, o, w, layers, layer, mlp=0, gated=False, positions=0):
    shapes = dense_shapes("embedding.tokens", d, w)
    if positions:
        shapes["embedding.positions"] = (positions, w)
    for l in range(layers):
        k = f"layers.{l}."
        own = {"norm.gain": (w,), "norm.bias": (w,)} | layer(l)
        if mlp:
            own |= {"mlp.norm.gain": (w,), "mlp.norm.bias": (w,)} | dense_shapes("mlp.up", w, mlp)
            own |= (dense_shapes("mlp.gate", w, mlp) if gated else {}) | dense_shapes("mlp.down", mlp, w)
        shapes |= {k + name: s for name, s in own.items()}
    return shapes | dense_shapes("readout.prediction", w, o)


NEGATIVE = {"rate": lambda s: -0.1 - rng.uniform(size=s)}


def s5_case(name, form, w, p, layers, gate, d, n, o=1, every=True, taps=0):
    def layer(l):
        s = {"rate": (p // 2,), "frequency": (p // 2,), "log-step": (p // 2,), "input": (2, p // 2, w),
             "output": (2, w, p // 2), "skip": (w,)}
        s |= {"convolution.weight": (taps, w), "convolution.bias": (w,)} if taps else {}
        return s | ({} if gate == "none" else dense_shapes("gate", w, w)) | (dense_shapes("value", w, w) if gate == "full" else {})

    def mixer(q, l, u):
        return s5(q, jax.nn.silu(convolution(q, "convolution", u)) if taps else u, gate)
    settings = {"form": form, "chunk": "3", "width": str(w), "state": str(p), "layers": str(layers), "gate": gate, "convolution": str(taps)}
    fixed = {f"layers.{l}.rate": NEGATIVE["rate"] for l in range(layers)}
    return case(name, "s5", settings, frame(d, o, w, layers, layer),
                lambda q, x, y: backbone(q, x, y, layers, every, mixer), d, n, o, every, fixed=fixed)


def h3_case(name, form, w, heads, shift, layers, d, n, o=1, every=True):
    def layer(l):
        s = {"shift": (shift, w), "key-skip": (w,), "skip": (heads, 1, w // heads), "rate": (heads, w // heads), "log-step": (heads, w // heads)}
        for part in ("query", "key", "value", "output"):
            s |= dense_shapes(part, w, w)
        return s
    settings = {"form": form, "chunk": "3", "width": str(w), "heads": str(heads), "shift": str(shift), "layers": str(layers)}
    return case(name, "h3", settings, frame(d, o, w, layers, layer),
                lambda q, x, y: backbone(q, x, y, layers, every, lambda p, l, u: h3(p, u, heads)), d, n, o, every)


def griffin_case(name, form, w, c, blocks, layers, d, n, o=1, every=True, local=False, mlp=0, taps=4, window=3, positions=False):
    def layer(l):
        if local and l % 3 == 2:
            return dense_shapes("query", w, w) | dense_shapes("key", w, w // 2) | dense_shapes("value", w, w // 2) | dense_shapes("output", w, w)
        s = dense_shapes("branch", w, c) | dense_shapes("input", w, c) | dense_shapes("output", c, w) | {"rate": (c,)}
        s |= {"convolution.weight": (taps, c), "convolution.bias": (c,)} if taps else {}
        for gate in ("recurrence-gate", "input-gate"):
            s |= {gate + ".weight": (blocks, c // blocks, c // blocks), gate + ".bias": (c,)}
        return s
    settings = {"form": form, "chunk": "3", "width": str(w), "channels": str(c), "gate-blocks": str(blocks), "layers": str(layers),
                "convolution": str(taps), "local-attention": str(local).lower(), "heads": "2", "window": str(window), "mlp-width": str(mlp),
                "positions": str(positions).lower()}
    return case(name, "griffin", settings, frame(d, o, w, layers, layer, mlp, True, 2 * n + 1 if positions else 0),
                lambda q, x, y: backbone(q, x, y, layers, every, lambda p, l, u: griffin(p, l, u, local, blocks, 2, window, taps),
                                         "gated" if mlp else None, positions), d, n, o, every)


def mamba_case(name, form, w, s, layers, d, n, o=1, every=True, taps=4, mlp=0):
    def layer(l):
        c, r = 2 * w, (w + 15) // 16
        shapes = dense_shapes("input", w, c, False) | dense_shapes("gate", w, c, False) | dense_shapes("output", c, w, False)
        shapes |= {"convolution.weight": (taps, c), "convolution.bias": (c,)} if taps else {}
        shapes |= dense_shapes("step.down", c, r, False) | dense_shapes("step.up", r, c, False) | {"step.bias": (c,)}
        return shapes | dense_shapes("write", c, s, False) | dense_shapes("read", c, s, False) | {"rate": (c, s), "skip": (c,)}
    settings = {"layout": "interleaved", "form": form, "chunk": "3", "width": str(w), "state": str(s), "layers": str(layers),
                "convolution": str(taps), "mlp-width": str(mlp)}
    return case(name, "mamba", settings, frame(d, o, w, layers, layer, mlp),
                lambda q, x, y: backbone(q, x, y, layers, every, lambda p, l, u: mamba(p, u, taps), "plain" if mlp else None),
                d, n, o, every)


def window_case(name, form, d, n, o, every, plan="one", embedding=0, activation="none", glu=False, **flags):
    sums = {"one": 1, "three": 3}.get(plan, 2)
    readouts = {"one": 1, "three": 3}.get(plan) or 2 * plan
    w = embedding or d
    shapes = {"gating": (sums, 3, 3), "query": (3,), "readout": (readouts, w, w), "decay": (sums, w, w), "log-step": (sums, w)}
    shapes |= dense_shapes("embedding", d, embedding) if embedding else {}
    shapes |= dense_shapes("glu", w, w) | dense_shapes("output", w, o) if glu else {}
    shapes |= {"prior-map": (d, d)} if flags.get("prior") else {}
    settings = {"layout": "interleaved", "form": form, "chunk": "3", "embedding": str(embedding), "embedding-activation": activation,
                "gated-readout": str(glu).lower(), "residual": str(flags.get("residual", False)).lower(),
                "prior-map": str(flags.get("prior", False)).lower(),
                "steps": "2" if plan == "three" else "1" if plan == "one" else str(plan),
                "sub-layers": "separate" if plan == "three" else "shared"}
    inner = (activation if activation != "none" else "linear") if embedding else None
    return case(name, "gd-ssm", settings, shapes,
                lambda p, x, y: window_layer(p, x, y, every, sums, plan, inner, glu=glu, **flags), d, n, o, every,
                fixed={"decay": lambda s: -rng.uniform(size=s)})


def constructed_case(name, form, d, n, every, hold, state=0):
    w = state or d
    shapes = {"input": (w, 2 * d), "readout": (w, 2 * d)} | ({"decay": (w, 1), "log-step": (w, 1)} if hold else {"decay": (w,)})
    return case(name, "gd-ssm", {"layout": "constructed", "form": form, "chunk": "3", "state": str(state),
                                 "discretization": "zero-order-hold" if hold else "none"}, shapes,
                lambda p, x, y: constructed_layer(p, x, y, every, hold), d, n, 1, every,
                fixed={"decay": lambda s: -0.1 - rng.uniform(size=s)} if hold else {})


def delta_case(name, form, d, n, o, every, m, maps=False, chunk=3):
    shapes = {"step-size": (1,)} | ({"key": (d, d), "query": (d, d)} if maps else {})
    return case(name, "delta-rule", {"form": form, "chunk": str(chunk), "mini-batch": str(m), "step-size": "1", "maps": str(maps).lower()}, shapes,
                lambda p, x, y: delta(p, x, y, every, m, maps), d, n, o, every,
                fixed={"step-size": lambda s: np.full(s, 0.2)})


def delta_layer_case(name, form, w, layers, d, n, o=1, every=True, taps=0):
    def layer(l):
        shapes = {"convolution.weight": (taps, w), "convolution.bias": (w,)} if taps else {}
        for part in ("key", "value", "query", "output"):
            shapes |= dense_shapes(part, w, w)
        return shapes | dense_shapes("rate", w, 1)
    settings = {"layout": "interleaved", "form": form, "chunk": "3", "width": str(w), "layers": str(layers), "convolution": str(taps)}
    return case(name, "delta-rule", settings, frame(d, o, w, layers, layer),
                lambda q, x, y: backbone(q, x, y, layers, every, lambda p, l, u: delta_layer(p, u, taps)), d, n, o, every)


def plain_case(name, together, layers, softmax_layers, heads, size, positions, d, n, o):
    w = (d + o if together else d) + positions
    shapes = {}
    for l in range(layers):
        shapes |= {f"layers.{l}.{part}": (w, heads, size) for part in ("query", "key", "value")}
        shapes[f"layers.{l}.output"] = (heads, size, w)
    settings = {"layout": "pairs" if together else "interleaved", "layers": str(layers), "softmax-layers": str(softmax_layers),
                "heads": str(heads), "key-size": str(size), "positions": str(positions)}
    return case(name, "plain-attention", settings, shapes,
                lambda p, x, y: plain_attention(p, x, y, together, layers, softmax_layers, heads, size, positions), d, n, o, False, 0.4)


FORMS = ("scan", "recurrence", "chunked")
CASES = [window_case(f"gd-ssm window {form}", form, 3, 5, 1, True) for form in FORMS]
CASES += [window_case(f"gd-ssm window at the query, vector, {form}", form, 3, 4, 3, False) for form in FORMS]
CASES += [
    window_case("gd-ssm three sub-layers, residual", "scan", 3, 4, 3, True, "three", residual=True),
    window_case("gd-ssm three sub-layers at the query", "chunked", 2, 5, 1, False, "three"),
    window_case("gd-ssm three steps", "recurrence", 3, 4, 2, True, 3),
    window_case("gd-ssm four steps at the query", "chunked", 2, 5, 2, False, 4),
    window_case("gd-ssm prior map", "chunked", 3, 4, 2, True, prior=True),
    window_case("gd-ssm embedded, gated", "chunked", 1, 5, 1, False, embedding=4, activation="tanh", glu=True),
    window_case("gd-ssm embedded, gated, every prefix", "scan", 2, 3, 1, True, embedding=3, glu=True),
]
CASES += [constructed_case(f"gd-ssm constructed {form}", form, 3, 5, True, form != "scan", 0 if form == "scan" else 4) for form in FORMS]
CASES += [constructed_case("gd-ssm constructed at the query", "chunked", 2, 4, False, True)]
for form in FORMS:
    CASES += [delta_case(f"delta-rule {form}", form, 3, 7, 2, True, 1, True), delta_case(f"delta-rule {form}, blocks of 3", form, 2, 7, 1, True, 3)]
CASES += [delta_case(f"delta-rule at the query, {form}", form, 3, 6, 2, False, m, chunk=4) for form, m in zip(FORMS, (2, 3, 1))]
CASES += [s5_case(f"s5 {form}", form, 4, 6, 1, gate, 2, 4) for form, gate in zip(FORMS, ("half", "full", "none"))]
CASES += [s5_case("s5 of two layers at the query, convolution", "chunked", 4, 4, 2, "half", 2, 3, 2, False, 3)]
CASES += [h3_case(f"h3 {form}", form, 4, 2, 3, 1, 2, 4) for form in FORMS]
CASES += [h3_case("h3 of two layers at the query", "chunked", 4, 1, 2, 2, 3, 3, 2, False)]
CASES += [griffin_case(f"griffin {form}", form, 4, 6, blocks, 1, 2, 4) for form, blocks in zip(FORMS, (1, 2, 3))]
CASES += [griffin_case("griffin with local attention and MLPs", "chunked", 4, 4, 2, 3, 2, 4, local=True, mlp=5, positions=True),
          griffin_case("griffin without convolution, at the query", "scan", 4, 3, 1, 2, 2, 3, 2, False, taps=0)]
CASES += [mamba_case(f"mamba block {form}", form, 3, 2, 1, 2, 4) for form in FORMS]
CASES += [mamba_case("mamba blocks at the query, MLP, no convolution", "chunked", 4, 3, 2, 2, 3, 1, False, 0, 5)]
CASES += [delta_layer_case(f"delta-rule layer {form}", form, 3, 1, 2, 4) for form in FORMS]
CASES += [delta_layer_case("delta-rule layers at the query, convolution", "chunked", 4, 2, 3, 3, 2, False, 3)]
CASES += [plain_case("plain-attention on pairs", True, 1, 0, 1, 4, 0, 3, 4, 1),
          plain_case("plain-attention, two heads and layers, vector", True, 2, 1, 2, 3, 0, 2, 3, 2),
          plain_case("plain-attention, softmax then linear, positions", False, 2, 1, 1, 5, 3, 3, 3, 1)]
print("[" + ",\n".join(map(json.dumps, CASES)) + "]")
