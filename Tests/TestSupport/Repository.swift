import Foundation

/// Where the tests find what they need that they do not write themselves.
public enum Repository {
  /// The folder that holds Package.swift.
  public static let root: String = {
    // …/Tests/TestSupport/Repository.swift
    let here = URL(fileURLWithPath: #filePath)
    return here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
  }()

  /// The worked examples of the spec, where they are at hand: beside the package, or where RESYNC_SHARED
  /// says.
  public static let examples: String? = shared("spec/examples")

  /// Data that other projects published, where it is at hand: beside the package, or where RESYNC_SHARED says.
  public static let fixtures: String? = shared("fixtures")

  /// A folder or file of these data.
  public static func fixtures(_ name: String) -> String? { shared("fixtures/\(name)") }

  private static func shared(_ name: String) -> String? {
    let named = ProcessInfo.processInfo.environment["RESYNC_SHARED"]
    let folder = (named ?? (root as NSString).deletingLastPathComponent + "/shared") + "/" + name
    return FileManager.default.fileExists(atPath: folder) ? folder : nil
  }

  /// The folder of the built executables: that of the program that runs the tests.
  static let products: String = {
    let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let runner = link ?? CommandLine.arguments[0]
    return (runner as NSString).deletingLastPathComponent
  }()
}

/// What a helper of the tests could not do.
public struct HelperError: Error, CustomStringConvertible {
  /// The complaint, for the test's log.
  public let description: String

  /// A complaint.
  public init(_ description: String) { self.description = description }
}
