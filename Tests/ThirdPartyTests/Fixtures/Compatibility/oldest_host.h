/* What the parts of the oldest host share. It knows icl.h 1.0 and nothing younger. */
#ifndef OLDEST_HOST_H
#define OLDEST_HOST_H
#include <icl/icl.h>

/* Zeroed memory that ends where a page without access begins: whoever reads or writes past the
 * structs of 1.0 dies. Aligned to 8 if size is. */
void *guarded(uint64_t size);

/* Ends the program with status 1 and a sentence. */
_Noreturn void give_up(const char *what, const char *why);

/* Options at their defaults, as the host hands them to create. */
const icl_value *const *default_values(const icl_component *component);

/* A graph that knows shapes only. */
struct icl_builder {
  const icl_signature *signature; /* what input() finds; NULL while a task declares */
  uint64_t parameters, outputs;
  char error[600]; /* the first; "" if there is none */
};
const icl_graph *new_graph(struct icl_builder *builder);
/* An input of this shape that is in no signature, such as predictions. */
icl_node add_input(struct icl_builder *builder, const char *name, uint32_t rank,
                   const uint64_t *extents);
uint32_t shape_of(struct icl_builder *builder, icl_node node, uint64_t *extents);

/* Drives one component of each kind; the sentence says what came out. */
void drive_model(const icl_host *host, const icl_component *component, char *sentence);
void drive_task(const icl_host *host, const icl_component *component, char *sentence);
void drive_metric(const icl_host *host, const icl_component *component, char *sentence);
void drive_optimizer(const icl_host *host, const icl_component *component, char *sentence);

#endif
