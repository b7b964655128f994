import Records

/// A record with its property history, as HubSpot's API returns it (spec, domain facts 2.3).
struct HistoryRecord: Decodable {
  /// One value that a property had.
  struct Version: Decodable {
    var timestamp: Text
    var sourceType: String?
  }

  /// A text that may have been written as a number.
  struct Text: Decodable {
    let value: String

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        value = text
      } else {
        value = String(try container.decode(Int64.self))
      }
    }
  }

  var id: Text
  var propertiesWithHistory: [String: [Version]]?

  /// Calls `body` with every entry. A record that was asked for without history has none.
  func forEachEntry(_ body: (HistoryEntry) throws -> Void) rethrows {
    for (property, versions) in (propertiesWithHistory ?? [:]).sorted(by: { $0.key < $1.key }) {
      for version in versions {
        let texts = [id.value, property, version.timestamp.value, version.sourceType ?? ""].map { Array($0.utf8) }
        try texts[0].withUnsafeBufferPointer { id in
          try texts[1].withUnsafeBufferPointer { field in
            try texts[2].withUnsafeBufferPointer { time in
              try texts[3].withUnsafeBufferPointer { source in
                try body(HistoryEntry(id: id, field: field, time: time, source: source))
              }
            }
          }
        }
      }
    }
  }
}
