// swift-tools-version: 6.2
import PackageDescription

// A package of its own. Its Sources also hold CICL (the header) and ICLKit, as installed.
let package = Package(
  name: "outside-attention",
  products: [.library(name: "outside-attention", type: .dynamic, targets: ["OutsideAttention"])],
  targets: [
    .target(name: "CICL"),
    .target(name: "ICLKit", dependencies: ["CICL"], exclude: ["README.md"]),
    .target(
      name: "OutsideAttention", dependencies: ["ICLKit"],
      linkerSettings: [
        .unsafeFlags([
          "-Xlinker", "--version-script=\(Context.packageDirectory)/exports.map",
          "-no-toolchain-stdlib-rpath", "-use-ld=lld",
        ])
      ]),
  ])
