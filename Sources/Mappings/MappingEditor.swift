import CRM
import FileStaging
import Foundation
import PipelineFile

/// Changes the mapping file of one object of a pipeline (requirements M3, M6, M7, M11).
///
/// The file is read, changed, checked, written aside, synced and renamed while its folder is locked: two editors at once
/// lose nothing of each other, and a kill leaves the old file or the new one.
public struct MappingEditor {
  private let pipelineFile: String
  private let object: String?

  /// An editor. `object` is needed where the pipeline has several that are on.
  public init(pipeline: String, object: String?) {
    pipelineFile = pipeline
    self.object = object
  }

  /// Does one change, and gives what `body` says of it. If the file stays the same, it is not written.
  ///
  /// Throws a `PipelineError` (exit 2) if the change is refused: the object is switched off, or a mapping would have
  /// an issue that it did not have before. Nothing is written then.
  public func change<Result>(
    _ body: (inout MappingDocument, InspectedObject) throws -> Result
  ) throws -> Result {
    let definition = try readPipeline(pipelineFile)
    let chosen = try ObjectChoice(definition).one(object)
    let path = URL(fileURLWithPath: chosen.mappings).resolvingSymlinksInPath().path
    let lock = try FolderLock(path)
    defer { lock.release() }
    let pipeline = try inspectPipeline(pipelineFile)
    guard let found = pipeline.objects.first(where: { $0.definition.name == chosen.name }) else {
      throw PipelineError(file: pipelineFile, message: "there is no object \(chosen.name)")
    }
    var document = found.document
    let result = try body(&document, found)
    guard document.bytes != found.document.bytes else { return result }
    try refuseNewIssues(found, document)
    try replaceFile(document.bytes, to: path, insteadOf: found.document.bytes)
    return result
  }

  private func refuseNewIssues(_ old: InspectedObject, _ document: MappingDocument) throws {
    let new = MappingResolution(document.rows, hubspot: old.hubspotSchema, objects: old.salesforceObjects)
    let known = Set(old.resolution.faults.map(Self.sense))
    let faults = new.faults.filter { !known.contains(Self.sense($0)) }
    guard let first = faults.first else { return }
    var error = refusal(of: first, in: document.file)
    error.others = faults.dropFirst().map { refusal(of: $0, in: document.file) }
    throw error
  }

  /// What a fault says, wherever it stands: other edits move lines.
  private static func sense(_ fault: MappingIssue) -> String {
    let reason = fault.reason.replacingOccurrences(of: "line [0-9]+", with: "line", options: .regularExpression)
    return "\(fault.property)\0\(fault.field)\0\(fault.code.rawValue)\0\(reason)"
  }
}

/// How a fault refuses an edit.
func refusal(of fault: MappingIssue, in file: String) -> PipelineError {
  let names = fault.property.isEmpty ? "" : "\(fault.property) ↔ \(fault.field): "
  return PipelineError(
    file: file, line: fault.line, message: "\(names)\(fault.code.title): \(fault.reason)", hint: "nothing was changed")
}

/// Which object of a pipeline a command is about.
public struct ObjectChoice {
  private let definition: PipelineDefinition

  /// The choice among the objects of a pipeline.
  public init(_ definition: PipelineDefinition) { self.definition = definition }

  /// The object of this name, or the only one that is on. Throws a `PipelineError` if there is none, if there are
  /// several and none is named, or if it is switched off: then its mappings cannot be edited (M7).
  public func one(_ name: String?) throws(PipelineError) -> ObjectDefinition {
    let names = definition.objects.map(\.name)
    guard let name else {
      let on = definition.objects.filter(\.enabled)
      if let only = on.first, on.count == 1 { return only }
      throw PipelineError(
        file: definition.file,
        message: on.isEmpty ? "no object is switched on" : "has several objects: \(names.joined(separator: ", "))",
        hint: on.isEmpty ? nil : "name one with --object")
    }
    guard let found = definition.objects.first(where: { $0.name == name }) else {
      throw PipelineError(
        file: definition.file, message: "--object \(name): the pipeline has \(names.joined(separator: ", "))")
    }
    guard found.enabled else {
      throw PipelineError(
        file: definition.file, line: found.line,
        message: "\(name) is switched off: its mappings can be edited only while it is on",
        hint: "take `enabled: false` out of the pipeline first")
    }
    return found
  }
}

/// An exclusive lock on the folder of a file; the system gives it back however the process ends.
private struct FolderLock {
  private let descriptor: Int32

  init(_ path: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0, flock(descriptor, LOCK_EX) == 0 else { throw systemFailure("cannot lock \(folder)") }
  }

  func release() { close(descriptor) }
}
