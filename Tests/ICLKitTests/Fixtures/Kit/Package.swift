// swift-tools-version: 6.2
import PackageDescription

// The test copies CICL and ICLKit into Sources.
let package = Package(
  name: "kit-fixture",
  products: [.library(name: "kit-fixture", type: .dynamic, targets: ["KitFixture"])],
  targets: [
    .target(name: "CICL"),
    .target(name: "ICLKit", dependencies: ["CICL"], exclude: ["README.md"]),
    .target(
      name: "KitFixture", dependencies: ["ICLKit"],
      linkerSettings: [
        .unsafeFlags([
          "-Xlinker", "--version-script=\(Context.packageDirectory)/exports.map",
          "-no-toolchain-stdlib-rpath", "-use-ld=lld",
        ])
      ]),
  ])
