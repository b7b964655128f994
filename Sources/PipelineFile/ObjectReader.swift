import CRM

/// The properties in which HubSpot keeps Salesforce ids, in the order in which they are looked at (semantics
/// 3.3).
private let defaultLinks: [String: [(object: String, property: String)]] = [
  "contacts": [("Contact", "salesforcecontactid"), ("Lead", "salesforceleadid")],
  "companies": [("Account", "salesforceaccountid")],
  "deals": [("Opportunity", "hs_salesforceopportunityid")],
]

/// Reads the `objects` of a pipeline.
struct ObjectReader {
  let directory: String

  /// The objects in the order of the file; problems go to the context.
  func read(_ section: YamlSection?) -> [ObjectDefinition] {
    let known = [
      "salesforce", "mappings", "enabled", "keys", "create_in", "create_as", "hubspot_id_field", "link",
      "first_run", "tie", "salesforce_blank",
    ]
    return section?.keys.compactMap { name in section?.section(name, known: known).flatMap { read($0, name) }
    } ?? []
  }

  private func read(_ section: YamlSection, _ name: String) -> ObjectDefinition? {
    let salesforce = section.names("salesforce")?.map(\.text) ?? []
    if salesforce.isEmpty {
      section.context.problems.add(
        section.line(of: "salesforce"), "\(section.title) needs the key salesforce, with one object or more")
    }
    if salesforce.count > 64 {
      section.context.problems.add(
        section.line(of: "salesforce"), "\(section.title) has more than 64 objects")
    }
    let createIn = section.choices("create_in", ["hubspot", "salesforce"]) ?? []
    let firstRun = section.choice("first_run", ["newer_record", "salesforce", "hubspot"])
    let object = ObjectDefinition(
      name: name, line: section.line, enabled: section.flag("enabled") ?? true, salesforce: salesforce,
      mappings: section.requiredName("mappings").map { resolvePath($0.text, in: directory) } ?? "",
      keys: keys(section), createIn: Set(createIn.compactMap(side)),
      createAs: section.name("create_as")?.text,
      hubspotIDField: section.name("hubspot_id_field")?.text, links: links(section, name, salesforce),
      firstRun: firstRun.flatMap(side),
      tie: section.choice("tie", ["salesforce", "hubspot"]).flatMap(side) ?? .salesforce,
      salesforceBlankClears: section.choice("salesforce_blank", ["clears", "keeps"]) == "clears")
    checkCreates(object, section)
    if name == "contacts", !object.enabled {
      section.context.problems.add(
        section.line(of: "enabled"), "\(section.title).enabled: contacts are always on",
        hint: "take the line out; companies and deals can be switched off")
    }
    return object
  }

  private func side(_ name: String) -> Side? { Side.allCases.first { $0.name == name } }

  private func keys(_ section: YamlSection) -> [KeyDefinition]? {
    let known = ["hubspot", "salesforce", "compare", "on_duplicate"]
    return section.sections("keys", known: known)?.compactMap { key in
      let compare = key.choice("compare", Comparison.allCases.map(\.rawValue))
      let newest = key.choice("on_duplicate", ["newest"])
      let property = key.requiredName("hubspot")
      let field = key.requiredName("salesforce")
      guard let property, let field else { return nil }
      return KeyDefinition(
        hubspot: property.text, salesforce: field.text,
        comparison: compare.flatMap { Comparison(rawValue: $0) },
        onDuplicate: newest == nil ? .ambiguous : .newest, line: key.line)
    }
  }

  /// The links that the pipeline names, or the defaults of those of its Salesforce objects that have one.
  private func links(_ section: YamlSection, _ name: String, _ salesforce: [String]) -> [LinkDefinition] {
    let named = section.section("link", known: salesforce)
    let links: [LinkDefinition]
    if let named {
      links = named.keys.compactMap { object in
        named.name(object).map { LinkDefinition(object: object, property: $0.text, line: $0.line) }
      }
    } else {
      links = (defaultLinks[name] ?? []).filter { salesforce.contains($0.object) }
        .map { LinkDefinition(object: $0.object, property: $0.property) }
    }
    for object in salesforce where !links.contains(where: { $0.object == object }) {
      if named?.has(object) == true || (named == nil && section.has("link")) { continue }
      section.context.problems.add(
        section.line(of: "link"), "\(section.title).link names no property for \(object)",
        hint: "write link: {\(object): the_property_that_holds_its_id}")
    }
    var seen: Set<String> = []
    for link in links where !seen.insert(link.property).inserted {
      section.context.problems.add(link.line, "\(section.title).link names \(link.property) twice")
    }
    return links
  }

  /// What creating records needs (semantics 4, Creates), as far as the pipeline file says.
  private func checkCreates(_ object: ObjectDefinition, _ section: YamlSection) {
    let problems = section.context.problems
    if let createAs = object.createAs, !object.salesforce.contains(createAs), !object.salesforce.isEmpty {
      problems.add(
        section.line(of: "create_as"),
        "\(section.title).create_as is \(createAs): it must be one of salesforce",
        hint: didYouMean(createAs, among: object.salesforce))
    }
    guard object.createIn.contains(.salesforce) else { return }
    let line = section.line(of: "create_in")
    if object.hubspotIDField == nil {
      problems.add(
        line,
        "\(section.title): create_in salesforce needs hubspot_id_field, the field that holds the HubSpot id")
    }
    if object.salesforce.count > 1 && object.createAs == nil {
      problems.add(
        line,
        "\(section.title): create_in salesforce needs create_as, one of "
          + object.salesforce.joined(separator: ", ")
      )
    }
  }
}
