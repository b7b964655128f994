import CByteMasks
import Records
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct `Cells of a row, side by side` {
  @Test func `a copy stops at the first cell that needs quotes`() throws { try compare(csv_processor_baseline) }

  @Test(.enabled(if: csv_processor_has(csv_processor_avx2) != 0, "this processor has no AVX2"))
  func `a copy stops there with AVX2`() throws { try compare(csv_processor_avx2) }

  @Test(.enabled(if: csv_processor_has(csv_processor_avx512) != 0, "this processor has no AVX-512"))
  func `a copy stops there with AVX-512`() throws { try compare(csv_processor_avx512) }

  @Test func `FieldRef has the layout that the copy reads`() {
    let field = FieldRef(offset: 3_000_000_001, count: FieldRef.maxLength, absent: true, issue: .raggedRow)
    let cell = unsafeBitCast(field, to: csv_cell.self)
    #expect(cell.offset == 3_000_000_001)
    #expect(Int(cell.packed) & Int(csv_cell_length_mask) == FieldRef.maxLength)
    // The bit that the survey sets for what is absent.
    let absent = unsafeBitCast(csv_cell(offset: 7, packed: 1 << UInt32(csv_cell_length_bits)), to: FieldRef.self)
    #expect(absent.isAbsent && absent.isEmpty && !absent.hasIssue && absent.offset == 7)
  }

  @Test func `text in order is recognised`() throws { try compareTexts(csv_processor_baseline) }

  @Test(.enabled(if: csv_processor_has(csv_processor_avx2) != 0, "this processor has no AVX2"))
  func `text in order is recognised with AVX2`() throws { try compareTexts(csv_processor_avx2) }

  @Test(.enabled(if: csv_processor_has(csv_processor_avx512) != 0, "this processor has no AVX-512"))
  func `text in order is recognised with AVX-512`() throws { try compareTexts(csv_processor_avx512) }

  private func compareTexts(_ processor: csv_processor) throws {
    checkLongest(processor)
    var random = SeededRandom.announced("texts of a row")
    let seed = random.seed
    let arena = try Arena(1024)
    for _ in 0..<3000 {
      let rarity = 1 + random.next() % 200
      for place in arena.bytes.indices {
        arena.bytes[place] = random.next() % rarity == 0 ? UInt8(truncatingIfNeeded: random.next()) : UInt8(ascii: "x")
      }
      let cells = Self.cells(&random, arena)
      let found = inOrder(cells, UnsafeBufferPointer(arena.bytes), processor)
      let expected = cells.map { cell in
        let text = arena.bytes[Int(cell.offset)..<Int(cell.offset) + cell.count]
        guard let first = text.first, let last = text.last else { return true }
        return first > UInt8(ascii: "#") && last > UInt8(ascii: " ") && text.allSatisfy { (0x0E..<0x80).contains($0) }
      }
      #expect(cells.indices.map { found >> UInt64($0) & 1 == 1 } == expected, "seed \(seed)")
      #expect(cells.count == 64 || found >> UInt64(cells.count) == 0)
    }
  }

  /// A long text is recognised, and a longer one not looked at.
  private func checkLongest(_ processor: csv_processor) {
    let text = [UInt8](repeating: UInt8(ascii: "x"), count: 5000)
    let longest = Int(cell_texts_longest)
    let cells = [longest - 1, longest, longest + 1, 5000].map { FieldRef(offset: 0, count: $0) }
    #expect(text.withUnsafeBufferPointer { inOrder(cells, $0, processor) } == 0b0011)
  }

  private func inOrder(_ cells: [FieldRef], _ arena: Bytes, _ processor: csv_processor) -> UInt64 {
    cells.withUnsafeBufferPointer {
      $0.withMemoryRebound(to: csv_cell.self) {
        cell_texts_in_order_as(processor, $0.baseAddress, $0.count, arena.baseAddress)
      }
    }
  }

  /// Up to 64 cells of all lengths, many at the very end of the arena.
  private static func cells(_ random: inout SeededRandom, _ arena: Arena) -> [FieldRef] {
    let longest = 1 + random.next() % 100
    return (0..<Int(random.next() % 65)).map { _ in
      let count = Int(random.next() % longest)
      return FieldRef(
        offset: random.next() & 1 == 0 ? arena.bytes.count - count : Int(random.next() % 900), count: count)
    }
  }

  /// Cells of all lengths, of all bytes, in an arena that ends where no memory follows: what is read behind it ends the test.
  private func compare(_ processor: csv_processor) throws {
    var random = SeededRandom.announced("cells of a row")
    let seed = random.seed
    let arena = try Arena(1024)
    for _ in 0..<3000 {
      let rarity = 1 + random.next() % 400
      for place in arena.bytes.indices {
        let special = Array(",\"\n\r".utf8)[Int(random.next() % 4)]
        arena.bytes[place] = random.next() % rarity == 0 ? special : UInt8(truncatingIfNeeded: random.next())
      }
      let cells = Self.cells(&random, arena)
      #expect(copy(cells, arena, processor) == expected(cells, arena), "seed \(seed)")
    }
  }

  private func copy(_ cells: [FieldRef], _ arena: Arena, _ processor: csv_processor) -> [UInt8] {
    let room = cells.reduce(Int(csv_cells_slack)) { $0 + 1 + $1.count }
    return [UInt8](unsafeUninitializedCapacity: room) { places, filled in
      var next = places.baseAddress
      let copied = cells.withUnsafeBufferPointer {
        $0.withMemoryRebound(to: csv_cell.self) {
          csv_copy_plain_cells_as(processor, &next, $0.baseAddress, $0.count, arena.bytes.baseAddress)
        }
      }
      let plain = cells.prefix(while: { isPlain(arena.bytes[Int($0.offset)..<Int($0.offset) + $0.count]) })
      #expect(copied == plain.count)
      filled = next.map { $0 - places.baseAddress.unsafelyUnwrapped } ?? 0
    }
  }

  private func expected(_ cells: [FieldRef], _ arena: Arena) -> [UInt8] {
    var out: [UInt8] = []
    for cell in cells {
      let bytes = arena.bytes[Int(cell.offset)..<Int(cell.offset) + cell.count]
      guard isPlain(bytes) else { break }
      out += [UInt8(ascii: ",")] + bytes
    }
    return out
  }

  private func isPlain(_ cell: some Sequence<UInt8>) -> Bool { !cell.contains { ",\"\n\r".utf8.contains($0) } }

  /// Bytes that end at a page which may not be touched.
  private final class Arena {
    let bytes: UnsafeMutableBufferPointer<UInt8>
    private let pages: UnsafeMutableRawPointer
    private let page = sysconf(Int32(_SC_PAGESIZE))

    init(_ count: Int) throws {
      precondition(count <= page)
      let found = mmap(nil, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      pages = try #require(found, "no memory for the test")
      try #require(pages != MAP_FAILED && mprotect(pages + page, page, PROT_NONE) == 0, "no memory for the test")
      let start = (pages + page - count).assumingMemoryBound(to: UInt8.self)
      bytes = UnsafeMutableBufferPointer(start: start, count: count)
    }

    deinit { munmap(pages, 2 * page) }
  }
}
