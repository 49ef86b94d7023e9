import ICLRecords

/// A file of parameters that a run starts from, such as a checkpoint of another.
struct InitialParameters {
  let path: String
  let tensors: [TensorFile.Tensor]
  /// SHA-256 of the file.
  let digest: String

  init(_ path: String) throws(Failure) {
    self.path = path
    (tensors, digest) = try failing {
      (try TensorFile(reading: path).tensors, try Digest.sha256(ofFile: path))
    }
  }
}
