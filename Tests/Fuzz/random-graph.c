/* A model whose graph is a random sequence of calls, decided by its options: tame sequences are valid and of
 * smooth functions, wild ones hand over what no plugin should. */
#include <icl/icl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT = 96 };

typedef struct state {
  uint64_t random;
  int wild; /* of 16 calls, how many are handed nonsense */
  icl_node nodes[LIMIT];
  int count;
  int depth; /* of scans */
} state;

static uint64_t draw(state *s) {
  uint64_t z = s->random += 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}
static uint32_t below(state *s, uint32_t bound) { return bound ? (uint32_t)(draw(s) % bound) : 0; }
static int wild(state *s) { return below(s, 16) < (uint32_t)s->wild; }

static uint64_t odd_number(state *s) {
  static const uint64_t odd[] = {0, 1, 2, 3, 8, 9, 255, 1u << 20, UINT32_MAX, 1ull << 40, (1ull << 40) + 1,
                                 INT64_MAX, UINT64_MAX, UINT64_MAX - 1, 1ull << 63};
  return odd[below(s, sizeof odd / sizeof *odd)];
}
static const char *odd_text(state *s) {
  static const char *odd[] = {NULL, "", "x", "y", "w", "target", "\xff\xfe", "a.b", "ij,jk->ik", "i,i->", "->", "ii->i",
                              "abcdefghij->a", "iI,Ij->ij", "ij->ji", "ij,kl->", "model.", "%s%n"};
  return odd[below(s, sizeof odd / sizeof *odd)];
}

static icl_node pick(state *s) {
  if (wild(s)) return (icl_node)odd_number(s);
  return s->nodes[below(s, (uint32_t)s->count)];
}
static void keep(state *s, icl_node node) {
  if (s->count < LIMIT) s->nodes[s->count++] = node;
  else s->nodes[below(s, LIMIT)] = node;
}

typedef struct form {
  uint32_t rank;
  uint64_t extents[ICL_MAX_RANK];
} form;

static form shape(const icl_graph *g, icl_node a) {
  form f = {0};
  f.rank = g->shape(g->builder, a, f.extents);
  return f;
}
static uint64_t elements(form f) {
  uint64_t n = 1;
  for (uint32_t i = 0; i < f.rank; i++) n *= f.extents[i];
  return n;
}

/* ab,bc->… with letters shared where extents allow it. */
static icl_node einsum(state *s, const icl_graph *g) {
  if (wild(s)) return g->einsum(g->builder, odd_text(s), pick(s), pick(s));
  icl_node a = pick(s), b = pick(s);
  form fa = shape(g, a), fb = shape(g, b);
  char spec[64];
  char letters[2 * ICL_MAX_RANK];
  int used = 0, at = 0;
  uint64_t extent[2 * ICL_MAX_RANK];
  for (uint32_t i = 0; i < fa.rank; i++) {
    letters[used] = (char)('a' + used);
    extent[used] = fa.extents[i];
    spec[at++] = letters[used++];
  }
  spec[at++] = ',';
  int start = at;
  for (uint32_t i = 0; i < fb.rank; i++) {
    int letter = used;
    for (uint32_t j = 0; j < fa.rank && below(s, 3); j++) {
      int taken = 0;
      for (int k = start; k < at; k++) taken |= spec[k] == (char)('a' + j);
      if (!taken && extent[j] == fb.extents[i]) letter = (int)j;
    }
    if (letter == used) extent[used++] = fb.extents[i];
    spec[at++] = (char)('a' + letter);
  }
  spec[at++] = '-';
  spec[at++] = '>';
  uint64_t size = 1;
  uint32_t rank = 0;
  for (int i = 0; i < used; i++) {
    int letter = (i * 5 + 3) % used; /* each once where used is no multiple of 5 */
    if (used % 5 == 0) letter = i;
    if (below(s, 2) && rank < 5 && size * extent[letter] <= 512) {
      spec[at++] = (char)('a' + letter);
      size *= extent[letter];
      rank++;
    }
  }
  spec[at] = 0;
  return g->einsum(g->builder, spec, a, b);
}

