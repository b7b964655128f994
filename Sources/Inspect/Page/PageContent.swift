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
    var sections = 0

    mutating func nextPicture() -> Int {
      pictures += 1
      return pictures
    }

    mutating func nextSection() -> Int {
      sections += 1
      return sections
    }
  }

  let run: String
  let pipeline: String
  let state: String
  var tiles: [Tile] = []
  private(set) var notes: [String] = []
  private(set) var hasNotes = false
  var sections: [PageSection] = []
  private(set) var charts: [TrendPicture] = []
  private(set) var runs: PageTable?
  private(set) var inputs: PageTable?
  let footer: String

  var numbers = Numbers()

  /// A page without sections; `files` says for whom the load files of the run are.
  init(_ manifest: RunManifest, files: String) {
    run = manifest.run
    pipeline = manifest.pipeline
    state = Self.sentence(manifest, files)
    footer =
      "Run \(manifest.run) of \(manifest.pipeline), begun \(manifest.startedAt). Counts are those of its manifest."
    if manifest.purgedAt != nil { note("The values of this run were purged: the counts are left, and no samples.") }
    if manifest.state == .stopped { note("A brake stopped this run before the load: nothing was loaded.") }
  }

  private static func sentence(_ manifest: RunManifest, _ files: String) -> String {
    let began = "Begun \(manifest.startedAt)"
    switch manifest.state {
    case .loaded: return "\(began). Loaded: the files for \(files) are written."
    case .stopped: return "\(began). Stopped by a brake: nothing was loaded."
    case .running: return "\(began). Not loaded yet: this is what the load would do, as far as the stages have come."
    }
  }

  /// Adds what asks for a person's attention.
  mutating func note(_ text: String) {
    notes.append(text)
    hasNotes = true
  }

  // MARK: Runs and exports

  /// Adds the pictures of the figures of these runs, oldest first, and their table.
  mutating func addTrends(_ manifests: [RunManifest], _ names: [String], _ figures: (RunManifest) -> [Int]) {
    let runs = manifests.map { (name: $0.run, state: $0.state.rawValue, figures: figures($0)) }
    for (place, name) in names.enumerated() {
      let values = runs.map { (name: $0.name, value: $0.figures[place]) }
      charts.append(TrendPicture(numbers.nextPicture(), name, values, current: run))
    }
    self.runs = PageTable(
      &numbers.tables, "The last \(runs.count.counted("run")) up to this one, newest first",
      ["run", "state"] + names.map { "#" + $0.lowercased() },
      runs.reversed().map { [$0.name, $0.state] + $0.figures.map(\.grouped) })
  }

  /// Adds the table of the exports.
  mutating func addInputs(_ files: [RunManifest.Input]) {
    inputs = PageTable(
      &numbers.tables, "Files and tables, as the manifest notes them", ["source", "place", "#rows", "#bytes"],
      files.map { [$0.source, $0.path, $0.rows.grouped, $0.bytes.grouped] }, limit: 200)
  }
}

extension RunManifest {
  /// How long the stages worked on all chunks.
  var millisecondsOfWork: Int { Int((chunks.reduce(0) { $0 + $1.seconds } * 1000).rounded()) }
}
