/// Metrics in Prometheus' text format, version 0.0.4: what node_exporter's textfile collector and a Pushgateway read.
struct MetricsText {
  private(set) var text = ""

  /// A family of gauges; those without samples are left out.
  mutating func gauge(_ name: String, _ help: String, _ samples: [(labels: [(String, String)], value: Double)]) {
    guard !samples.isEmpty else { return }
    text += "# HELP resync_\(name) \(Self.escapedHelp(help))\n# TYPE resync_\(name) gauge\n"
    for sample in samples {
      let labels = sample.labels.map { "\($0)=\"\(Self.escapedLabel($1))\"" }.joined(separator: ",")
      text += "resync_\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(Self.number(sample.value))\n"
    }
  }

  /// Whole numbers without a point, others as Swift writes them: both are what the format takes.
  private static func number(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
  }

  private static func escapedHelp(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
  }

  private static func escapedLabel(_ text: String) -> String { escapedHelp(text).replacing("\"", with: "\\\"") }
}
