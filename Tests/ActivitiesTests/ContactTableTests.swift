import Activities
import CRM
import Records
import TestSupport
import Testing

/// Which contact counts as the one created last (requirement A6).
@Suite struct ContactTableTests {
  private func contact(_ id: UInt64, day: Int32) -> ContactEntry {
    ContactEntry(id: id, day: day, contact: nil, lead: nil, isDeleted: false, owner: 0)
  }

  @Test func `the later day wins; on the same day the higher number, however many digits it has`() {
    #expect(contact(1, day: 11).isNewer(than: contact(999, day: 10)))
    #expect(contact(1000, day: 10).isNewer(than: contact(999, day: 10)))
    #expect(!contact(99, day: 10).isNewer(than: contact(100, day: 10)))
    #expect(contact(1, day: -5).isNewer(than: contact(999, day: .min)), "without a createdate: before all others")
  }

  @Test func `newest is an order: of any contacts there is exactly one that no other is newer than`() {
    var random = SeededRandom.announced("newest contact")
    for _ in 0..<200 {
      let days: [Int32] = [.min, -1, 0, 1, 20_000]
      let ids = Set((0..<8).map { _ in UInt64.random(in: 1...1_000_000, using: &random) })
      let all = ids.map { contact($0, day: days.randomElement(using: &random) ?? 0) }
      let newest = all.filter { one in !all.contains { $0.isNewer(than: one) } }
      #expect(newest.count == 1, "seed \(random.seed)")
      let expected = all.max { ($0.day, $0.id) < ($1.day, $1.id) }
      #expect(newest.first?.id == expected?.id, "seed \(random.seed)")
    }
  }
}
