/// Named tensors in a safetensors file: a JSON header, then their values without gaps.
///
/// Source: https://github.com/huggingface/safetensors, "Format".
public struct TensorFile: Hashable, Sendable {
  public struct Tensor: Hashable, Sendable {
    public var name: String
    public var shape: [Int]
    /// In row-major order.
    public var values: Values

    public init(name: String, shape: [Int], values: Values) {
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  public enum Values: Hashable, Sendable {
    case float([Float])
    case double([Double])
    case integer([Int64])
    case unsigned([UInt64])

    public var count: Int {
      switch self {
      case .float(let values): values.count
      case .double(let values): values.count
      case .integer(let values): values.count
      case .unsigned(let values): values.count
      }
    }

    /// What the values are as Doubles; integers beyond 2^53 are rounded.
    public var doubles: [Double] {
      switch self {
      case .float(let values): values.map(Double.init)
      case .double(let values): values
      case .integer(let values): values.map(Double.init)
      case .unsigned(let values): values.map(Double.init)
      }
    }
  }

  public let path: String
  public let metadata: [String: String]
  /// In the order of their values in the file.
  public let tensors: [Tensor]

  /// Reads and checks a whole file.
  public init(reading path: String) throws(RecordError) {
    self.path = path
    let file = try TensorDecoder(path: path, bytes: contents(of: path))
    metadata = try file.metadata()
    tensors = try file.tensors()
  }

  public subscript(name: String) -> Tensor? { tensors.first { $0.name == name } }

  /// Writes a file, which appears when it is complete.
  public static func write(
    _ tensors: [Tensor], metadata: [String: String], to path: String
  ) throws(RecordError) {
    try PendingFile.write(encode(tensors, metadata: metadata, path: path), to: path)
  }
}
