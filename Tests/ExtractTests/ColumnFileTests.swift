import CRM
import Foundation
import TestSupport
import Testing

@testable import Extract

/// The columns of an index that lie on disk.
@Suite struct `A column on disk` {
  @Test func `gives back what it was given, and leaves nothing`() throws {
    let sandbox = try Sandbox("columns")
    let folder = sandbox.file("scratch/index")
    let spill = ColumnFile(in: folder)
    let columns = (0..<3).map { _ in SequentialColumn<UInt64>(spill: spill) }
    for row in 0..<30_000 {
      for (number, column) in columns.enumerated() { try column.append(UInt64(row * (number + 1))) }
    }
    // No file has a name, so none can be left behind by a program that is killed.
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    for (number, column) in columns.enumerated() {
      try column.forEach { row, element in
        guard element != UInt64(row * (number + 1)) else { return }
        Issue.record("row \(row) of column \(number) is \(element)")
      }
    }
  }

  @Test func `a small one touches no disk`() throws {
    let sandbox = try Sandbox("columns")
    let column = SequentialColumn<UInt64>(spill: ColumnFile(in: sandbox.file("scratch")))
    for row in 0..<1_000 { try column.append(UInt64(row)) }
    #expect(!sandbox.has("scratch"))
  }

  @Test func `a folder that cannot be made is an error that names it`() throws {
    let sandbox = try Sandbox("columns")
    try sandbox.write("scratch", "a file")
    let column = SequentialColumn<UInt64>(spill: ColumnFile(in: sandbox.file("scratch")))
    #expect(throws: (any Error).self) { for row in 0..<5_000 { try column.append(UInt64(row)) } }
  }
}
