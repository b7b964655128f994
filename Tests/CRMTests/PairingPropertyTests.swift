import CRM
import Testing

/// What holds of every pairing, tried on random small exports.
@Suite struct `Every pairing` {
  /// Two exports of up to 14 rows, in which ids, links and keys meet often.
  static func example(_ random: inout SeededGenerator, distinctTimes: Bool) -> PairingExample {
    var example = PairingExample()
    example.keys = (0..<random.pick(0...2)).map { _ in random.pick([OnDuplicate.ambiguous, .newest]) }
    let keyCount = example.keys.count
    func keys(_ random: inout SeededGenerator) -> [String] {
      (0..<keyCount).map { _ in random.pick(["", "a", "b", "c", "d", "e"]) }
    }
    var times = Array(0..<40).shuffled(using: &random)
    func time(_ random: inout SeededGenerator) -> Int? {
      let own = times.removeLast()
      return distinctTimes ? own : random.pick([nil, 1, 2])
    }
    for _ in 0..<random.pick(0...14) {
      var row = HubSpotExportRow(id: random.pick(0...12))
      row.keys = keys(&random)
      row.time = time(&random)
      switch random.pick(0...9) {
      case 0: row.link = .malformed
      case 1...3: row.link = .to(random.pick(1...14), object: random.pick(0...1))
      default: break
      }
      example.hubspot.append(row)
    }
    for _ in 0..<random.pick(0...14) {
      var row = SalesforceExportRow(id: random.pick(0...12))
      // As in Salesforce, the id of a record says of which object it is.
      row.object = row.id % 2
      row.keys = keys(&random)
      row.time = time(&random)
      row.hubspotID = random.pick([0, 0, 0, 0, -1, random.pick(1...14)])
      row.excluded = random.pick([.free, .free, .free, .free, .deletedInSalesforce, .convertedLead])
      example.salesforce.append(row)
    }
    for missed in 0..<random.pick(0...8) {
      var line = RememberedPair(hubspot: random.pick(0...14), salesforce: random.pick(0...14), missed: missed)
      if line.hubspot == 0 && line.salesforce == 0 { line.hubspot = 1 }
      example.baseline.append(line)
    }
    example.baseline.shuffle(using: &random)
    return example
  }

  @Test func `pairing gives the verdicts of the slow reading of the spec`() throws {
    let seed = newSeed()
    var random = SeededGenerator(seed: seed)
    for number in 0..<2_000 {
      let example = Self.example(&random, distinctTimes: number % 2 == 0)
      let (result, reference) = (try example.result, PairingReference(example))
      guard result.ofHubSpot == reference.ofHubSpot, result.ofSalesforce == reference.ofSalesforce else {
        #expect(result.ofHubSpot == reference.ofHubSpot, "seed \(seed), example \(number): \(example)")
        #expect(result.ofSalesforce == reference.ofSalesforce, "seed \(seed), example \(number): \(example)")
        return
      }
    }
  }

  @Test func `partners are mutual, share nothing, and every row has one verdict`() throws {
    let seed = newSeed()
    var random = SeededGenerator(seed: seed)
    for number in 0..<2_000 {
      let example = Self.example(&random, distinctTimes: false)
      let fault = Self.fault(in: try example.result, of: example)
      guard let fault else { continue }
      Issue.record("seed \(seed), example \(number): \(fault): \(example)")
      return
    }
  }

  /// What is wrong with a result in itself.
  static func fault(in result: PairingResult, of example: PairingExample) -> String? {
    guard result.hubspot.count == example.hubspot.count, result.hubspotPartners.count == example.hubspot.count,
      result.salesforce.count == example.salesforce.count,
      result.salesforcePartners.count == example.salesforce.count
    else { return "rows were lost" }
    for (row, verdict) in result.hubspot.enumerated() {
      let partner = Int(result.hubspotPartners[row])
      if verdict == .free { return "HubSpot row \(row) has no verdict" }
      if verdict.isPaired != (partner >= 0) { return "HubSpot row \(row) is \(verdict), with partner \(partner)" }
      guard partner >= 0 else { continue }
      if Int(result.salesforcePartners[partner]) != row { return "HubSpot row \(row) is not its partner's partner" }
      if result.salesforce[partner] != verdict { return "HubSpot row \(row) and its partner differ in their verdict" }
    }
    for (row, verdict) in result.salesforce.enumerated() {
      let partner = Int(result.salesforcePartners[row])
      if verdict == .free { return "Salesforce row \(row) has no verdict" }
      if verdict.isPaired != (partner >= 0) { return "Salesforce row \(row) is \(verdict), with partner \(partner)" }
      guard partner >= 0 else { continue }
      if Int(result.hubspotPartners[partner]) != row { return "Salesforce row \(row) is not its partner's partner" }
    }
    return nil
  }

  @Test func `the order of the rows and of the baseline changes no verdict`() throws {
    let seed = newSeed()
    var random = SeededGenerator(seed: seed)
    for number in 0..<2_000 {
      let example = Self.example(&random, distinctTimes: true)
      let left = Array(example.hubspot.indices).shuffled(using: &random)
      let right = Array(example.salesforce.indices).shuffled(using: &random)
      var shuffled = example
      shuffled.hubspot = left.map { example.hubspot[$0] }
      shuffled.salesforce = right.map { example.salesforce[$0] }
      shuffled.baseline.shuffle(using: &random)
      let result = try shuffled.result
      var back = try example.result
      let before = (back.ofHubSpot, back.ofSalesforce)
      for (place, row) in left.enumerated() {
        let partner = result.hubspotPartners[place]
        back.hubspot[row] = result.hubspot[place]
        back.hubspotPartners[row] = partner < 0 ? -1 : Int32(right[Int(partner)])
      }
      for (place, row) in right.enumerated() {
        let partner = result.salesforcePartners[place]
        back.salesforce[row] = result.salesforce[place]
        back.salesforcePartners[row] = partner < 0 ? -1 : Int32(left[Int(partner)])
      }
      guard before == (back.ofHubSpot, back.ofSalesforce) else {
        Issue.record("seed \(seed), example \(number): \(example)")
        return
      }
    }
  }

  @Test func `the random exports come to every verdict`() throws {
    var random = SeededGenerator(seed: 1)
    var seen: Set<Verdict> = []
    for _ in 0..<2_000 {
      let result = try Self.example(&random, distinctTimes: false).result
      seen.formUnion(result.hubspot + result.salesforce)
    }
    #expect(seen == Set(Verdict.allCases).subtracting([.free]))
  }
}