static icl_node reduce(state *s, const icl_graph *g) {
  icl_node a = pick(s);
  form f = shape(g, a);
  uint32_t axes[ICL_MAX_RANK] = {0}, count = 0;
  for (uint32_t i = 0; i < f.rank; i++)
    if (below(s, 2)) axes[count++] = i;
  if (wild(s)) return g->reduce(g->builder, (uint32_t)odd_number(s), a, (uint32_t)odd_number(s), below(s, 2) ? axes : NULL, 7);
  if (wild(s) && count) axes[0] = (uint32_t)odd_number(s);
  return g->reduce(g->builder, 1 + below(s, 3), a, count, axes, below(s, 2));
}

static icl_node reshape(state *s, const icl_graph *g) {
  icl_node a = pick(s);
  form f = shape(g, a), to = {0};
  uint64_t rest = elements(f);
  while (rest > 1 && to.rank < 4) {
    uint64_t divisor = 2 + below(s, 6);
    to.extents[to.rank++] = rest % divisor ? rest : divisor;
    rest /= to.extents[to.rank - 1];
  }
  if (rest > 1) to.extents[to.rank++] = rest;
  if (wild(s)) to.rank = (uint32_t)odd_number(s);
  if (wild(s)) to.extents[below(s, ICL_MAX_RANK)] = odd_number(s);
  return g->reshape(g->builder, a, to.rank, wild(s) ? NULL : to.extents);
}

static icl_node transpose(state *s, const icl_graph *g) {
  icl_node a = pick(s);
  form f = shape(g, a);
  uint32_t order[ICL_MAX_RANK];
  for (uint32_t i = 0; i < ICL_MAX_RANK; i++) order[i] = i;
  for (uint32_t i = f.rank; i > 1; i--) {
    uint32_t j = below(s, i), t = order[i - 1];
    order[i - 1] = order[j];
    order[j] = t;
  }
  if (wild(s)) order[below(s, ICL_MAX_RANK)] = (uint32_t)odd_number(s);
  return g->transpose(g->builder, a, wild(s) ? NULL : order);
}

static icl_node slice(state *s, const icl_graph *g) {
  icl_node a = pick(s);
  form f = shape(g, a);
  uint64_t from[ICL_MAX_RANK], to[ICL_MAX_RANK], by[ICL_MAX_RANK];
  for (uint32_t i = 0; i < ICL_MAX_RANK; i++) {
    uint64_t extent = i < f.rank ? f.extents[i] : 1;
    from[i] = below(s, (uint32_t)extent);
    to[i] = from[i] + 1 + below(s, (uint32_t)(extent - from[i]));
    by[i] = 1 + below(s, 3);
  }
  if (wild(s)) (below(s, 2) ? from : to)[below(s, ICL_MAX_RANK)] = odd_number(s);
  if (wild(s)) by[below(s, ICL_MAX_RANK)] = odd_number(s);
  return g->slice(g->builder, a, wild(s) ? NULL : from, to, below(s, 2) ? by : NULL);
}

static icl_node concatenate(state *s, const icl_graph *g) {
  icl_node list[3];
  list[0] = list[1] = list[2] = pick(s);
  form f = shape(g, list[0]);
  if (f.rank == 0 && !s->wild) return list[0];
  for (int i = 1; i < 3; i++) {
    icl_node other = pick(s);
    form o = shape(g, other);
    if (o.rank == f.rank && !memcmp(o.extents, f.extents, f.rank * sizeof *f.extents)) list[i] = other;
  }
  uint32_t axis = wild(s) ? (uint32_t)odd_number(s) : below(s, f.rank);
  uint32_t count = wild(s) ? (uint32_t)odd_number(s) : 1 + below(s, 3);
  return g->concatenate(g->builder, count > 3 && count < 65537 ? 3 : count, wild(s) ? NULL : list, axis);
}

