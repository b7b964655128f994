import Foundation
import Logging
import Staging

/// How a run tells what it is doing. It goes to stderr; results go to stdout.
public enum ProgressStyle: String, CaseIterable, Sendable {
  /// A sentence for each step.
  case plain
  /// A line of JSON for each step, with run, stage, object and chunk.
  case json
  /// Only warnings.
  case none
}

/// Tells what a run is doing, by way of swift-log.
public struct ProgressLog: Sendable {
  private let logger: Logger

  /// Progress in a style.
  public init(_ style: ProgressStyle) {
    logger = Logger(label: "resync") { _ in StderrLog(style) }
  }

  /// A stage has finished a chunk, or (extract) an object.
  func finished(_ stage: Stage, _ object: String, chunk: Int?, of chunks: Int, rows: Int, seconds: Double) {
    let place = chunk.map { "chunk \($0 + 1) of \(chunks)" } ?? "\(chunks) chunk\(chunks == 1 ? "" : "s")"
    let rate = seconds > 0.05 ? ", \(Int(Double(rows) / seconds)) rows a second" : ""
    var facts: Logger.Metadata = [
      "stage": "\(stage.rawValue)", "object": "\(object)", "chunks": "\(chunks)", "rows": "\(rows)",
      "seconds": "\(String(format: "%.3f", seconds))",
    ]
    if let chunk { facts["chunk"] = "\(chunk)" }
    logger.info("\(stage.rawValue) \(object): \(place), \(rows) rows\(rate)", metadata: facts)
  }

  /// Something that the person who runs it should know.
  public func warn(_ text: String) { logger.warning("\(text)") }
}

/// Writes log events to stderr: sentences for people, or a line of JSON each.
private struct StderrLog: LogHandler {
  private let style: ProgressStyle
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  var logLevel: Logger.Level

  init(_ style: ProgressStyle) {
    self.style = style
    logLevel = style == .none ? .warning : .info
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var line = "\(event.level >= .warning ? "warning: " : "")\(event.message)"
    if style == .json {
      var facts = ["level": "\(event.level)", "message": "\(event.message)"]
      for (key, value) in event.metadata ?? [:] { facts[key] = "\(value)" }
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      line = (try? encoder.encode(facts)).map { String(decoding: $0, as: UTF8.self) } ?? line
    }
    StandardError.write(line + "\n")
  }
}
