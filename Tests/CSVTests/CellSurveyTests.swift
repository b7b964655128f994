import CByteMasks
import Testing

@Suite struct `The survey of cells` {
  @Test(.enabled(if: csv_processor_has(csv_processor_avx2) != 0, "this processor has no AVX2"))
  func `is the same with AVX2`() { compare(csv_processor_avx2) }

  @Test(.enabled(if: csv_processor_has(csv_processor_avx512) != 0, "this processor has no AVX-512"))
  func `is the same with AVX-512`() { compare(csv_processor_avx512) }

  /// Bytes that mean something, among others, in text of every length around the borders of blocks and pieces.
  private func compare(_ processor: csv_processor) {
    let seed: UInt64 = 20_261_125
    var random = SplitMix64(state: seed)
    for count in [1, 7, 63, 64, 65, 127, 128, 1000, 2047, 2048] {
      for _ in 0..<300 {
        // Few special bytes reach far without a fault, many find faults at once.
        let rarity = 1 + random.next() % 40
        let signs = Array((random.next() & 1 == 0 ? "\",\n\r" : ",,,\n").utf8)
        let text = (0..<count).map { _ in
          random.next() % rarity == 0 ? signs[Int(random.next() % 4)] : UInt8(ascii: "x")
        }
        let carry = csv_survey_carry(
          inside: random.next() & 1 == 0 ? 0 : ~0, cell_ends: random.next(), row_ends: random.next(),
          quote: random.next(), closing: random.next(), cr: random.next(), open: UInt32(random.next() % 100))
        #expect(
          look(at: text, carry, processor) == look(at: text, carry, csv_processor_baseline),
          "seed \(seed), \(String(decoding: text, as: UTF8.self).debugDescription)")
      }
    }
  }

  /// All that a survey finds, as numbers.
  private func look(at text: [UInt8], _ before: csv_survey_carry, _ processor: csv_processor) -> [UInt64] {
    var carry = before
    var cells = [csv_cell](repeating: csv_cell(), count: Int(csv_survey_room))
    var rows = [csv_survey_row](repeating: csv_survey_row(), count: Int(csv_survey_length))
    var blocks = [csv_survey_block](repeating: csv_survey_block(), count: Int(csv_survey_blocks))
    // The piece is not the first of its text.
    let before = [UInt8](repeating: UInt8(ascii: "x"), count: 100)
    let found = cells.withUnsafeMutableBufferPointer { cells in
      rows.withUnsafeMutableBufferPointer { rows in
        blocks.withUnsafeMutableBufferPointer { blocks in
          var places = csv_survey_found(
            cells: cells.baseAddress, rows: rows.baseAddress, blocks: blocks.baseAddress)
          return csv_survey_as(
            processor, before + text, before.count, text.count, UInt8(ascii: ","), &carry, &places)
        }
      }
    }
    var facts = [found.cells, found.rows, found.lines, found.is_faulty, carry.open].map { UInt64($0) }
    facts += [carry.inside, carry.cell_ends, carry.row_ends, carry.quote, carry.closing, carry.cr]
    for cell in cells.prefix(Int(found.cells)) { facts += [UInt64(cell.offset), UInt64(cell.packed)] }
    for row in rows.prefix(Int(found.rows)) { facts += [UInt64(row.end), UInt64(row.cells)] }
    for block in blocks { facts += [block.line_ends, UInt64(block.lines_before), UInt64(block.escapes_end)] }
    return facts
  }
}
