import Glibc

/// A TensorBoard event file of scalars.
///
/// A record is: length (8 bytes), its checksum (4), a protocol buffer `Event`, its checksum (4).
/// Source: tensorflow/core/lib/io/record_writer.cc, tensorflow/core/util/event.proto.
public final class EventWriter {
  public let path: String
  private let descriptor: Int32
  private let capacity: Int
  private var pending: [UInt8] = []

  /// Starts a new file in a folder.
  ///
  /// - Parameters:
  ///   - step: of a run that goes on from there. What older files have beyond it is not shown any
  ///     more.
  ///   - capacity: bytes that are kept until they are written together.
  public init(
    folder: String, resumingAfter step: Int? = nil, capacity: Int = 0
  ) throws(RecordError) {
    self.capacity = capacity
    let seconds = Int(Time.now.seconds)
    var number = 0
    var path: String
    var descriptor: Int32
    repeat {
      path = "\(folder)/events.out.tfevents.\(seconds).\(hostName()).\(getpid()).\(number)"
      descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0o644)
      number += 1
    } while descriptor < 0 && errno == EEXIST
    guard descriptor >= 0 else {
      throw RecordError(.cannotCreate, path: path, message: "cannot create it: \(reason())")
    }
    self.path = path
    self.descriptor = descriptor
    try write(EventMessage(time: Time.now.seconds, step: 0).version("brain.Event:2"))
    if let step {
      try write(EventMessage(time: Time.now.seconds, step: step + 1).sessionStart())
    }
  }

  deinit {
    try? flush()
    close(descriptor)
  }

  /// Adds values that were measured after a step; `time` is in seconds since 1970.
  public func add(
    step: Int, _ values: [(tag: String, value: Double)], time: Double? = nil
  ) throws(RecordError) {
    guard !values.isEmpty else { return }
    try write(EventMessage(time: time ?? Time.now.seconds, step: step).scalars(values))
  }

  /// Adds the numbers of a record of `metrics.jsonl`, and arrays of up to 64. `test.loss` gets the
  /// tag `test/loss`, so that TensorBoard groups it.
  public func add(_ record: JSON, time: Double? = nil) throws(RecordError) {
    guard let step = record["step"]?.integer else { return }
    var values: [(tag: String, value: Double)] = []
    for value in RecordedValue.all(in: record) where value.values.count <= 64 {
      for (element, number) in value.values.enumerated() {
        values.append((Self.tag(value.name(of: element)), number))
      }
    }
    try add(step: step, values, time: time)
  }

  private static func tag(_ name: String) -> String {
    guard let dot = name.firstIndex(of: ".") else { return name }
    return name[..<dot] + "/" + name[name.index(after: dot)...]
  }

  private func write(_ message: EventMessage) throws(RecordError) {
    pending += message.record
    if pending.count > capacity { try flush() }
  }

  /// Writes what is kept.
  public func flush() throws(RecordError) {
    defer { pending.removeAll(keepingCapacity: true) }
    guard writeAll(pending, to: descriptor) else {
      throw RecordError(.cannotWrite, path: path, message: "cannot write to it: \(reason())")
    }
  }
}
