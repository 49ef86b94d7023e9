/* The graph builder of the oldest host: shapes, and nothing else. */
#include "oldest_host.h"
#include <stdio.h>
#include <string.h>

enum { LIMIT = 1 << 18 };
typedef struct shape { uint32_t rank; uint64_t extents[ICL_MAX_RANK]; } shape;
static shape nodes[LIMIT];
static icl_node node_count = 1;

static icl_node fail(icl_builder *b, const char *message) {
  if (!b->error[0]) snprintf(b->error, sizeof b->error, "%s", message);
  return 0;
}

static icl_node add(icl_builder *b, uint32_t rank, const uint64_t *extents) {
  if (b->error[0]) return 0;
  if (rank > ICL_MAX_RANK || node_count == LIMIT) return fail(b, "rank or number of nodes");
  shape *s = &nodes[node_count];
  s->rank = rank;
  for (uint32_t i = 0; i < rank; i++) s->extents[i] = extents[i];
  return node_count++;
}

static shape *get(icl_builder *b, icl_node a) {
  static shape none;
  if (a == 0 || a >= node_count) fail(b, "an operand is the null node");
  return a < node_count ? &nodes[a] : &none;
}

uint32_t shape_of(icl_builder *b, icl_node a, uint64_t *extents) {
  (void)b;
  if (a == 0 || a >= node_count) return 0;
  for (uint32_t i = 0; i < nodes[a].rank; i++) extents[i] = nodes[a].extents[i];
  return nodes[a].rank;
}

/* Names are copied: they live as long as the call. */
static struct { char name[128]; icl_node node; } extra[64];
static uint32_t extra_count;

static icl_node remember(const char *name, icl_node node) {
  snprintf(extra[extra_count].name, sizeof extra->name, "%s", name);
  return extra[extra_count++].node = node;
}

icl_node add_input(icl_builder *b, const char *name, uint32_t rank, const uint64_t *extents) {
  return remember(name, add(b, rank, extents));
}

static icl_node input(icl_builder *b, const char *name) {
  for (uint32_t i = extra_count; i-- > 0;)
    if (!strcmp(extra[i].name, name)) return extra[i].node;
  for (uint32_t i = 0; b->signature && i < b->signature->tensor_count; i++) {
    const icl_tensor_spec *spec = b->signature->tensors[i];
    if (!strcmp(spec->name, name)) return add(b, spec->rank, spec->extents);
  }
  char text[200];
  snprintf(text, sizeof text, "there is no input '%s'", name);
  return fail(b, text);
}

static icl_node same(icl_builder *b, icl_node a) {
  const shape s = *get(b, a);
  return add(b, s.rank, s.extents);
}

static icl_node parameter(icl_builder *b, const char *name, icl_node initial) {
  const shape s = *get(b, initial);
  uint64_t count = 1;
  for (uint32_t i = 0; i < s.rank; i++) count *= s.extents[i];
  (void)name;
  b->parameters += count;
  return same(b, initial);
}

static icl_node constant(icl_builder *b, uint32_t rank, const uint64_t *extents, const double *v) {
  (void)v;
  return add(b, rank, extents);
}
static icl_node scalar(icl_builder *b, double value) { (void)value; return add(b, 0, NULL); }
static icl_node random_node(icl_builder *b, uint32_t kind, uint32_t scope, const char *stream,
                            uint32_t rank, const uint64_t *extents) {
  (void)stream;
  if (kind < ICL_UNIFORM || kind > ICL_INDEX || scope > ICL_PER_RUN)
    return fail(b, "a random kind that 1.0 does not have");
  return add(b, rank, extents);
}
static icl_node unary(icl_builder *b, uint32_t operation, icl_node a) {
  if (operation < 1 || operation > ICL_STOP_GRADIENT) return fail(b, "a unary that 1.0 has not");
  return same(b, a);
}

