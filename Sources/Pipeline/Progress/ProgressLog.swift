import Foundation
import Logging
import Staging

/// How a run tells what it is doing. It goes to stderr; results go to stdout.
public enum ProgressStyle: String, CaseIterable, Sendable {
  /// A bar for each stage, on a terminal that can show it.
  case bar
  /// A sentence for each step.
  case plain
  /// A line of JSON for each step, with run, stage, object and chunk.
  case json
  /// Only problems.
  case none

  /// What is right here: a bar on a terminal, only problems under cron, which mails every line, else sentences.
  public static var automatic: ProgressStyle {
    if Terminal.onStderr() != nil { return .bar }
    return isStartedByCron() ? .none : .plain
  }
}

/// Tells what a run is doing, by way of swift-log.
public struct ProgressLog: Sendable {
  private var logger: Logger
  private let live: LiveProgress?
  /// How it is told; never a bar where no terminal can show it.
  public let style: ProgressStyle

  /// Progress in a style; `json`: every line is JSON, whatever the style.
  public init(_ style: ProgressStyle, json: Bool = false) {
    let terminal = style == .bar && !json ? Terminal.onStderr() : nil
    let shown: ProgressStyle = style == .bar && terminal == nil ? .plain : style
    let live = terminal.map { LiveProgress($0) }
    self.live = live
    self.style = shown
    logger = Logger(label: "resync") { _ in
      StderrLog(isJSON: json || shown == .json, isQuiet: shown == .none, live: live)
    }
  }

  /// The same, with the name of the run on every line of JSON.
  func inRun(_ run: String) -> ProgressLog {
    var named = self
    named.logger[metadataKey: "run"] = "\(run)"
    return named
  }

  /// A stage begins work on so many chunks; `rows` are those of all of them, where they are known.
  func begin(_ stage: Stage, _ object: String?, chunks: Int, rows: Int) {
    guard chunks > 0 else { return }
    live?.begin(ProgressBar(title: Self.title(stage, object), unit: .rows, total: rows, chunks: chunks))
  }

  /// Extract begins to read files of so many bytes; it reads each of them twice.
  func beginReading(_ object: String, bytes: Int) {
    live?.begin(ProgressBar(title: Self.title(.extract, object), unit: .bytes, total: bytes * 2, chunks: 1))
  }

  private static func title(_ stage: Stage, _ object: String?) -> String {
    let title = object.map { "\(stage.rawValue) \($0)" } ?? stage.rawValue
    // The bars of all stages begin in one column.
    return title + String(repeating: " ", count: max(0, 26 - title.count))
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
    let line = "\(stage.rawValue) \(object): \(place), \(rows) rows\(rate)"
    if let live { return live.advance(rows: rows, line: line) }
    logger.info("\(line)", metadata: facts)
  }

  /// Something that a person may want to know.
  func tell(_ text: String, object: String? = nil) {
    logger.info("\(text)", metadata: object.map { ["object": "\($0)"] })
  }

  /// Something that the person who runs it should know.
  public func warn(_ text: String) { logger.warning("\(text)") }
}

/// Writes log events to stderr: sentences for people, or a line of JSON each.
private struct StderrLog: LogHandler {
  private let isJSON: Bool
  private let live: LiveProgress?
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  var logLevel: Logger.Level

  init(isJSON: Bool, isQuiet: Bool, live: LiveProgress?) {
    self.isJSON = isJSON
    self.live = live
    logLevel = isQuiet ? .warning : .info
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var line = "\(event.level >= .warning ? "warning: " : "")\(event.message)"
    if isJSON {
      let facts = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { "\($0)" }
      line = jsonLine("\(event.level)", "\(event.message)", facts) ?? line
    }
    if let live { return live.tell(line) }
    StandardError.write(line + "\n")
  }
}

/// A line of a JSON log: time (UTC), level, message, and what it is about; nil if the text cannot be written.
public func jsonLine(_ level: String, _ message: String, _ facts: [String: String] = [:]) -> String? {
  let own = ["level": level, "message": message, "time": Date().ISO8601Format()]
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return (try? encoder.encode(facts.merging(own) { $1 })).map { String(decoding: $0, as: UTF8.self) }
}
