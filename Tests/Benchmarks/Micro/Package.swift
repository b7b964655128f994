// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that only who runs `make bench-micro` fetches the benchmark library.
let package = Package(
  name: "micro-benchmarks",
  dependencies: [
    .package(url: "https://github.com/google/swift-benchmark", from: "0.1.2"),
    .package(name: "resync", path: "../../.."),
  ],
  targets: [
    .executableTarget(
      name: "Micro",
      dependencies: [
        .product(name: "Benchmark", package: "swift-benchmark"), .product(name: "HotLoops", package: "resync"),
      ],
      swiftSettings: [.treatAllWarnings(as: .error)])
  ]
)