static icl_node broadcast_two(icl_builder *b, icl_node a, icl_node c) {
  const shape s = *get(b, a), t = *get(b, c);
  const uint32_t rank = s.rank > t.rank ? s.rank : t.rank;
  uint64_t extents[ICL_MAX_RANK];
  for (uint32_t i = 0; i < rank; i++) {
    const uint64_t x = i < s.rank ? s.extents[s.rank - 1 - i] : 1;
    const uint64_t y = i < t.rank ? t.extents[t.rank - 1 - i] : 1;
    if (x != y && x != 1 && y != 1) return fail(b, "shapes do not broadcast");
    extents[rank - 1 - i] = x == 1 ? y : x;
  }
  return add(b, rank, extents);
}
static icl_node binary(icl_builder *b, uint32_t operation, icl_node a, icl_node c) {
  if (operation < 1 || operation > ICL_EQUAL) return fail(b, "a binary that 1.0 does not have");
  return broadcast_two(b, a, c);
}
static icl_node select_node(icl_builder *b, icl_node c, icl_node x, icl_node y) {
  return broadcast_two(b, c, broadcast_two(b, x, y));
}

static icl_node einsum(icl_builder *b, const char *spec, icl_node a, icl_node c) {
  uint64_t of[128] = {0}, extents[ICL_MAX_RANK];
  const icl_node operands[2] = {a, c};
  for (int k = 0; k < (c ? 2 : 1); k++) {
    const shape s = *get(b, operands[k]);
    uint32_t axis = 0;
    for (; *spec && *spec != ',' && *spec != '-'; spec++, axis++) {
      uint64_t *extent = &of[*spec & 127];
      if (axis >= s.rank || (*extent && *extent != s.extents[axis])) return fail(b, "einsum: shapes");
      *extent = s.extents[axis];
    }
    if (axis != s.rank) return fail(b, "einsum: rank");
    if (*spec == ',') spec++;
  }
  if (strncmp(spec, "->", 2)) return fail(b, "einsum: no arrow");
  uint32_t rank = 0;
  for (spec += 2; *spec; spec++) {
    if (!of[*spec & 127] || rank == ICL_MAX_RANK) return fail(b, "einsum: unknown letter");
    extents[rank++] = of[*spec & 127];
  }
  return add(b, rank, extents);
}

static icl_node reduce(icl_builder *b, uint32_t operation, icl_node a, uint32_t count,
                       const uint32_t *axes, uint32_t keep) {
  const shape s = *get(b, a);
  uint64_t extents[ICL_MAX_RANK];
  uint32_t rank = 0;
  if (operation < 1 || operation > ICL_MAX) return fail(b, "a reduction that 1.0 does not have");
  for (uint32_t i = 0; i < s.rank; i++) {
    int gone = 0;
    for (uint32_t k = 0; k < count; k++) gone |= axes[k] == i;
    if (!gone) extents[rank++] = s.extents[i];
    else if (keep) extents[rank++] = 1;
  }
  return add(b, rank, extents);
}

