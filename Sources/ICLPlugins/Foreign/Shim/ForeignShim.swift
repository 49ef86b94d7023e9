/// A manifest as the source of a plugin in C, for those who want its calls at full speed.
///
/// The plugin calls the library directly; it needs no libffi, and has no worker around it.
public struct ForeignShim {
  public let name: String
  public let text: String

  public init(manifestAt path: String) throws(PluginError) {
    let manifest = try ForeignManifest(json: try ForeignLibraries.text(path), path: path)
    name = manifest.name
    let writers = manifest.components.enumerated().map { ShimComponent($1, number: $0) }
    text =
      ([Self.heading(manifest), Self.declarations(manifest), Self.support]
      + writers.map(\.text) + [Self.tables(manifest, writers)]).joined(separator: "\n") + "\n"
  }

  private static func heading(_ manifest: ForeignManifest) -> String {
    let libraries = manifest.libraries
      .map { $0.contains("/") ? $0 : "-l:\($0)" }.joined(separator: " ")
    return """
      /* \(manifest.name) as a plugin of icl-host, written by icl-host registry emit-shim.
       *
       * cc -std=c11 -O2 -shared -fPIC -fvisibility=hidden \(manifest.name).c \\
       *   -o lib\(manifest.name)-shim.so \(libraries) -lm
       */
      #include <icl/icl.h>
      #include <math.h>
      #include <stdio.h>
      #include <stdlib.h>
      #include <string.h>
      """
  }

  private static func declarations(_ manifest: ForeignManifest) -> String {
    var opaque: Set<String> = []
    func collect(_ type: CType) {
      switch type {
      case .opaque(let name): opaque.insert(name)
      case .pointer(let to, _): collect(to)
      case .function(let function):
        collect(function.result)
        for parameter in function.parameters { collect(parameter.type) }
      default: break
      }
    }
    for function in manifest.functions.values { collect(.function(function)) }
    for variable in manifest.variables.values { collect(variable.type) }
    var lines = ["\n/* What the library has. */"]
    lines += opaque.sorted().map { "typedef struct \($0) \($0);" }
    var structs: Set<String> = []
    for buffer in manifest.components.flatMap(\.buffers) where buffer.isStruct {
      guard structs.insert("\(buffer.type)").inserted else { continue }
      let fields = buffer.fields.map { "\($0.field.type.declaring($0.field.name));" }
      lines.append("struct \(buffer.type) { \(fields.joined(separator: " ")) };")
    }
    lines += manifest.functions.values.map { "\($0);" }.sorted()
    lines += manifest.variables.values
      .map { "extern \($0.type.declaring($0.name));" }.sorted()
    return lines.joined(separator: "\n")
  }

  private static func tables(_ manifest: ForeignManifest, _ writers: [ShimComponent]) -> String {
    """

    static const icl_component components[] = {
    \(writers.map(\.table).joined(separator: ",\n"))};

    static const icl_plugin plugin = {
        .struct_size = sizeof plugin, .name = "\(manifest.name)-shim", .version = \(quoted(manifest.version)),
        .license = \(quoted(manifest.license)), .components = components,
        .component_count = \(writers.count)};

    ICL_PLUGIN_NOTE;

    ICL_EXPORT const icl_plugin *icl_plugin_v1(const icl_host *host, uint32_t lowest_minor,
                                               uint32_t highest_minor, icl_error *error) {
      (void)host; (void)lowest_minor; (void)highest_minor; (void)error;
      return &plugin;
    }
    """
  }

  private static let support = """

    typedef struct shim_extents {
      double context_length, input_dimension, output_dimension, positions, prompts, count;
      int scored_at_query;
      const icl_signature *task;
    } shim_extents;

    static inline shim_extents shim_task(const icl_signature *task) {
      shim_extents t = {0};
      t.context_length = (double)task->context_length;
      t.input_dimension = (double)task->input_dimension;
      t.output_dimension = (double)task->output_dimension;
      t.positions = (double)task->positions;
      t.scored_at_query = task->scoring == ICL_SCORED_AT_QUERY;
      t.task = task;
      return t;
    }

    /* NaN where the task does not have it. */
    static inline double shim_property(const shim_extents *t, const char *name) {
      for (uint32_t k = 0; t->task && k < t->task->property_count; k++) {
        if (!strcmp(t->task->properties[k].name, name)) return t->task->properties[k].value;
      }
      return NAN;
    }

    static inline int32_t shim_fail(icl_error *error, const char *message) {
      if (error) {
        error->code = ICL_FAILED;
        snprintf(error->message, sizeof error->message, "%s", message);
      }
      return ICL_FAILED;
    }

    static inline void *shim_new(double count, size_t bytes) {
      return calloc(count < 1 ? 1 : (size_t)count, bytes);
    }
    """
}

/// A text as C writes it.
func quoted(_ text: String) -> String {
  var result = "\""
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "\""): result += "\\\""
    case UInt8(ascii: "\\"): result += "\\\\"
    case 32..<127: result += String(UnicodeScalar(byte))
    default:
      let digits = String(byte, radix: 8)
      result += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
    }
  }
  return result + "\""
}
