import FileStaging
import Foundation
import Records
import Staging

/// What the other side refused, as its answer says (activities-pipelines 7, "What was refused").
struct RefusedActivities {
  /// The ids that were refused: external ids of the sync, `loaded_as` of the import.
  private(set) var ids: Set<String> = []
  /// How many answers say that the activity is there already: that is no refusal.
  private(set) var existing = 0

  // MARK: Salesforce's answer

  /// Reads Salesforce's failedResults or unprocessedrecords: each row is a refused one.
  ///
  /// - Throws: `RunError` with exit code 1 if the external id is not a column, or the file is no CSV.
  init(salesforce path: String, externalIDField: String) throws {
    let input = try FileReader(path: path)
    var columns: (id: Int, error: Int?, count: Int)?
    do {
      try forEachCSVRow(read: input.read) { line, fault, cells in
        guard let known = columns else {
          let names = cells.map(\.text)
          guard let id = names.firstIndex(of: externalIDField) else {
            throw RunError(
              .failed,
              "\(path): there is no column \(externalIDField): take the failedResults of the job that loaded "
                + "this run's file; nothing was taken out")
          }
          columns = (id, names.firstIndex(of: "sf__Error"), names.count)
          return
        }
        guard fault == .none, cells.count == known.count else {
          throw RunError(.failed, "\(path):\(line): the row is not whole; nothing was taken out")
        }
        let error = known.error.map { cells[$0].text } ?? ""
        if error.hasPrefix("DUPLICATE_VALUE") { existing += 1 } else { ids.insert(cells[known.id].text) }
      }
    } catch let error as RunError {
      throw error
    } catch {
      throw RunError(.failed, "\(path): is no CSV (\(error)); nothing was taken out")
    }
    guard columns != nil else { throw RunError(.failed, "\(path): is empty; nothing was taken out") }
  }

  // MARK: HubSpot's answers

  /// Reads HubSpot's answers to batches, one JSON object a line.
  ///
  /// - Throws: `RunError` with exit code 1 if a line is none, or an error does not say which activities it means.
  init(hubspot path: String) throws {
    let data = try Self.read(path)
    for (number, line) in data.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
      let isBlank = line.allSatisfy { $0 <= 0x20 }
      if !isBlank { try add(line, "\(path):\(number + 1)") }
    }
  }

  private static func read(_ path: String) throws -> Data {
    do {
      return try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw RunError(.failed, "\(path): cannot be read: \(error.localizedDescription)")
    }
  }

  private mutating func add(_ line: Data, _ place: String) throws {
    guard let answer = try? JSONSerialization.jsonObject(with: line) as? [String: Any],
      answer["results"] != nil || answer["errors"] != nil, let errors = answer["errors", default: [Any]()] as? [Any]
    else {
      throw RunError(
        .failed, "\(place): is no answer of HubSpot, a JSON object with results or errors; nothing was taken out")
    }
    for error in errors {
      var traces: Set<String> = []
      Self.collectTraces(error, into: &traces)
      guard !traces.isEmpty else {
        throw RunError(
          .failed,
          "\(place): an error names no objectWriteTraceId, so nobody knows which activities it means: "
            + "send the batch again one by one, or use --forget; nothing was taken out")
      }
      if Self.saysExisting(error) { existing += traces.count } else { ids.formUnion(traces) }
    }
  }

  /// Every `objectWriteTraceId`, a text or a list of texts, at any depth.
  private static func collectTraces(_ tree: Any, into traces: inout Set<String>) {
    if let list = tree as? [Any] {
      for item in list { collectTraces(item, into: &traces) }
    } else if let object = tree as? [String: Any] {
      for (key, value) in object {
        if key == "objectWriteTraceId" {
          traces.formUnion((value as? [Any] ?? [value]).compactMap { $0 as? String })
        } else {
          collectTraces(value, into: &traces)
        }
      }
    }
  }

  /// HubSpot says so by a conflict, and in words: "… already has that value", "… already exists".
  private static func saysExisting(_ error: Any) -> Bool {
    guard let error = error as? [String: Any] else { return false }
    let message = (error["message"] as? String ?? "").lowercased()
    return error["category"] as? String == "CONFLICT" || message.contains("already exist")
      || message.contains("already has that value")
  }
}
