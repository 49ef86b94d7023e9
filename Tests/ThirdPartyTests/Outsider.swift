import Foundation

/// A plugin whose author has only the header (and ICLKit): each is built by its language's own tool
/// into the folder, and returns the library.
enum Outsider {
  static let include = Repository.header.appending(path: "include").path
  private static let flags = ["-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC"]

  static func c(in folder: URL) throws -> URL {
    let library = folder.appending(path: "c-attention.so")
    let source = Repository.fixtures.appending(path: "C/linear_attention.c").path
    try Tool("gcc")?.run(
      ["-std=c11"] + flags
        + ["-fvisibility=hidden", "-I", include, source, "-o", library.path])
    return library
  }

  static func cxx(in folder: URL) throws -> URL {
    let library = folder.appending(path: "cxx-attention.so")
    let source = Repository.fixtures.appending(path: "CXX/linear_attention.cpp").path
    try Tool("clang++")?.run(
      ["-std=c++20"] + flags + ["-Wno-missing-field-initializers"]
        + ["-fvisibility=hidden", "-I", include, source, "-o", library.path])
    return library
  }

  static func rust(in folder: URL) throws -> URL {
    let package = folder.appending(path: "rust")
    try FileManager.default.copyItem(
      at: Repository.fixtures.appending(path: "Rust"), to: package)
    try Tool("cargo")?.run(["build", "--release", "--offline"], in: package)
    return package.appending(path: "target/release/librust_attention.so")
  }

  /// With a source of its own instead of the fixture's, if given.
  static func swift(in folder: URL, source: String? = nil) throws -> URL {
    let package = folder.appending(path: "swift")
    let sources = package.appending(path: "Sources")
    try FileManager.default.copyItem(
      at: Repository.fixtures.appending(path: "Swift"), to: package)
    try FileManager.default.copyItem(at: Repository.header, to: sources.appending(path: "CICL"))
    try FileManager.default.copyItem(at: Repository.kit, to: sources.appending(path: "ICLKit"))
    if let source {
      try Data(source.utf8).write(
        to: sources.appending(path: "OutsideAttention/OutsideAttention.swift"))
    }
    try Tool("swift")?.run(["build", "-c", "release", "--package-path", package.path])
    return package.appending(path: ".build/release/liboutside-attention.so")
  }
}
