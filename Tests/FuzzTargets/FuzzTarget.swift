import CRM
import CSV
import Foundation
import PipelineFile
import Records

/// What a fuzzer feeds with any bytes: the readers of everything that comes from outside. Each must come to an end, trap on
/// nothing, and keep a promise that can be checked whatever the bytes are.
///
/// The fuzzer of `make fuzz` is led by coverage and has the address sanitizer; the tests mutate the same corpus for a while.
public enum FuzzTarget: String, CaseIterable, Sendable {
  /// The CSV scanner must say the same as libcsv, of a whole file and of a piece of one.
  case csv
  /// The own value of an own value is itself, of every kind, on both sides.
  case values
  /// A pipeline file is read, or refused with its name.
  case pipeline
  /// A mapping file likewise.
  case mappings
  /// The JSON of HubSpot's properties and Salesforce's describe likewise.
  case metadata

  /// Tries one input.
  ///
  /// - Returns: the promise that was broken; nil if none was.
  public func broken(by input: [UInt8]) -> String? {
    switch self {
    case .csv: csvPromise(input)
    case .values: valuePromise(input)
    case .pipeline:
      filePromise(input) { path throws(PipelineError) in _ = try loadPipeline(path, environment: ["HOME": "${HOME}"]) }
    case .mappings: filePromise(input) { path throws(PipelineError) in _ = try readMappings(path) }
    case .metadata:
      filePromise(input) { path throws(PipelineError) in _ = try readHubSpotProperties(path) }
        ?? filePromise(input) { path throws(PipelineError) in _ = try readSalesforceDescribe(path, object: "Account") }
    }
  }

  /// The folder of the inputs from which fuzzing begins, one of each kind that the readers tell apart.
  public var corpus: String {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return here.appendingPathComponent("Corpus/\(rawValue)").path
  }
}

// MARK: CSV

private func csvPromise(_ input: [UInt8]) -> String? {
  for atEnd in [true, false] {
    var fast = CSVScanner()
    var slow = LibCSVScanner()
    let left = scanned(input) { text, index throws(CSVError) in try fast.scan(text, atEnd: atEnd, into: &index) }
    let right = scanned(input) { text, index throws(CSVError) in try slow.scan(text, atEnd: atEnd, into: &index) }
    if left != right { return "the two scanners differ, atEnd \(atEnd)" }
  }
  return nil
}

/// All that a scan gives: how far it came or why not, the records with their fields, and the text as it left it.
private func scanned(
  _ input: [UInt8],
  _ scan: (UnsafeMutableBufferPointer<UInt8>, inout RecordIndex) throws(CSVError) -> ScanProgress
) -> [String] {
  var text = input
  var index = RecordIndex(recordCapacity: 16, fieldCapacity: 64)
  var found: [String] = []
  text.withUnsafeMutableBufferPointer { bytes in
    do throws(CSVError) {
      found.append("\(try scan(bytes, &index))")
    } catch {
      found.append("\(error)")
    }
  }
  for number in 0..<index.recordCount {
    let record = index[record: number]
    found.append("\(record)")
    for field in index.fields(of: record) {
      let end = Int(field.offset) + field.count
      guard field.offset >= 0, end <= text.count else { return ["a field from \(field.offset) to \(end)"] }
      found.append("\(field.isAbsent) \(text[Int(field.offset)..<end])")
    }
  }
  return found + ["\(text)"]
}

// MARK: Values

/// The first byte chooses a kind and a side, the rest is the cell.
private func valuePromise(_ input: [UInt8]) -> String? {
  guard let choice = input.first else { return nil }
  let kinds = Kind.allCases
  var format = ValueFormat(
    kind: kinds[Int(choice & 15) % kinds.count], side: choice & 16 == 0 ? .hubspot : .salesforce,
    scale: choice & 32 == 0 ? nil : 2, maxIntegerDigits: choice & 64 == 0 ? nil : 4,
    fieldHoldsInstant: choice & 128 == 0)
  format.dateOrder = choice & 3 == 0 ? .dmy : .mdy
  let cell = Array(input.dropFirst())
  var canonicalizer = Canonicalizer()
  guard let once = ownValue(cell, format, &canonicalizer) else { return nil }
  guard String(validating: once, as: UTF8.self) != nil else { return "an own value is no UTF-8: \(once)" }
  guard let twice = ownValue(once, format, &canonicalizer) else { return "an own value has an issue: \(once)" }
  if once != twice { return "an own value is not its own: \(once) became \(twice)" }
  var comparer = Comparer()
  var key = ByteBuffer(capacity: 64)
  once.withUnsafeBufferPointer { bytes in
    for comparison in Comparison.allCases { comparer.key(bytes, comparison, into: &key) }
  }
  return nil
}

/// Nil if the cell has an issue.
private func ownValue(_ cell: [UInt8], _ format: ValueFormat, _ canonicalizer: inout Canonicalizer) -> [UInt8]? {
  cell.withUnsafeBufferPointer { raw in
    let found = canonicalizer.canonicalize(raw, format)
    guard found.issue == .none else { return nil }
    let place = found.place == .raw ? raw : canonicalizer.scratch.bytes
    return Array(place.part(found.start, found.count))
  }
}

// MARK: Files

/// A file in memory, one for each thread of the process at a time.
private func filePromise(_ input: [UInt8], _ read: (String) throws(PipelineError) -> Void) -> String? {
  let path = "/dev/shm/resync-fuzz-\(getpid())-\(pthread_self())"
  guard FileManager.default.createFile(atPath: path, contents: Data(input)) else { return "cannot write \(path)" }
  defer { unlink(path) }
  do throws(PipelineError) {
    try read(path)
  } catch {
    // Another file can be the one that is refused: metadata that a pipeline names, say.
    if error.all.contains(where: { $0.message.isEmpty || $0.file.isEmpty }) {
      return "a refusal says nothing: \(error)"
    }
    if error.all.contains(where: { ($0.line ?? 1) < 1 }) { return "a refusal names no line: \(error)" }
  }
  return nil
}
