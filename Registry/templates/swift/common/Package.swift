// swift-tools-version: 6.2
import PackageDescription

// Sources/CICL is the interface, Sources/ICLKit the same as Swift protocols; both come with icl-host.
let package = Package(
  name: "my-component",
  products: [.library(name: "my-component", type: .dynamic, targets: ["MyComponent"])],
  targets: [
    .target(name: "CICL"),
    .target(name: "ICLKit", dependencies: ["CICL"], exclude: ["README.md"]),
    .target(
      name: "MyComponent", dependencies: ["ICLKit"],
      linkerSettings: [
        .unsafeFlags([
          "-Xlinker", "--version-script=\(Context.packageDirectory)/exports.map",
          "-no-toolchain-stdlib-rpath", "-use-ld=lld",
        ])
      ]),
  ])
