import Foundation
import Staging

/// How a run tells what it is doing. It goes to stderr; results go to stdout.
public enum ProgressStyle: String, CaseIterable, Sendable { case plain, json, none }

/// Writes a line for each step of a run.
public struct ProgressLog: Sendable {
  private let style: ProgressStyle
  private let start = ContinuousClock.now

  /// Progress in a style.
  public init(_ style: ProgressStyle) { self.style = style }

  /// A stage has finished a chunk, or (extract) an object.
  func finished(_ stage: Stage, _ object: String, chunk: Int?, of chunks: Int, rows: Int, seconds: Double) {
    switch style {
    case .none: return
    case .plain:
      let place = chunk.map { "chunk \($0 + 1) of \(chunks)" } ?? "\(chunks) chunk\(chunks == 1 ? "" : "s")"
      let rate = seconds > 0.05 ? ", \(Int(Double(rows) / seconds)) rows a second" : ""
      write("\(stage.rawValue) \(object): \(place), \(rows) rows\(rate)")
    case .json:
      let number = chunk.map { String($0) } ?? "null"
      write(
        "{\"event\":\"finished\",\"stage\":\"\(stage.rawValue)\",\"object\":\"\(object)\",\"chunk\":\(number),\"chunks\":\(chunks),"
          + "\"rows\":\(rows),\"seconds\":\(String(format: "%.3f", seconds))}")
    }
  }

  /// Something that the person who runs it should know.
  public func note(_ text: String) {
    switch style {
    case .none, .plain: write(text)
    case .json:
      let data = (try? JSONEncoder().encode(["event": "note", "text": text])) ?? Data()
      write(String(decoding: data, as: UTF8.self))
    }
  }

  private func write(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }
}