static icl_node pad(state *s, const icl_graph *g) {
  icl_node a = pick(s);
  uint64_t before[ICL_MAX_RANK], after[ICL_MAX_RANK];
  for (uint32_t i = 0; i < ICL_MAX_RANK; i++) {
    before[i] = wild(s) ? odd_number(s) : below(s, 3);
    after[i] = wild(s) ? odd_number(s) : below(s, 3);
  }
  return g->pad(g->builder, a, before, wild(s) ? NULL : after, below(s, 2) ? 0.0 : 0.5);
}

static icl_node broadcast(state *s, const icl_graph *g) {
  icl_node a = pick(s);
  form f = shape(g, a), to = f;
  if (f.rank < 4 && below(s, 2)) {
    memmove(to.extents + 1, to.extents, f.rank * sizeof *to.extents);
    to.extents[0] = 1 + below(s, 4);
    to.rank++;
  }
  for (uint32_t i = 0; i < to.rank; i++)
    if (to.extents[i] == 1) to.extents[i] = 1 + below(s, 3);
  if (wild(s)) to.extents[below(s, ICL_MAX_RANK)] = odd_number(s);
  return g->broadcast(g->builder, a, wild(s) ? (uint32_t)odd_number(s) : to.rank, to.extents);
}

static icl_node gather(state *s, const icl_graph *g) {
  icl_node a = pick(s);
  form f = shape(g, a);
  if (f.rank == 0 && !s->wild) return a;
  uint32_t axis = below(s, f.rank);
  uint64_t extents[1] = {1 + below(s, 5)};
  double numbers[5];
  for (int i = 0; i < 5; i++) numbers[i] = wild(s) ? -1.5 : below(s, f.rank ? (uint32_t)f.extents[axis] : 1);
  icl_node indices = g->constant(g->builder, 1, extents, numbers);
  return g->gather(g->builder, a, wild(s) ? pick(s) : indices, wild(s) ? (uint32_t)odd_number(s) : axis);
}

static icl_node softmax(state *s, const icl_graph *g) {
  icl_node a = pick(s);
  form f = shape(g, a);
  if (f.rank == 0 && !s->wild) return a;
  icl_node mask = 0;
  if (below(s, 2) && elements(f) <= 512 && f.rank) {
    double values[512];
    for (int i = 0; i < 512; i++) values[i] = below(s, 2);
    mask = g->constant(g->builder, f.rank, f.extents, values);
  }
  return g->softmax(g->builder, a, wild(s) ? pick(s) : mask, wild(s) ? (uint32_t)odd_number(s) : below(s, f.rank));
}

/* A A^T + 2 I is positive definite. */
static icl_node definite(state *s, const icl_graph *g) {
  icl_node a = pick(s);
  form f = shape(g, a);
  const int solves = below(s, 2);
  if (wild(s)) return solves ? g->solve(g->builder, a, pick(s)) : g->cholesky(g->builder, a);
  if (f.rank != 2 || f.extents[0] > 8) return a;
  uint64_t n = f.extents[0], square[2] = {n, n};
  double two[64] = {0};
  for (uint64_t i = 0; i < n; i++) two[i * n + i] = 2;
  icl_node gram = g->einsum(g->builder, "ij,kj->ik", a, a);
  icl_node matrix = g->binary(g->builder, ICL_ADD, gram, g->constant(g->builder, 2, square, two));
  if (solves) return g->solve(g->builder, matrix, a);
  if (f.extents[1] != n) return g->cholesky(g->builder, matrix);
  const icl_node rows[2] = {matrix, a};
  return g->cholesky(g->builder, g->concatenate(g->builder, 2, rows, 0));
}

static icl_node recurrence(state *s, const icl_graph *g) {
  icl_node b = pick(s);
  if (!s->wild && shape(g, b).rank == 0) return b;
  icl_node a = g->unary(g->builder, ICL_TANH, b);
  return g->linear_recurrence(g->builder, wild(s) ? pick(s) : a, b, wild(s) ? pick(s) : 0);
}

