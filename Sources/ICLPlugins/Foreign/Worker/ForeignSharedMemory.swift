internal import Glibc

/// Memory that host and worker both see: a file without a name.
///
/// It begins with eight numbers: what is being called, plus one; the item; the loss; 1 to stop.
final class ForeignSharedMemory {
  static let header = 64
  let descriptor: Int32
  private(set) var bytes = 0
  private(set) var base: UnsafeMutableRawPointer!

  /// The host's side.
  init?() {
    var made: Int32 = -1
    for folder in ["/dev/shm", "/tmp"] where made < 0 {
      var name = Array("\(folder)/icl-foreign-XXXXXX".utf8CString)
      made = mkstemp(&name)
      if made >= 0 { unlink(name) }
    }
    guard made >= 0 else { return nil }
    // Far from the numbers that a worker gets.
    descriptor = fcntl(made, F_DUPFD_CLOEXEC, 200)
    close(made)
    guard descriptor >= 0, grow(to: Self.header) else { return nil }
  }

  /// The worker's side.
  init?(descriptor: Int32) {
    self.descriptor = descriptor
    guard map(Self.header) else { return nil }
  }

  deinit {
    if base != nil { munmap(base, bytes) }
    close(descriptor)
  }

  /// Makes the file larger, where it is too small, and sees all of it.
  func grow(to wanted: Int) -> Bool {
    if wanted <= bytes { return true }
    return ftruncate(descriptor, off_t(wanted)) == 0 && map(wanted)
  }

  func map(_ wanted: Int) -> Bool {
    if wanted <= bytes { return true }
    guard let new = mmap(nil, wanted, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
      new != MAP_FAILED
    else { return false }
    if base != nil { munmap(base, bytes) }
    (base, bytes) = (new, wanted)
    return true
  }

  var marker: ForeignMarker { ForeignMarker(memory: base.assumingMemoryBound(to: Int.self)) }

  var loss: Double {
    get { base.load(fromByteOffset: 16, as: Double.self) }
    set { base.storeBytes(of: newValue, toByteOffset: 16, as: Double.self) }
  }

  var stops: Bool {
    get { base.load(fromByteOffset: 24, as: Int.self) != 0 }
    set { base.storeBytes(of: newValue ? 1 : 0, toByteOffset: 24, as: Int.self) }
  }

  /// After the header, so many numbers on.
  func doubles(at offset: Int) -> UnsafeMutablePointer<Double> {
    (base + Self.header).assumingMemoryBound(to: Double.self) + offset
  }
}

/// The first message: whose calls these are.
struct ForeignStart: Codable {
  var manifest: String
  var path: String
  /// Its number in the manifest.
  var component: Int
}

/// One run of the steps; the arrays lie one behind the other in shared memory, then a point and a
/// gradient of `count` numbers each.
struct ForeignRun: Codable {
  var job: ForeignJob
  var items: Int
  var bytes: Int
  /// Of the parameters; 0 where nothing is called back.
  var count: Int
}

/// A refusal, on its way to the host.
struct ForeignComplaint: Codable {
  var code: String
  var message: String
  var hint: String
  var path: String

  init(_ error: PluginError) {
    (code, message, hint, path) = (error.code.rawValue, error.message, error.hint, error.path)
  }

  var error: PluginError {
    PluginError(
      PluginError.Code(rawValue: code) ?? .callFailed, message, hint: hint, path: path)
  }
}
