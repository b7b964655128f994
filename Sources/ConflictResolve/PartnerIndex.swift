import Records

/// Finds a partner by the number of its row. Open addressing over the places of the records, made once for a chunk.
struct PartnerIndex: ~Copyable {
  private let slots: UnsafeMutablePointer<UnsafeRawPointer>
  private let mask: Int
  /// What an empty slot shows: a record with no row's number, so that a search need not ask whether there is one.
  private let nobody: UnsafeMutableRawPointer

  /// An index of all rows of the chunk's Salesforce side, which must outlive it.
  init(_ rows: PartnerRows) {
    var size = 16
    while size < rows.rowCount * 2 { size *= 2 }
    var none = RecordBatch(columnCount: 0, rowCapacity: 1, arenaCapacity: 0)
    _ = none.appendRow(RowInfo(row: -1))
    nobody = .allocate(byteCount: (PackedRecord.size(of: none, row: 0) ?? 0) + PackedRecord.slack, alignment: 1)
    _ = PackedRecord.pack(none, row: 0, to: nobody)
    slots = .allocate(capacity: size)
    slots.initialize(repeating: UnsafeRawPointer(nobody), count: size)
    mask = size - 1
    for batch in 0..<rows.batchCount {
      rows.forEachRow(ofBatch: batch) { number, _, record in insert(record, number) }
    }
  }

  deinit {
    slots.deallocate()
    nobody.deallocate()
  }

  private func insert(_ record: PackedRecord, _ row: Int32) {
    var slot = Self.hash(row) & mask
    while slots[slot] != UnsafeRawPointer(nobody) { slot = (slot &+ 1) & mask }
    slots[slot] = record.place
  }

  /// Reads where the search for a row begins, so that it comes from memory while others do; `find` would wait for it.
  func touchSlot(_ row: Int32) -> UInt32 { UInt32(truncatingIfNeeded: Int(bitPattern: slots[Self.hash(row) & mask])) }

  /// Reads the record that the search for a row looks at first.
  func touchRecord(_ row: Int32) -> UInt32 {
    UInt32(bitPattern: PackedRecord(at: slots[Self.hash(row) & mask]).row)
  }

  /// The record of a row, if the chunk has it.
  func find(_ row: Int32) -> PackedRecord? {
    var slot = Self.hash(row) & mask
    while true {
      let record = PackedRecord(at: slots[slot])
      if record.row == row { return row < 0 ? nil : record }
      if record.row < 0 { return nil }
      slot = (slot &+ 1) & mask
    }
  }

  private static func hash(_ row: Int32) -> Int {
    Int(truncatingIfNeeded: (UInt64(UInt32(bitPattern: row)) &* 0x9E37_79B9_7F4A_7C15) >> 32)
  }
}