static icl_node reshape(icl_builder *b, icl_node a, uint32_t rank, const uint64_t *extents) {
  const shape s = *get(b, a);
  uint64_t before = 1, after = 1;
  for (uint32_t i = 0; i < s.rank; i++) before *= s.extents[i];
  for (uint32_t i = 0; i < rank; i++) after *= extents[i];
  return before == after ? add(b, rank, extents) : fail(b, "reshape: another number of elements");
}
static icl_node transpose(icl_builder *b, icl_node a, const uint32_t *permutation) {
  const shape s = *get(b, a);
  uint64_t extents[ICL_MAX_RANK];
  for (uint32_t i = 0; i < s.rank; i++) extents[i] = s.extents[permutation[i]];
  return add(b, s.rank, extents);
}
static icl_node slice(icl_builder *b, icl_node a, const uint64_t *start, const uint64_t *stop,
                      const uint64_t *stride) {
  const shape s = *get(b, a);
  uint64_t extents[ICL_MAX_RANK];
  for (uint32_t i = 0; i < s.rank; i++) {
    const uint64_t step = stride ? stride[i] : 1;
    if (start[i] > stop[i] || stop[i] > s.extents[i] || !step) return fail(b, "slice: range");
    extents[i] = (stop[i] - start[i] + step - 1) / step;
  }
  return add(b, s.rank, extents);
}
static icl_node concatenate(icl_builder *b, uint32_t count, const icl_node *list, uint32_t axis) {
  if (!count) return fail(b, "concatenate: nothing");
  shape s = *get(b, list[0]);
  for (uint32_t k = 1; k < count; k++) s.extents[axis] += get(b, list[k])->extents[axis];
  return add(b, s.rank, s.extents);
}
static icl_node pad(icl_builder *b, icl_node a, const uint64_t *before, const uint64_t *after,
                    double value) {
  shape s = *get(b, a);
  (void)value;
  for (uint32_t i = 0; i < s.rank; i++) s.extents[i] += before[i] + after[i];
  return add(b, s.rank, s.extents);
}
static icl_node broadcast(icl_builder *b, icl_node a, uint32_t rank, const uint64_t *extents) {
  get(b, a);
  return add(b, rank, extents);
}
static icl_node gather(icl_builder *b, icl_node a, icl_node indices, uint32_t axis) {
  shape s = *get(b, a);
  s.extents[axis] = get(b, indices)->extents[0];
  return add(b, s.rank, s.extents);
}
static icl_node softmax(icl_builder *b, icl_node a, icl_node mask, uint32_t axis) {
  (void)mask; (void)axis;
  return same(b, a);
}
static icl_node cumulative_sum(icl_builder *b, icl_node a, uint32_t axis, uint32_t exclusive,
                               uint32_t reverse) {
  (void)axis; (void)exclusive; (void)reverse;
  return same(b, a);
}
static icl_node recurrence(icl_builder *b, icl_node a, icl_node x, icl_node initial) {
  (void)x; (void)initial;
  return same(b, a);
}
static icl_node solve(icl_builder *b, icl_node a, icl_node x) { get(b, a); return same(b, x); }
static icl_node custom(icl_builder *b, const icl_custom *operation, uint32_t count,
                       const icl_node *inputs) {
  (void)count; (void)inputs;
  return add(b, operation->rank, operation->extents);
}
static icl_node name(icl_builder *b, icl_node a, const char *text) {
  (void)text;
  get(b, a);
  return a;
}
static void begin_scope(icl_builder *b, const char *text) { (void)b; (void)text; }
static void end_scope(icl_builder *b) { (void)b; }
static void output(icl_builder *b, const char *text, icl_node a) {
  get(b, a);
  b->outputs++;
  if (!b->signature && !b->error[0]) remember(text, a);
}
static icl_node gradient(icl_builder *b, icl_node a, icl_node c) { get(b, a); return same(b, c); }
static icl_node cholesky(icl_builder *b, icl_node a) { return same(b, a); }

static const icl_graph *current;
static void scan(icl_builder *b, const icl_scan *s, icl_node *results) {
  icl_node slices[64], carry[64], outputs[64];
  uint64_t length = s->length;
  for (uint32_t i = 0; i < s->sequence_count; i++) {
    const shape of = *get(b, s->sequences[i]);
    length = of.extents[0];
    slices[i] = add(b, of.rank ? of.rank - 1 : 0, of.extents + 1);
  }
  s->body(s->user, current, s->initial, slices, s->shared, carry, outputs);
  for (uint32_t i = 0; i < s->carry_count; i++) results[i] = same(b, s->initial[i]);
  for (uint32_t i = 0; i < s->output_count; i++) {
    const shape of = *get(b, outputs[i]);
    uint64_t extents[ICL_MAX_RANK + 1] = {length};
    memcpy(extents + 1, of.extents, of.rank * sizeof *extents);
    results[s->carry_count + i] = add(b, of.rank + 1, extents);
  }
}

const icl_graph *new_graph(icl_builder *b) {
  icl_graph *g = guarded(sizeof *g);
  *g = (icl_graph){
      sizeof *g, 0, b, input, parameter, constant, scalar, random_node, unary, binary, select_node,
      einsum, reduce, reshape, transpose, slice, concatenate, pad, broadcast, gather, softmax,
      cumulative_sum, recurrence, scan, solve, custom, name, begin_scope, end_scope, shape_of,
      fail, output, gradient, cholesky};
  extra_count = 0;
  return current = g;
}
