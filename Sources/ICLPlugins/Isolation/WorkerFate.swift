internal import CICLWorker

/// What ended a worker, in words.
struct WorkerFate {
  private let fate: icl_worker_fate
  private let component: String?

  private let foreign: ForeignFunctions?

  init(_ fate: icl_worker_fate, _ components: [Component], _ foreign: ForeignFunctions?) {
    self.fate = fate
    self.foreign = foreign
    let found = components.first { $0.index == Int(fate.component) }
    component = found.map { "\($0.kind) '\($0.id)': " }
  }

  private static func text<Characters>(_ characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// Whether the user wanted it.
  var isStop: Bool { fate.kind == UInt32(ICL_WORKER_STOPPED) }

  /// "task 'noisy': the worker process was ended by signal 11 (SIGSEGV at address 0x10) in call 37 of
  /// sample."
  var sentence: String {
    let call = Self.text(fate.call)
    let place =
      call.isEmpty
      ? "between calls"
      : (fate.number > 0 ? "in call \(fate.number) of \(call)" : "in \(call)")
        + (foreign?.place(fate.mark) ?? "")
    let what =
      switch fate.kind {
      case UInt32(ICL_WORKER_SIGNAL):
        "the worker process was ended by signal \(fate.value) (\(signalText)) \(place)"
      case UInt32(ICL_WORKER_EXIT):
        "the worker process exited with status \(fate.value) \(place)"
      case UInt32(ICL_WORKER_STOPPED): "stopped while a library was at work \(place)"
      case UInt32(ICL_WORKER_HUNG):
        "the worker process gave no answer for \(limitText) \(place), and was ended"
      default:
        "the worker process wrote into the messages between it and the host \(place), and was ended"
      }
    return (component ?? "") + what + "."
  }

  private var signalText: String {
    let name = "SIG" + Self.text(fate.signal)
    return fate.has_address == 0
      ? name : "\(name) at address 0x\(String(fate.address, radix: 16))"
  }

  private var limitText: String {
    fate.value % 1000 == 0 ? "\(fate.value / 1000) s" : "\(fate.value) ms"
  }
}
