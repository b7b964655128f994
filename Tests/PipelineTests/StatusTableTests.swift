import Staging
import Testing

@testable import Pipeline

/// `resync status` is a table of stages × chunks (interface, "Command line"): rows, seconds, issues, in columns.
@Suite struct StatusTableTests {
  private func manifest(_ chunks: Int, resolved: Int) -> RunManifest {
    var manifest = RunManifest(
      run: "n1", pipeline: "companies", startedAt: "", pipelineDigest: "", mappingsDigest: "", metadataDigest: "",
      inputsDigest: "")
    manifest.objects = [.init(object: "companies", chunks: chunks, isFirstNight: true)]
    for chunk in 0..<chunks {
      for stage in Stage.allCases where stage < .conflictResolve || (stage == .conflictResolve && chunk < resolved) {
        var done = RunManifest.ChunkRun(
          object: "companies", chunk: chunk, stage: stage, rowsIn: 1500, rowsOut: 1500, seconds: 0.25)
        if stage == .conflictResolve {
          done.counts = ChunkCounts()
          done.counts?.hubspot.rejectedCells = 7
        }
        manifest.note(done)
      }
    }
    return manifest
  }

  private func lines(_ chunks: Int, resolved: Int, width: Int? = nil) throws -> [String] {
    let manifest = manifest(chunks, resolved: resolved)
    return StatusTable(manifest, try #require(manifest.objects.first)).lines(width: width)
  }

  @Test func `every chunk has a line, and all together have one`() throws {
    #expect(
      try lines(2, resolved: 1) == [
        "chunk  extract         normalize       map             conflict-resolve         load  issues",
        "0      1,500 in 0.2 s  1,500 in 0.2 s  1,500 in 0.2 s  1,500 in 0.2 s           –     7",
        "1      1,500 in 0.2 s  1,500 in 0.2 s  1,500 in 0.2 s  –                        –     –",
        "all    3,000 in 0.5 s  3,000 in 0.5 s  3,000 in 0.5 s  1,500 in 0.2 s (1 of 2)  –     7",
      ])
  }

  @Test func `of many chunks those that have come equally far share a line`() throws {
    let lines = try lines(300, resolved: 200)
    #expect(lines.map { $0.prefix { $0 != " " } } == ["chunk", "0-199", "200-299", "all"])
    #expect(lines[1].contains("300,000 in 50 s") && lines[1].hasSuffix("1,400"))
  }

  @Test func `one chunk needs no sum`() throws { #expect(try lines(1, resolved: 0).count == 2) }

  @Test func `on a narrow terminal the stages say only their time`() throws {
    let lines = try lines(2, resolved: 1, width: 80)
    #expect(
      lines == [
        "chunk  rows   extract  normalize  map    resolve         load  issues",
        "0      1,500  0.2 s    0.2 s      0.2 s  0.2 s           –     7",
        "1      1,500  0.2 s    0.2 s      0.2 s  –               –     –",
        "all    3,000  0.5 s    0.5 s      0.5 s  0.2 s (1 of 2)  –     7",
      ])
    #expect(try self.lines(2, resolved: 1, width: 120) == self.lines(2, resolved: 1))
  }
}
