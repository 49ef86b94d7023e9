import Testing

/// A change of the header that a maintainer might make.
struct Mutation: Sendable, CustomTestStringConvertible {
  let name: String
  /// Passages and what replaces them.
  let edits: [(String, String)]
  /// Whether old plugins go on working.
  var isGrowth = false
  /// libabigail knows neither macros nor which structs can say their size.
  var isSeenByLibabigail = true

  var testDescription: String { name }

  func apply(_ header: Header) throws -> Header {
    try edits.reduce(header.withoutAsserts()) { try $0.replacing($1.0, with: $1.1) }
  }

  static let all: [Mutation] = {
    let unary = "  icl_node (*unary)(icl_builder *, uint32_t operation, icl_node a);\n"
    let binary =
      "  icl_node (*binary)(icl_builder *, uint32_t operation, icl_node a, icl_node b);\n"
    let last = "  icl_node (*cholesky)(icl_builder *, icl_node a);\n"
    let extensionField =
      "  const void *(*extension)(const icl_host *host, const char *id); /* [any] */\n"
    return [
      Mutation(
        name: "a field removed in the middle",
        edits: [("  void (*end_scope)(icl_builder *);\n", "")]),
      Mutation(name: "a field removed at the end", edits: [(last, "")]),
      Mutation(name: "two fields reordered", edits: [(unary + binary, binary + unary)]),
      Mutation(
        name: "a field inserted in the middle",
        edits: [(unary, unary + "  void (*inserted)(icl_builder *);\n")]),
      Mutation(
        name: "a type changed, of equal size",
        edits: [("  double learning_rate_scale;", "  uint64_t learning_rate_scale;")]),
      Mutation(
        name: "a type changed, of another size",
        edits: [("  double learning_rate_scale;", "  float learning_rate_scale, more;")]),
      Mutation(
        name: "a parameter added to a function",
        edits: [(last, last.replacing("icl_node a)", with: "icl_node a, uint32_t b)"))]),
      Mutation(
        name: "an array lengthened", edits: [("  char message[512];", "  char message[1024];")]),
      Mutation(
        name: "growth of a struct that cannot say its size",
        edits: [
          ("  double value;\n} icl_property;", "  double value;\n  double more;\n} icl_property;")
        ], isSeenByLibabigail: false
      ),
      Mutation(
        name: "a constant changed", edits: [("#define ICL_POWER 7u", "#define ICL_POWER 70u")],
        isSeenByLibabigail: false),
      Mutation(
        name: "a constant removed", edits: [("#define ICL_POWER 7u", "")], isSeenByLibabigail: false
      ),
      Mutation(
        name: "an extension renamed", edits: [("\"icl.log/1\"", "\"icl.log/2\"")],
        isSeenByLibabigail: false),
      Mutation(
        name: "a field appended",
        edits: [(extensionField, extensionField + "  uint64_t appended;\n")], isGrowth: true),
      Mutation(
        name: "a function appended",
        edits: [(last, last + "  icl_node (*appended)(icl_builder *, double a);\n")],
        isGrowth: true),
      Mutation(
        name: "a struct and a constant added",
        edits: [
          (
            "struct icl_host {",
            """
            #define ICL_EXTENSION_NEW "icl.new/1"
            typedef struct icl_new { uint32_t struct_size; uint32_t reserved; } icl_new;
            struct icl_host {
            """
          )
        ], isGrowth: true),
    ]
  }()
}
