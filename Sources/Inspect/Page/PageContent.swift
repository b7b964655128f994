import CRM
import Foundation
import Pipeline
import Staging

/// What the page shows, as its template takes it.
struct PageContent {
  /// A figure that stands out.
  struct Tile {
    var label, value: String
  }

  /// Numbers of tables and pictures, each unlike the others.
  struct Numbers {
    var tables = 0
    var pictures = 0
    var objects = 0

    mutating func nextPicture() -> Int {
      pictures += 1
      return pictures
    }
  }

  let run: String
  let pipeline: String
  let state: String
  private(set) var tiles: [Tile] = []
  private(set) var notes: [String] = []
  private(set) var hasNotes = false
  private(set) var objects: [ObjectPage.Section] = []
  private(set) var charts: [TrendPicture] = []
  private(set) var runs: PageTable?
  private(set) var inputs: PageTable?
  let footer: String

  var numbers = Numbers()
  private var totals: [(label: String, count: Int)] = [
    ("changes of HubSpot cells", 0), ("changes of Salesforce cells", 0), ("new records", 0), ("conflicts", 0),
    ("issues", 0),
  ]

  init(_ manifest: RunManifest) {
    run = manifest.run
    pipeline = manifest.pipeline
    state = Self.sentence(manifest)
    footer =
      "Run \(manifest.run) of \(manifest.pipeline), begun \(manifest.startedAt). Counts are those of its manifest."
    tiles = totals.map { Tile(label: $0.label, value: $0.count.grouped) }
    if manifest.purgedAt != nil { note("The values of this run were purged: the counts are left, and no samples.") }
    if manifest.state == .stopped { note("A brake stopped this run before the load: nothing was loaded.") }
  }

  private static func sentence(_ manifest: RunManifest) -> String {
    let began = "Begun \(manifest.startedAt)"
    switch manifest.state {
    case .loaded: return "\(began). Loaded: the files for both sides are written."
    case .stopped: return "\(began). Stopped by a brake: nothing was loaded."
    case .running: return "\(began). Not loaded yet: this is what the load would do, as far as the stages have come."
    }
  }

  private mutating func note(_ text: String) {
    notes.append(text)
    hasNotes = true
  }

  // MARK: Objects

  /// Adds an object, its share of the figures, and what of it asks for attention.
  mutating func add(_ section: ObjectPage.Section, _ object: ChangeReport.ObjectReport) {
    objects.append(section)
    for side in object.sides {
      let cells = side.changes.reduce(0) { $0 + ($1.reason == Reason.created.name ? 0 : $1.cells) }
      totals[side.side == Side.hubspot.name ? 0 : 1].count += cells
      totals[2].count += side.creates
      totals[3].count += side.conflicts
      addNotes(object.object, side)
    }
    totals[4].count += object.issues.reduce(0) { $0 + $1.count }
    tiles = totals.map { Tile(label: $0.label, value: $0.count.grouped) }
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

  // MARK: Runs and exports

  /// The figures of a run that its pictures show.
  private static func figures(_ manifest: RunManifest) -> [Int] {
    let counts = manifest.objects.map { manifest.counts(of: $0.object) }
    let sides = counts.flatMap { [$0.hubspot, $0.salesforce] }
    let rows = manifest.objects.flatMap { [$0.hubspot, $0.salesforce] }
    let changes = sides.reduce(0) { sum, side in sum + side.changes.values.reduce(0) { $0 + $1.values.reduce(0, +) } }
    return [
      rows.reduce(0) { $0 + $1.read }, changes, sides.reduce(0) { $0 + $1.creates },
      sides.reduce(0) { $0 + $1.conflicts },
      rows.reduce(0) { $0 + $1.rejected } + sides.reduce(0) { $0 + $1.rejectedCells },
      Int((manifest.chunks.reduce(0) { $0 + $1.seconds } * 1000).rounded()),
    ]
  }

  private static let figureNames = [
    "Rows read", "Rows of changes.csv", "New records", "Conflicts", "Rows and cells with issues",
    "Milliseconds of work",
  ]

  /// Adds the pictures of these runs, oldest first, and their table.
  mutating func addTrends(_ manifests: [RunManifest]) {
    let runs = manifests.map { (name: $0.run, state: $0.state.rawValue, figures: Self.figures($0)) }
    for (place, name) in Self.figureNames.enumerated() {
      let values = runs.map { (name: $0.name, value: $0.figures[place]) }
      charts.append(TrendPicture(numbers.nextPicture(), name, values, current: run))
    }
    self.runs = PageTable(
      &numbers.tables, "The last \(runs.count.counted("run")) up to this one, newest first",
      ["run", "state"] + Self.figureNames.map { "#" + $0.lowercased() },
      runs.reversed().map { [$0.name, $0.state] + $0.figures.map(\.grouped) })
  }

  /// Adds the table of the exports.
  mutating func addInputs(_ files: [RunManifest.Input]) {
    inputs = PageTable(
      &numbers.tables, "Files and tables, as the manifest notes them", ["source", "place", "#rows", "#bytes"],
      files.map { [$0.source, $0.path, $0.rows.grouped, $0.bytes.grouped] }, limit: 200)
  }
}