static void call(state *s, const icl_graph *g);

static void body(void *user, const icl_graph *g, const icl_node *carry, const icl_node *slices, const icl_node *shared,
                 icl_node *next_carry, icl_node *outputs) {
  state *outer = user;
  state s = {.random = draw(outer), .wild = outer->wild, .depth = outer->depth + 1};
  keep(&s, carry[0]);
  keep(&s, slices[0]);
  keep(&s, shared[0]);
  if (wild(&s)) keep(&s, outer->nodes[0]); /* not of this body */
  uint32_t count = below(&s, 6);
  for (uint32_t i = 0; i < count; i++) call(&s, g);
  form f = shape(g, carry[0]);
  icl_node last = s.nodes[s.count - 1];
  form l = shape(g, last);
  uint32_t axes[ICL_MAX_RANK];
  for (uint32_t i = 0; i < ICL_MAX_RANK; i++) axes[i] = i;
  icl_node mean = g->reduce(g->builder, ICL_MEAN, last, l.rank, axes, 0);
  next_carry[0] = wild(&s) ? last
                           : g->unary(g->builder, ICL_TANH, g->binary(g->builder, ICL_ADD, carry[0], g->broadcast(g->builder, mean, f.rank, f.extents)));
  if (!wild(&s)) outputs[0] = last;
}

static icl_node scan(state *s, const icl_graph *g) {
  icl_node initial[1] = {pick(s)}, sequences[1] = {pick(s)}, shared[1] = {pick(s)}, results[2] = {0, 0};
  if (s->depth > 1) return initial[0];
  if (shape(g, sequences[0]).rank == 0 && !s->wild) return initial[0];
  icl_scan scan = {.struct_size = sizeof scan, .reverse = below(s, 2), .carry_count = 1, .sequence_count = 1,
                   .shared_count = 1, .output_count = 1, .initial = initial, .sequences = sequences,
                   .shared = shared, .user = s, .body = body};
  if (wild(s)) scan.struct_size = (uint32_t)odd_number(s) % 64;
  if (wild(s)) scan.body = NULL;
  if (wild(s)) scan.initial = NULL;
  if (wild(s)) scan.length = odd_number(s);
  g->scan(g->builder, &scan, results);
  return below(s, 2) ? results[0] : results[1];
}

/* x -> x^2 / 2, by the plugin itself. */
static int32_t half_square(void *user, uint64_t count, const double *const *inputs, double *output) {
  uint64_t n = (uint64_t)(uintptr_t)user;
  for (uint64_t i = 0; i < count * n; i++) output[i] = inputs[0][i] * inputs[0][i] / 2;
  return ICL_OK;
}
static int32_t half_square_pullback(void *user, uint64_t count, const double *const *inputs, const double *output,
                                    const double *output_gradient, double *const *input_gradients) {
  uint64_t n = (uint64_t)(uintptr_t)user;
  for (uint64_t i = 0; i < count * n; i++) input_gradients[0][i] = inputs[0][i] * output_gradient[i];
  return ICL_OK;
}

static icl_node custom(state *s, const icl_graph *g) {
  icl_node a = pick(s);
  form f = shape(g, a);
  icl_custom operation = {.struct_size = sizeof operation, .rank = f.rank, .name = "half-square", .extents = f.extents,
                          .user = (void *)(uintptr_t)elements(f), .forward_f64 = half_square,
                          .pullback_f64 = half_square_pullback};
  if (wild(s)) operation.name = odd_text(s);
  if (wild(s)) {
    /* Of another size than its input: then it writes nothing. */
    operation.rank = (uint32_t)odd_number(s);
    operation.user = NULL;
  }
  if (wild(s)) operation.forward_f64 = NULL;
  if (wild(s)) operation.struct_size = (uint32_t)odd_number(s) % 96;
  return g->custom(g->builder, wild(s) ? NULL : &operation, wild(s) ? UINT32_MAX : 1, wild(s) ? NULL : &a);
}

