// swift-tools-version: 6.2
import PackageDescription

/// The library of libFuzzer, where the fuzzer is built, which is led by coverage and watched by the address sanitizer: `make
/// fuzz` names it. All rooms are then compiled for it, so it has a build folder of its own.
let fuzzerLibrary = Context.environment["RESYNC_FUZZER_LIBRARY"]

/// What every target of ours is built with: warnings are errors, imports are explicit.
let settings: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
  ] + (fuzzerLibrary != nil ? [.unsafeFlags(["-sanitize=fuzzer,address", "-parse-as-library"])] : [])

/// How the rooms that rows go through are compiled in debug builds too, which the tests run: unoptimized, the program spends
/// most of a small run in generic code that is not specialized, and the tests start it thousands of times. Assertions stay;
/// to optimize across rooms as well takes the compiler longer than it saves. `RESYNC_DEBUG=1` is for a debugger.
let optimized: [SwiftSetting] =
  fuzzerLibrary == nil && Context.environment["RESYNC_DEBUG"] == nil
  ? [
    .unsafeFlags(
      ["-O", "-whole-module-optimization", "-num-threads", "2", "-assert-config", "Debug", "-disable-cmo"],
      .when(configuration: .debug))
  ] : []

/// How the program is linked where the tests start it thousands of times, as `make test` asks for: with Swift's libraries in
/// it, which take two fifths of its start to load and bind. The names are what `--static-swift-stdlib` has the compiler put in.
let staticSwift: [LinkerSetting] =
  fuzzerLibrary == nil && Context.environment["RESYNC_STATIC_SWIFT"] == "1"
  ? [
    .unsafeFlags(
      [
        "-static-stdlib", "-lFoundationInternationalization", "-lCoreFoundation", "-l_FoundationICU",
        "-l_FoundationCShims", "-l_FoundationCollections", "-lstdc++",
      ], .when(configuration: .debug))
  ] : []

/// A room of the package that rows go through: one idea, and the only rooms it may import.
func room(_ name: String, imports: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: imports, swiftSettings: settings + optimized)
}

/// A room that works once a run, or when a person asks: optimizing it takes the compiler longer than the tests then save.
func coldRoom(_ name: String, imports: [Target.Dependency], resources: [Resource] = []) -> Target {
  .target(name: name, dependencies: imports, resources: resources, swiftSettings: settings)
}

/// The small executable of one stage: the same code as the subcommand of `resync`.
func stageExecutable(_ name: String) -> Target {
  .executableTarget(name: name, dependencies: ["CommandLineTool"], swiftSettings: settings)
}

/// The tests of a room.
func tests(_ name: String, of imports: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: imports, swiftSettings: settings)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")

/// The fuzzer that `make fuzz` runs; `library` is libFuzzer without its main.
func fuzzer(_ library: String) -> Target {
  .executableTarget(
    name: "resync-fuzz", dependencies: ["FuzzTargets"], path: "Tests/Fuzzer", swiftSettings: settings,
    linkerSettings: [.unsafeFlags(["-sanitize=address", "-Xlinker", library]), .linkedLibrary("stdc++")])
}

