import CRM
import Pipeline
import Staging

extension PageContent {
  /// Adds the objects of a run of records: the figures that stand out, what asks for attention, and a section each.
  mutating func add(_ objects: [(section: PageSection, report: ChangeReport.ObjectReport)], _ manifest: RunManifest) {
    sections += objects.map(\.section)
    let sides = objects.flatMap { object in object.report.sides.map { (object.report.object, $0) } }
    func changes(_ side: Side) -> Int {
      sides.filter { $0.1.side == side.name }.flatMap(\.1.changes).filter { $0.reason != Reason.created.name }
        .reduce(0) { $0 + $1.cells }
    }
    // Issues are counted in staged tables; where those were purged, the manifest has how many there were.
    let issues =
      manifest.purgedAt == nil
      ? objects.flatMap(\.report.issues).reduce(0) { $0 + $1.count } : manifest.issuesOfRecords
    tiles = [
      Tile(label: "changes of HubSpot cells", value: changes(.hubspot).grouped),
      Tile(label: "changes of Salesforce cells", value: changes(.salesforce).grouped),
      Tile(label: "new records", value: sides.reduce(0) { $0 + $1.1.creates }.grouped),
      Tile(label: "conflicts", value: sides.reduce(0) { $0 + $1.1.conflicts }.grouped),
      Tile(label: "issues", value: issues.grouped),
    ]
    for (object, side) in sides { addNotes(object, side) }
  }

  private mutating func addNotes(_ object: String, _ side: ChangeReport.SideReport) {
    let place = "\(object), \(side.side)"
    if side.rejected > 0 { note("\(place): \(side.rejected.counted("row")) rejected; see the issues below.") }
    if side.held > 0 {
      note("\(place): \(side.held.counted("create")) held back; look at them, then run with --create-anyway.")
    }
    if side.notArrived > 0 {
      note("\(place): \(side.notArrived.counted("write")) of the last run did not arrive, and stand again.")
    }
  }

  /// Says which mappings move no data (requirements M9).
  mutating func addIdleMappings(_ issues: [String: [MappingIssue]]) {
    for (object, issues) in issues.sorted(by: { $0.key < $1.key }) {
      for issue in issues { note("\(object): the mapping \(issue.mappingName) moves no data (\(issue.code.title)).") }
    }
  }

  /// Adds the figures of runs of records.
  mutating func addRecordTrends(_ manifests: [RunManifest]) {
    let names = [
      "Rows read", "Rows of changes.csv", "New records", "Conflicts", "Rows and cells with issues",
      "Milliseconds of work",
    ]
    addTrends(manifests, names) { manifest in
      let sides = manifest.recordCounts
      let changes = sides.reduce(0) { sum, side in sum + side.changes.values.reduce(0) { $0 + $1.values.reduce(0, +) } }
      return [
        manifest.objects.reduce(0) { $0 + $1.hubspot.read + $1.salesforce.read }, changes,
        sides.reduce(0) { $0 + $1.creates }, sides.reduce(0) { $0 + $1.conflicts }, manifest.issuesOfRecords,
        manifest.millisecondsOfWork,
      ]
    }
  }
}

extension RunManifest {
  fileprivate var recordCounts: [SideCounts] {
    objects.map { counts(of: $0.object) }.flatMap { [$0.hubspot, $0.salesforce] }
  }

  /// Rejected rows, and cells with issues.
  fileprivate var issuesOfRecords: Int {
    objects.reduce(0) { $0 + $1.hubspot.rejected + $1.salesforce.rejected }
      + recordCounts.reduce(0) { $0 + $1.rejectedCells }
  }
}