static icl_node leaf(state *s, const icl_graph *g) {
  static const char *inputs[] = {"x", "y", "hint"};
  uint64_t extents[3] = {1 + below(s, 4), 1 + below(s, 4), 1 + below(s, 3)};
  double values[64];
  for (int i = 0; i < 64; i++) values[i] = (double)(int64_t)draw(s) * 0x1p-63;
  if (wild(s)) extents[below(s, 3)] = odd_number(s);
  uint32_t rank = wild(s) ? (uint32_t)odd_number(s) : below(s, 4);
  int safe = rank <= 3;
  for (uint32_t i = 0; safe && i < rank; i++) safe = extents[i] <= 4;
  icl_node constant = g->constant(g->builder, rank <= 8 ? (rank > 3 ? 3 : rank) : rank, extents, safe ? values : NULL);
  switch (below(s, 4)) {
    case 0: return constant;
    case 1: return g->scalar(g->builder, wild(s) ? NAN : values[0]);
    case 2: {
      char name[12] = "p.";
      for (int i = 2; i < 10; i++) name[i] = (char)('a' + below(s, 26));
      name[10] = 0;
      return s->depth ? constant : g->parameter(g->builder, wild(s) ? odd_text(s) : name, wild(s) ? pick(s) : constant);
    }
    default: return s->depth ? constant : g->input(g->builder, wild(s) ? odd_text(s) : inputs[below(s, 3)]);
  }
}

static icl_node one(state *s, const icl_graph *g) {
  static const uint32_t smooth[] = {ICL_NEGATE, ICL_TANH, ICL_SIGMOID, ICL_SOFTPLUS, ICL_SIN, ICL_COS, ICL_GELU,
                                    ICL_SILU, ICL_ERF, ICL_RELU, ICL_ABS, ICL_SQUARE, ICL_STOP_GRADIENT};
  static const uint32_t pairs[] = {ICL_ADD, ICL_SUBTRACT, ICL_MULTIPLY, ICL_MAXIMUM, ICL_MINIMUM};
  switch (below(s, 22)) {
    case 0: case 1: return leaf(s, g);
    case 2: case 3: {
      uint32_t code = smooth[below(s, sizeof smooth / sizeof *smooth)];
      return g->unary(g->builder, wild(s) ? (uint32_t)odd_number(s) : code, pick(s));
    }
    case 4: case 5: case 6: {
      /* Of one shape, or with a mean: others need not broadcast. */
      icl_node a = pick(s), b = pick(s);
      form fa = shape(g, a), fb = shape(g, b);
      uint32_t axes[ICL_MAX_RANK];
      for (uint32_t i = 0; i < ICL_MAX_RANK; i++) axes[i] = i;
      int same = fa.rank == fb.rank && !memcmp(fa.extents, fb.extents, fa.rank * sizeof *fa.extents);
      if (!same && !wild(s)) b = g->reduce(g->builder, ICL_MEAN, b, fb.rank, axes, 0);
      return g->binary(g->builder, wild(s) ? (uint32_t)odd_number(s) : pairs[below(s, 5)], a, b);
    }
    case 7: case 8: case 9: return einsum(s, g);
    case 10: return reduce(s, g);
    case 11: return reshape(s, g);
    case 12: return transpose(s, g);
    case 13: return slice(s, g);
    case 14: return concatenate(s, g);
    case 15: return pad(s, g);
    case 16: return broadcast(s, g);
    case 17: return below(s, 2) ? gather(s, g) : softmax(s, g);
    case 18: {
      icl_node a = pick(s);
      uint32_t rank = shape(g, a).rank;
      if (rank == 0 && !s->wild) return a;
      return g->cumulative_sum(g->builder, a, wild(s) ? (uint32_t)odd_number(s) : below(s, rank), below(s, 2), below(s, 2));
    }
    case 19: return below(s, 2) ? recurrence(s, g) : definite(s, g);
    case 20: return scan(s, g);
    default: return custom(s, g);
  }
}

