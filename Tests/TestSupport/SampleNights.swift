import Foundation

/// The two nights of the repository's sample data, in a sandbox of their own.
public struct SampleNights {
  /// The folder with the copies, and with what the nights leave: `sample-data`, `pipelines`, `.resync` and `out` are in it.
  public let sandbox: Sandbox
  /// The pipeline files of both nights.
  public static let pipelines = ["pipelines/companies.yaml", "pipelines/companies-second-night.yaml"]

  private let store: Store

  /// A copy of the sample data and its pipelines, with chunks of some size, and its staging in a store.
  public init(chunkSize: Int = 200_000, in store: Store = .current, onDisk: Bool = false) throws {
    self.store = store
    sandbox = try Sandbox("sample", onDisk: onDisk)
    for folder in ["sample-data", "pipelines"] {
      try sandbox.copy("\(Repository.root)/\(folder)", to: folder)
    }
    for pipeline in Self.pipelines {
      try sandbox.change(pipeline, "chunk_size: 200000", to: "chunk_size: \(chunkSize)")
    }
    try store.take(Self.pipelines, in: sandbox)
  }

  /// The path of a night's pipeline file; nights count from 1.
  public func pipeline(_ night: Int) -> String { sandbox.file(Self.pipelines[night - 1]) }

  /// Runs the pipeline of a night, as the run `n1`, `n2` or of another name.
  public func run(_ night: Int, as run: String? = nil, _ options: [String] = []) throws -> Outcome {
    try Program.run("resync", ["run", pipeline(night), "--run", run ?? "n\(night)"] + options)
  }

  /// Runs the pipeline of a night, which must end well.
  public func complete(_ night: Int, as name: String? = nil, _ options: [String] = []) throws {
    let outcome = try run(night, as: name, options)
    guard outcome.exitCode == 0 else { throw HelperError("exit \(outcome.exitCode): \(outcome.messages)") }
  }

  /// All that the nights left in files: load files and reports; of staging in files the staged tables, and the baseline.
  public func leftBehind() throws -> [String: Data] {
    store.common(try sandbox.leftBehind(staging: ".resync/companies"))
  }
}

extension Sandbox {
  /// What runs leave that is the same for the same input: load files and reports, staged tables, and the
  /// baseline. The manifests have times in them.
  public func leftBehind(staging: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    for folder in ["out", staging] {
      for (name, data) in try contents(under: folder) where !Self.isFree(name) {
        files["\(folder)/\(name)"] = data
      }
    }
    return files
  }

  private static func isFree(_ name: String) -> Bool {
    let file = (name as NSString).lastPathComponent
    return ["run.json", "created", "lock"].contains(file) || name.contains("/preview/")
  }
}
