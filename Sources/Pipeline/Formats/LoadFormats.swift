import CRM
import FileStaging
import Foundation
import PipelineFile
import Staging

/// What other programs want beside the load files, on request (`load.formats`). It is made from the load files when all of
/// them are there, and changes none of them.
struct LoadFormats {
  /// The folder of the run's load files, by which their names go.
  let folder: LoadFolder
  let run: String
  let plans: [ObjectPlan]
  let formats: Set<LoadFormat>

  /// Writes them. Returns what a person should know, a line each.
  ///
  /// - Throws: `StagingError` if a load file cannot be read, or a file cannot be written.
  func write() throws -> [String] {
    var notes: [String] = []
    if formats.contains(.dataLoader) {
      for file in names(under: "salesforce", ending: ".csv") { try DataLoaderMapping(file, in: folder).write() }
    }
    if formats.contains(.hubspotImport) {
      for plan in plans {
        for file in names(under: "hubspot", ending: ".jsonl") where isOf(plan, file) {
          let clears = try HubSpotImport(plan, file, in: folder).write()
          if clears > 0 {
            notes.append(
              "\(clears) clears of \(plan.object) cannot be said in a HubSpot import: they are listed in "
                + "\(folder.path)/\(HubSpotImport.clearsFile(of: file)), and the batch file beside it has them")
          }
        }
      }
    }
    // It lists the others, so it comes last.
    if formats.contains(.datapackage) { try DataPackage(folder, run: run).write() }
    return notes
  }

  private func names(under side: String, ending: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/\(side)")) ?? []
    return names.filter { $0.hasSuffix(ending) }.sorted().map { "\(side)/\($0)" }
  }

  private func isOf(_ plan: ObjectPlan, _ path: String) -> Bool {
    let name = (path as NSString).lastPathComponent
    return name.hasPrefix("\(plan.object)-update-") || name.hasPrefix("\(plan.object)-create-")
  }
}

/// The mapping file that Salesforce's Data Loader wants for a CSV: each column goes to the field of its name.
struct DataLoaderMapping {
  private let file: String
  private let folder: LoadFolder

  init(_ file: String, in folder: LoadFolder) {
    self.file = file
    self.folder = folder
  }

  /// Writes `NAME.sdl` beside `NAME.csv`.
  func write() throws {
    // The header is the first line: our own headers hold no line break, and no field name has to be quoted.
    let header = try LineReader("\(folder.path)/\(file)").next() ?? ""
    let columns = header.split(separator: ",")
    let text =
      "# Mapping for Salesforce Data Loader. Use the Bulk API, so that #N/A clears a field.\n"
      + columns.map { "\($0)=\($0)\n" }.joined()
    let name = String(file.dropLast(".csv".count)) + ".sdl"
    try AtomicFile.write(text, to: "\(folder.path)/\(name)", noted: folder.noted(name))
  }
}

/// The lines of a text file, one at a time.
final class LineReader {
  private let reader: FileReader
  private var pending: [UInt8] = []
  private var place = 0
  private var ended = false

  init(_ path: String) throws { reader = try FileReader(path: path) }

  /// The next line, without its end; nil behind the last.
  func next() throws -> String? {
    while true {
      if let end = pending[place...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { place = end + 1 }
        return String(decoding: pending[place..<end], as: UTF8.self)
      }
      if ended {
        guard place < pending.count else { return nil }
        defer { place = pending.count }
        return String(decoding: pending[place...], as: UTF8.self)
      }
      try fill()
    }
  }

  private func fill() throws {
    pending.removeFirst(place)
    place = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    let got = try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
    ended = got == 0
    pending += buffer.prefix(got)
  }
}