static void call(state *s, const icl_graph *g) {
  if (s->wild && !below(s, 40)) {
    switch (below(s, 6)) {
      case 0: g->begin_scope(g->builder, odd_text(s)); break;
      case 1: g->end_scope(g->builder); break;
      case 2: g->name(g->builder, pick(s), odd_text(s)); break;
      case 3: g->output(g->builder, odd_text(s), pick(s)); break;
      case 4: g->gradient(g->builder, pick(s), pick(s)); break;
      default: g->random(g->builder, (uint32_t)odd_number(s), below(s, 3), odd_text(s), below(s, 10), NULL);
    }
  }
  /* Tame sequences leave out what has no first axis, or would grow. */
  icl_node node = one(s, g);
  form f = shape(g, node);
  if (s->wild || (elements(f) <= 512 && f.rank <= 5)) keep(s, node);
}

typedef struct options {
  uint64_t seed;
  int64_t wild;
} options;

static int32_t create(const icl_host *host, const icl_value *const *values, uint32_t count, void **instance,
                      icl_error *error) {
  options *o = malloc(sizeof *o);
  if (!o) return ICL_OUT_OF_MEMORY;
  o->seed = (uint64_t)values[0]->integer;
  o->wild = values[1]->integer;
  *instance = o;
  return ICL_OK;
}

static icl_node build(void *instance, const icl_graph *g, const icl_signature *task, icl_error *error) {
  options *o = instance;
  state s = {.random = o->seed, .wild = (int)o->wild};
  keep(&s, g->input(g->builder, "x"));
  keep(&s, g->input(g->builder, "y"));
  uint32_t count = 1 + below(&s, 40);
  for (uint32_t i = 0; i < count; i++) call(&s, g);
  if (s.wild && below(&s, 2)) return pick(&s);
  /* What was made last, as one number for each position. */
  uint32_t axes[ICL_MAX_RANK];
  for (uint32_t i = 0; i < ICL_MAX_RANK; i++) axes[i] = i;
  icl_node sum = 0;
  for (int i = s.count > 4 ? s.count - 4 : 0; i < s.count; i++) {
    icl_node mean = g->reduce(g->builder, ICL_MEAN, s.nodes[i], shape(g, s.nodes[i]).rank, axes, 0);
    sum = sum ? g->binary(g->builder, ICL_ADD, sum, mean) : mean;
  }
  uint64_t target[2] = {task->positions, task->output_dimension};
  return g->broadcast(g->builder, sum, 2, target);
}

static const icl_option table[] = {
    {.struct_size = sizeof(icl_option), .type = ICL_INTEGER, .name = "seed", .default_text = "1",
     .summary = "which sequence of calls"},
    {.struct_size = sizeof(icl_option), .type = ICL_INTEGER, .name = "wild", .default_text = "0",
     .summary = "of 16 arguments, how many are nonsense", .minimum = 0, .maximum = 16}};
static const icl_model model = {.struct_size = sizeof model, .build = build};
static const icl_component component = {
    .struct_size = sizeof component, .kind = ICL_MODEL, .id = "random-graph", .version = "1.0.0",
    .summary = "a random sequence of calls of the graph builder", .options = table, .option_count = 2,
    .create = create, .destroy = free, .interface = &model};
static const icl_plugin plugin = {.struct_size = sizeof plugin, .name = "random-graph", .version = "1.0.0",
                                  .license = "Apache-2.0", .components = &component, .component_count = 1};

ICL_PLUGIN_NOTE;
ICL_EXPORT const icl_plugin *icl_plugin_v1(const icl_host *host, uint32_t lowest_minor, uint32_t highest_minor,
                                           icl_error *error) {
  return &plugin;
}
