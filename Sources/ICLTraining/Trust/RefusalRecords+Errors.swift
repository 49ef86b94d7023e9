import ICLPlugins
import ICLRecords

extension RefusalRecords {
  /// Writes down why bytes were refused. That it cannot be written down changes nothing.
  func add(_ error: PluginError, digest: String, file: String) {
    let record = Record(
      file: file, code: error.code.rawValue, message: error.message, hint: error.hint)
    try? write(record, digest: digest)
  }
}
