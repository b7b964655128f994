import CRM
import Foundation
import Staging
import Testing

/// The manifest of a run: what is done, and what was counted.
@Suite struct `A run's manifest` {
  static func manifest() -> RunManifest {
    RunManifest(
      run: "r1", pipeline: "nightly", startedAt: "2026-11-25T00:00:00Z", pipelineDigest: "p", mappingsDigest: "m",
      metadataDigest: "d", inputsDigest: "i")
  }

  static func done(_ stage: Stage, _ object: String = "companies", _ chunk: Int = 0) -> RunManifest.ChunkRun {
    .init(object: object, chunk: chunk, stage: stage, rowsIn: 10, rowsOut: 9, seconds: 0.5)
  }

  static func allDone() -> RunManifest {
    var manifest = manifest()
    for object in ["companies", "deals"] {
      for chunk in 0...1 { for stage in Stage.allCases { manifest.note(done(stage, object, chunk)) } }
    }
    return manifest
  }

  @Test func `it comes back from JSON as it was`() throws {
    var manifest = Self.allDone()
    manifest.state = .stopped
    manifest.inputs = [.init(source: "hubspot/companies", path: "a \"b\"/é.csv", bytes: 12, modified: 34)]
    manifest.inputs[0].digest = "00ff"
    manifest.inputs[0].rows = 7
    var object = RunManifest.ObjectRun(object: "companies", chunks: 2, isFirstNight: true)
    object.hubspot.read = 5
    object.salesforce.rejected = 2
    object.salesforce.unreadable = 1
    object.baseGeneration = "r0"
    manifest.objects = [object]
    var counts = ChunkCounts()
    counts[.hubspot].changes = ["name": ["salesforce_value": 3]]
    counts[.salesforce].updatedFields.insert("Account.Name")
    manifest.chunks[0].counts = counts
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let data = try encoder.encode(manifest)
    let back = try JSONDecoder().decode(RunManifest.self, from: data)
    #expect(try encoder.encode(back) == data)
    #expect(back.version == RunManifest.currentVersion && back.run == "r1" && back.state == .stopped)
    #expect(back.inputs == manifest.inputs)
    #expect(back.object("companies")?.baseGeneration == "r0")
    #expect(back.object("deals") == nil)
    #expect(back.chunks[0].counts?[.salesforce].updatedFields.fields(of: "Account") == ["Name"])
    #expect(back.chunks[0].counts?[.hubspot].changes == ["name": ["salesforce_value": 3]])
    #expect(back.isDone(.load, "deals", 1))
  }

  @Test func `the stages are in the order of the pipeline`() {
    #expect(Stage.allCases.map(\.rawValue) == ["extract", "normalize", "map", "conflict-resolve", "load"])
    #expect(Stage.allCases.sorted() == Stage.allCases)
    #expect(Stage.map.later == [.conflictResolve, .load])
    #expect(Stage.load.later.isEmpty)
  }

  @Test func `a chunk is done only for its stage, object and number`() {
    var manifest = Self.manifest()
    manifest.note(Self.done(.normalize, "companies", 1))
    #expect(manifest.isDone(.normalize, "companies", 1))
    #expect(!manifest.isDone(.map, "companies", 1))
    #expect(!manifest.isDone(.normalize, "companies", 0))
    #expect(!manifest.isDone(.normalize, "deals", 1))
  }

  @Test(arguments: Stage.allCases) func `a stage that is done anew undoes what followed it, in its chunk`(
    _ stage: Stage
  ) {
    var manifest = Self.allDone()
    manifest.note(Self.done(stage))
    for other in Stage.allCases {
      #expect(manifest.isDone(other, "companies", 0) == (other <= stage))
      #expect(manifest.isDone(other, "companies", 1) && manifest.isDone(other, "deals", 0))
    }
    #expect(manifest.chunks.count { $0.stage == stage && $0.object == "companies" && $0.chunk == 0 } == 1)
  }

  @Test(arguments: Stage.allCases) func `a stage that begins anew is not done, nor what follows`(_ stage: Stage) {
    var manifest = Self.allDone()
    manifest.forget(stage, "companies", 0)
    for other in Stage.allCases {
      #expect(manifest.isDone(other, "companies", 0) == (other < stage))
      #expect(manifest.isDone(other, "companies", 1) && manifest.isDone(other, "deals", 0))
    }
  }

  @Test func `counts add up over the chunks of an object`() {
    var manifest = Self.manifest()
    for (chunk, object) in [(0, "companies"), (1, "companies"), (0, "deals")] {
      var done = Self.done(.conflictResolve, object, chunk)
      done.counts = Self.counts(chunk + 1)
      manifest.note(done)
      manifest.note(Self.done(.load, object, chunk))
    }
    let sum = manifest.counts(of: "companies")
    #expect(sum.hubspot.paired == 3 && sum.hubspot.unmatched == 6 && sum.hubspot.excluded == 9)
    #expect(sum.hubspot.rejectedCells == 12 && sum.hubspot.conflicts == 15)
    #expect(sum.hubspot.creates == 18 && sum.hubspot.held == 21)
    #expect(sum.hubspot.notArrived == ["name": 3, "f1": 1, "f2": 2])
    #expect(sum.hubspot.changes == ["name": ["created": 3, "r1": 1, "r2": 2], "f1": ["x": 1], "f2": ["x": 2]])
    #expect(sum.hubspot.clears == ["name": 3] && sum.hubspot.filled == ["name": 30])
    #expect(sum.hubspot.updatedFields.fields(of: "Account") == ["u1", "u2"])
    #expect(sum.hubspot.createdFields.fields(of: "Account") == ["c1", "c2"])
    #expect(sum.hubspot.createdFields.fields(of: "Acc").isEmpty)
    #expect(sum.salesforce.paired == 300 && sum.salesforce.changes.isEmpty)
    #expect(manifest.counts(of: "contacts").hubspot.paired == 0)
  }

  private static func counts(_ number: Int) -> ChunkCounts {
    var counts = ChunkCounts()
    counts.hubspot.paired = number
    counts.hubspot.unmatched = number * 2
    counts.hubspot.excluded = number * 3
    counts.hubspot.rejectedCells = number * 4
    counts.hubspot.conflicts = number * 5
    counts.hubspot.creates = number * 6
    counts.hubspot.held = number * 7
    counts.hubspot.notArrived = ["name": number, "f\(number)": number]
    counts.hubspot.changes = ["name": ["created": number, "r\(number)": number], "f\(number)": ["x": number]]
    counts.hubspot.clears = ["name": number]
    counts.hubspot.filled = ["name": number * 10]
    counts.hubspot.updatedFields.insert("Account.u\(number)")
    counts.hubspot.createdFields.insert("Account.c\(number)")
    counts.salesforce.paired = number * 100
    return counts
  }
}
