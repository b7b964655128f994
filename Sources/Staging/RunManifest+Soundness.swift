extension RunManifest {
  /// Whether all numbers are such as a run can have. A manifest is a file like any other: one that was damaged, or edited,
  /// must not make loops without end, or sums that no number holds.
  public var isSound: Bool {
    chunks.count <= 10_000_000
      && objects.allSatisfy { object in
        (0...1_000_000).contains(object.chunks)
          && [object.hubspot, object.salesforce].allSatisfy {
            Self.areCounts([$0.read, $0.rejected, $0.unreadable])
          }
      }
      && chunks.allSatisfy { chunk in
        Self.areCounts([chunk.chunk, chunk.rowsIn, chunk.rowsOut]) && chunk.counts?.isSound ?? true
      }
      && inputs.allSatisfy { Self.areCounts([$0.bytes, $0.rows]) }
  }

  /// Up to 2⁴⁰: ten million of them can be added up.
  fileprivate static func areCounts(_ numbers: some Sequence<Int>) -> Bool {
    numbers.allSatisfy { (0...1 << 40).contains($0) }
  }
}

extension ChunkCounts {
  fileprivate var isSound: Bool { hubspot.isSound && salesforce.isSound }
}

extension SideCounts {
  fileprivate var isSound: Bool {
    RunManifest.areCounts([paired, unmatched, excluded, rejectedCells, conflicts, creates, held])
      && [notArrived, clears, filled].allSatisfy { RunManifest.areCounts($0.values) }
      && changes.values.allSatisfy { RunManifest.areCounts($0.values) }
  }
}
