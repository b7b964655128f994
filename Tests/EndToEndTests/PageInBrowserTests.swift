import Foundation
import TestSupport
import Testing

/// The pages of runs as people meet them: in a browser, on a phone, in the dark, and on paper (issue 8).
@Suite(.enabled(if: Browser.installed != nil, "no chromium is installed"))
struct PageInBrowserTests {
  /// Whose page it is.
  enum Kind: String, CaseIterable { case records, importOfActivities, syncOfActivities }

  private static func page(_ kind: Kind) throws -> ReportPage {
    switch kind {
    case .records:
      let sample = try NightlySample()
      guard try Program.run("resync", ["run", sample.file, "--run", "r"]).exitCode == 0 else {
        throw HelperError("the sample's run fails")
      }
      return try ReportPage(of: sample.file)
    case .importOfActivities:
      let pipeline = try ActivityPipeline(.salesforceToHubSpot, "page")
      for night in 1...2 {
        try GeneratedActivities.importPipeline(tasks: 120, night: night, into: pipeline)
        try pipeline.save(activities: ["updates: true"])
        try pipeline.complete("n\(night)")
      }
      return try ReportPage(of: pipeline.file)
    case .syncOfActivities:
      let pipeline = try ActivityPipeline(.hubSpotToSalesforce, "page")
      try GeneratedActivities.syncPipeline(rows: 60, into: pipeline)
      try pipeline.save()
      try pipeline.complete("r")
      return try ReportPage(of: pipeline.file)
    }
  }

  private static let pages = Dictionary(
    uniqueKeysWithValues: Kind.allCases.map { kind in (kind, Result { try page(kind) }) })

  private func page(_ kind: Kind) throws -> ReportPage { try #require(Self.pages[kind]).get() }
  private let browser = Browser.installed

  /// A window on a phone or a desk, by day or by night.
  struct Window {
    var width: Int
    var isDark: Bool
    static let all = [360, 1280].flatMap { width in [false, true].map { Window(width: width, isDark: $0) } }
  }

  @Test(arguments: Kind.allCases, Window.all)
  func `a browser shows it without the network, errors, faint text or sideways scrolling`(
    kind: Kind, window: Window
  ) throws {
    let page = try page(kind)
    let seen = try #require(browser).look(at: page.html, width: window.width, dark: window.isDark)
    #expect(seen.overflow <= 0, "wider than \(window.width) pixels by \(seen.overflow)")
    #expect(seen.requests == [] && seen.errors == [])
    #expect(seen.nameless == [] && seen.faint == [])
    #expect(seen.headings.first == 1 && seen.headings.filter { $0 == 1 }.count == 1)
    #expect(zip(seen.headings, seen.headings.dropFirst()).allSatisfy { $1 <= $0 + 1 }, "no level is left out")
    #expect(seen.tiles == page.tiles)
    #expect(seen.background == (window.isDark ? "rgb(20, 24, 29)" : "rgb(255, 255, 255)"))
  }

  @Test(arguments: Kind.allCases)
  func `on paper no table is cut, and nothing stays folded`(kind: Kind) throws {
    let page = try page(kind)
    // An A4 sheet between its margins.
    let seen = try #require(browser).look(at: Browser.asOnPaper(page.html), width: 703, dark: true)
    #expect(seen.overflow <= 0, "wider than the sheet by \(seen.overflow) pixels")
    #expect(seen.faint == [] && seen.background == "rgb(255, 255, 255)", "ink is dark, and paper white")
    let sheets = try #require(browser).print(page.html)
    #expect(sheets.sheets > 1)
    let missing = Set(page.headings).subtracting(sheets.headings)
    #expect(missing.isEmpty, "not on paper: \(missing)")
  }
}
