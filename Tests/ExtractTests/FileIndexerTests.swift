import CRM
import Foundation
import Parallel
import Records
import Staging
import StagingTestSupport
import TestSupport
import Testing

@testable import Extract

/// The first pass over an export: several threads, one index.
@Suite struct `The index of an export` {
  private static let plan = SmallPlan.companies([MappingRow(property: "name", field: "Name", rule: .twoWay)])

  /// What can be compared of an index.
  private struct Found: Equatable {
    var blocks: [[Int]]
    var rows: Int
    var ids: [UInt64]
    var times: [Int64]
    var rejects: String
    var unreadable: Int
    var digest: String
    var bytes: Int

    init(_ index: FileIndex) throws {
      blocks = index.blocks.map { [$0.byte, $0.line, $0.firstRow, $0.length] }
      rows = index.rows
      ids = index.pairing.hubspot.ids
      var times: [Int64] = []
      try index.pairing.hubspot.facts.forEach { times.append($1.time) }
      self.times = times
      rejects = String(decoding: index.rejects, as: UTF8.self)
      unreadable = index.unreadable
      digest = index.digest
      bytes = index.bytes
    }
  }

  private let sandbox: Sandbox

  init() throws { sandbox = try Sandbox("index") }

  /// Indexes a file by this many threads; `invalid` cells may be no UTF-8.
  private func index(_ text: [UInt8], threads: Int, invalid: Int = .max) throws -> FileIndex {
    let path = sandbox.file("companies.csv")
    try Data(text).write(to: URL(fileURLWithPath: path))
    let source = SourceFile(
      source: "hubspot/companies", side: .hubspot, object: 0, path: path, displayName: "companies.csv")
    let file = try #require(try PreparedFile.prepare(source, scratch: sandbox.file("scratch")).first)
    let indexer = FileIndexer(Self.plan, SideTables(Self.plan, .hubspot), file, scratch: sandbox.file("scratch"))
    try Workers(count: threads).forEach(threads) { _, _ in try indexer.work() }
    return try indexer.finish { _ in invalid }
  }

  /// So many rows of 60 to 160 bytes, some of them over two lines, some that cannot be read.
  private static func export(rows: Int) -> [UInt8] {
    var text: [UInt8] = Array("hs_object_id,name,hs_lastmodifieddate\n".utf8)
    for row in 0..<rows {
      switch row % 1_000 {
      case 7: text += Array("\(row + 1),too,many,cells\n".utf8)
      case 8: text += Array("no number,a name,2026-01-01T00:00:00Z\n".utf8)
      case 9: text += Array("\(row + 1),stray \" quote,2026-01-01T00:00:00Z\n".utf8)
      case 10: text += Array("\(row + 1),\"two\nlines\",2026-01-01T00:00:00Z\n".utf8)
      case 11: text += Array("\(row + 1),".utf8) + [0xE9] + Array(",2026-01-01T00:00:00Z\n".utf8)
      default:
        let name = String(repeating: "n", count: 20 + row * 7 % 100)
        text += Array("\(row + 1),\(name),2026-01-0\(1 + row % 9)T00:00:\(10 + row % 50)Z\n".utf8)
      }
    }
    return text
  }

  /// Five blocks: fewer than threads, as many, and more.
  @Test(arguments: [2, 3, 5, 8]) func `is the same, whatever the number of threads`(threads: Int) throws {
    let text = Self.export(rows: 50_000)
    let alone = try Found(try index(text, threads: 1))
    #expect(alone.blocks.count > 3)
    #expect(alone.rows == 50_000)
    #expect(alone.unreadable == 150)
    #expect(alone.blocks.reduce(0) { $0 + $1[3] } == text.count - alone.blocks[0][0])
    #expect(alone.ids.enumerated().allSatisfy { $1 == UInt64($0 + 1) || (7...9).contains($0 % 1_000) && $1 == 0 })
    #expect(try Found(try index(text, threads: threads)) == alone)
  }

  @Test(arguments: [1, 2, 5]) func `of no row is empty, and of no header is refused`(threads: Int) throws {
    let header = Array("hs_object_id,name,hs_lastmodifieddate\n".utf8)
    #expect(try index(header, threads: threads).rows == 0)
    for text in [[], Array("\n\r\n".utf8)] {
      let refusal = #expect(throws: SourceError.self) { try index(text, threads: threads) }
      #expect(refusal?.description.contains("companies.csv:1: has no header") == true)
    }
  }

  @Test(arguments: [1, 2, 5]) func `is refused for a quote that is never closed, by its line`(threads: Int) throws {
    var text = Self.export(rows: 30_000)
    let line = text.count { $0 == UInt8(ascii: "\n") } + 1
    text += Array("30001,\"open,2026-01-01T00:00:00Z\n".utf8)
    let refusal = #expect(throws: SourceError.self) { try index(text, threads: threads) }
    #expect(refusal?.line == line)
  }

  @Test(arguments: [1, 2, 5]) func `is refused for its encoding, by the first line that shows it`(threads: Int) throws {
    let text = Self.export(rows: 50_000)
    let refusal = #expect(throws: SourceError.self) { try index(text, threads: threads, invalid: 10) }
    // Row 11, behind the header and one row of two lines.
    #expect(refusal?.line == 14)
    #expect(refusal?.message.hasPrefix("50 cells are no UTF-8") == true)
    #expect(refusal?.message.contains("windows-1252") == true)
  }

  @Test func `is refused for one cell where none may be no UTF-8`() throws {
    let text = Self.export(rows: 100)
    let refusal = #expect(throws: SourceError.self) { try index(text, threads: 1, invalid: 0) }
    #expect(refusal?.message.hasPrefix("1 cell is no UTF-8, more than max_rejects allows") == true)
  }
}
