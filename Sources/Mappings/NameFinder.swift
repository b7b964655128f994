import CRM
import PipelineFile

/// Finds properties and fields by what people call them: internal names first, then labels, then both ignoring case.
struct NameFinder {
  private let properties: [(name: String, label: String)]
  private let fields: [(name: String, label: String)]
  /// Whether there are metadata to look into, by side.
  private let knowsHubSpot: Bool
  private let knowsSalesforce: Bool

  /// The names of an object; with `salesforce`, the fields of that Salesforce object only.
  init(_ object: InspectedObject, salesforce: String? = nil) {
    properties = object.hubspotSchema?.properties.map { ($0.name, $0.label) } ?? []
    let schemas = object.salesforceObjects.filter { salesforce == nil || $0.name == salesforce }.compactMap(\.schema)
    fields = schemas.flatMap { $0.fields.map { ($0.name, $0.label) } }
    knowsHubSpot = object.hubspotSchema != nil
    knowsSalesforce = !schemas.isEmpty
  }

  /// Why a name was not found.
  struct Fault: Error {
    let message: String
  }

  /// The internal name of a property. Without metadata, what is written.
  func property(_ text: String) throws(Fault) -> String {
    try find(text, properties, knowsHubSpot, "HubSpot has no property")
  }

  /// The API name of a field. Without metadata, what is written.
  func field(_ text: String) throws(Fault) -> String {
    try find(text, fields, knowsSalesforce, "Salesforce has no field")
  }

  private func find(
    _ text: String, _ names: [(name: String, label: String)], _ isKnown: Bool, _ refusal: String
  ) throws(Fault) -> String {
    guard isKnown, !names.contains(where: { $0.name == text }) else { return text }
    let lower = text.lowercased()
    for matches in [
      names.filter { $0.label == text }, names.filter { $0.name.lowercased() == lower },
      names.filter { $0.label.lowercased() == lower },
    ] {
      var found: [String] = []
      for match in matches where !found.contains(match.name) { found.append(match.name) }
      if found.count == 1 { return found[0] }
      if found.count > 1 {
        throw Fault(message: "\"\(text)\" is the label of \(found.joined(separator: " and ")): write the internal name")
      }
    }
    let known = names.flatMap { [$0.name, $0.label] }
    throw Fault(message: complaint("\(refusal) \"\(text)\"", about: text, among: known))
  }
}