let package = Package(
  name: "resync",
  products: [
    .executable(name: "resync", targets: ["resync"]),
    .executable(name: "resync-extract", targets: ["resync-extract"]),
    .executable(name: "resync-normalize", targets: ["resync-normalize"]),
    .executable(name: "resync-map", targets: ["resync-map"]),
    .executable(name: "resync-conflict-resolve", targets: ["resync-conflict-resolve"]),
    .executable(name: "resync-load", targets: ["resync-load"]),
    // What the micro-benchmarks measure; it is linked into nothing else.
    .library(
      name: "HotLoops", targets: ["CByteMasks", "CRM", "CSV", "ConflictResolve", "Parallel", "Records", "Staging"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
  ],
  targets: [
    // C libraries: a module map and a shim header, nothing else.
    .systemLibrary(name: "CLibCSV", providers: [.apt(["libcsv-dev"])]),
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CUTF8Proc", providers: [.apt(["libutf8proc-dev"])]),
    .systemLibrary(name: "CXXHash", pkgConfig: "libxxhash", providers: [.apt(["libxxhash-dev"])]),
    .systemLibrary(name: "CLibArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .target(name: "CAllocator"),
    .target(name: "CByteMasks"),
    .target(name: "CFileHints"),

    // What flows, and what knows nothing else.
    room("Records"),
    room("Parallel", imports: ["Records"]),
    room("CSV", imports: ["CLibCSV", "CByteMasks", "Records"]),
    room("CRM", imports: ["CByteMasks", "CUTF8Proc", "CXXHash", "Parallel", "Records"]),
    room("Staging", imports: ["CRM", "CSV", "Parallel", "Records"]),
    room("FileStaging", imports: ["CFileHints", "CSV", "CXXHash", "Records", "Staging"]),
    room("Postgres", imports: ["CLibPQ", "Records"]),
    room("PostgresStaging", imports: ["CSV", "FileStaging", "Postgres", "Records", "Staging"]),

    // The rules of the two activity pipelines: pure, no I/O.
    room("Activities", imports: ["CRM", "Records"]),

    // The five stages. None imports another.
    room(
      "Extract",
      imports: [
        "Activities", "CLibArchive", "CRM", "CSV", "CXXHash", "FileStaging", "Parallel", "Postgres", "Records",
        "Staging",
      ]),
    room("PostgresMirror", imports: ["CRM", "FileStaging", "Load", "Postgres", "Records", "Staging"]),
    room("Normalize", imports: ["Activities", "CRM", "Records", "Staging"]),
    room("Map", imports: ["Activities", "CRM", "Records", "Staging"]),
    room("ConflictResolve", imports: ["Activities", "CRM", "CSV", "CXXHash", "Parallel", "Records", "Staging"]),
    room("Load", imports: ["Activities", "CRM", "CSV", "Parallel", "Records", "Staging"]),

    // The pipeline file, the runner, and the command line.
    coldRoom("PipelineFile", imports: ["Activities", "CRM", "CSV", "Records", yams]),
    coldRoom(
      "Mappings", imports: ["CRM", "Extract", "FileStaging", "Parallel", "PipelineFile", "Records"]),
    coldRoom("Setup", imports: ["CRM", "Extract", "FileStaging", "Mappings", "PipelineFile"]),
    room(
      "Pipeline",
      imports: [
        "Activities", "CRM", "CSV", "CXXHash", "ConflictResolve", "Extract", "FileStaging", "Load", "Map", "Normalize",
        "Parallel", "PipelineFile", "PostgresMirror", "PostgresStaging", "Records", "Staging", logging,
      ]),
    coldRoom(
      "Inspect",
      imports: [
        "Activities", "CRM", "CSV", "FileStaging", "Mappings", "Pipeline", "PipelineFile", "Records", "Staging",
        mustache,
      ],
      // The page is one file, and so is the program: templates are compiled into it.
      resources: [.embedInCode("Page/Templates")]),
    room(
      "Verify",
      imports: ["Activities", "CRM", "CSV", "Extract", "FileStaging", "Pipeline", "PipelineFile", "Records", "Staging"]),
    coldRoom(
      "CommandLineTool",
      imports: [
        "CAllocator", "CRM", "Extract", "FileStaging", "Inspect", "Mappings", "Pipeline", "PipelineFile", "Setup",
        "Staging", "Verify",
        argumentParser, logging,
      ]),
    .executableTarget(
      name: "resync", dependencies: ["CommandLineTool"], exclude: ["resync.1"], swiftSettings: settings,
      linkerSettings: staticSwift),
    stageExecutable("resync-extract"), stageExecutable("resync-normalize"), stageExecutable("resync-map"),
    stageExecutable("resync-conflict-resolve"), stageExecutable("resync-load"),

    .target(
      name: "FuzzTargets", dependencies: ["CRM", "CSV", "PipelineFile", "Records"], path: "Tests/FuzzTargets",
      exclude: ["Corpus"], swiftSettings: settings),
    tests("FuzzTests", of: ["FuzzTargets", "TestSupport"]),
    .target(name: "TestSupport", dependencies: ["Records"], path: "Tests/TestSupport", swiftSettings: settings),
    .target(
      name: "StagingTestSupport", dependencies: ["CRM", "CSV", "Records", "Staging"], path: "Tests/StagingTestSupport",
      swiftSettings: settings),
    tests("ParallelTests", of: ["Parallel", "TestSupport"]),
    tests("PostgresTests", of: ["Postgres", "Records", "TestSupport"]),
    tests("RecordsTests", of: ["Records", "TestSupport"]),
    tests("CSVTests", of: ["CByteMasks", "CSV", "Records", "TestSupport"]),
    tests("CRMTests", of: ["CRM", "Records", "TestSupport"]),
    tests(
      "StagingTests",
      of: ["CRM", "CSV", "FileStaging", "Parallel", "Records", "Staging", "StagingTestSupport", "TestSupport"]),
    tests(
      "ExtractTests", of: ["CRM", "Extract", "Parallel", "Records", "Staging", "StagingTestSupport", "TestSupport"]),
    tests("ActivitiesTests", of: ["Activities", "CRM", "Records", "TestSupport"]),
    tests(
      "ConflictResolveTests",
      of: ["CRM", "ConflictResolve", "Parallel", "Records", "Staging", "StagingTestSupport", "TestSupport"]),
    tests("PipelineFileTests", of: ["CRM", "PipelineFile", "Records", "TestSupport"]),
    tests("MappingsTests", of: ["CRM", "Mappings", "PipelineFile", "TestSupport"]),
    tests("SetupTests", of: ["CRM", "Setup", "TestSupport"]),
    tests("PipelineTests", of: ["Pipeline", "Staging", "TestSupport"]),
    // It runs the programs as a person does. They are built with the tests, though it does not depend on them: it would be
    // linked as they are.
    tests("EndToEndTests", of: ["TestSupport"]),
  ] + (fuzzerLibrary.map { [fuzzer($0)] } ?? [])
)
