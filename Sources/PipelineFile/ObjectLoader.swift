import CRM

/// Reads the mappings and metadata of one object of a pipeline, and checks that they fit.
struct ObjectLoader {
  let pipeline: PipelineDefinition
  let object: ObjectDefinition

  func load() throws(PipelineError) -> LoadedObject {
    let found = try inspect()
    try refuse(found.resolution.faults.filter(\.stopsTheRun))
    let checks = checks(found)
    let keys = try checks.check()
    return LoadedObject(
      definition: object, hubspotSource: try source(.hubspot, object.name),
      salesforceSources: try object.salesforce.map { (name) throws(PipelineError) in try source(.salesforce, name) },
      hubspotSchema: found.hubspotSchema, salesforceObjects: found.salesforceObjects, rows: found.document.rows,
      mappings: found.resolution.mappings, issues: found.resolution.issues, keys: keys, links: checks.links,
      createAs: checks.createAs)
  }

  /// What the files say, right or wrong: mappings with issues too. A source that is not there has no metadata.
  func inspect() throws(PipelineError) -> InspectedObject {
    var hubspot: HubSpotSchema?
    if let source = pipeline.source(.hubspot, object.name), let path = source.metadata {
      try checkMetadata(path, source)
      hubspot = try readHubSpotProperties(path)
    }
    var salesforce: [SalesforceObject] = []
    for name in object.salesforce {
      var schema: SalesforceSchema?
      if let source = pipeline.source(.salesforce, name), let path = source.metadata {
        try checkMetadata(path, source)
        schema = try readSalesforceDescribe(path, object: name)
      }
      salesforce.append(SalesforceObject(name: name, schema: schema))
    }
    guard isFile(object.mappings) else {
      throw PipelineError(
        file: pipeline.file, line: object.line,
        message: "objects.\(object.name).mappings: there is no file \(object.mappings)")
    }
    let document = try MappingDocument(contentsOf: object.mappings)
    return InspectedObject(
      definition: object, hubspotSource: pipeline.source(.hubspot, object.name),
      salesforceSources: object.salesforce.map { pipeline.source(.salesforce, $0) }, hubspotSchema: hubspot,
      salesforceObjects: salesforce, document: document,
      resolution: MappingResolution(document.rows, hubspot: hubspot, objects: salesforce))
  }

  /// What the pipeline file asks of the object beside its mappings.
  func checks(_ found: InspectedObject) -> ObjectChecks {
    ObjectChecks(
      pipeline: pipeline, object: object, hubspot: found.hubspotSchema, salesforce: found.salesforceObjects,
      mappings: found.resolution.mappings)
  }

  /// The pipeline reader has checked that it is there.
  private func source(_ side: Side, _ name: String) throws(PipelineError) -> SourceDefinition {
    guard let source = pipeline.source(side, name) else {
      throw PipelineError(
        file: pipeline.file, line: object.line, message: "there is no source sources.\(side.name).\(name)")
    }
    return source
  }

  private func checkMetadata(_ path: String, _ source: SourceDefinition) throws(PipelineError) {
    guard !isFile(path) else { return }
    let key = source.side == .hubspot ? "properties" : "describe"
    throw PipelineError(
      file: pipeline.file, line: source.line,
      message: "sources.\(source.side.name).\(source.object).\(key): there is no file \(path)")
  }

  private func refuse(_ faults: [MappingIssue]) throws(PipelineError) {
    let problems = Problems(file: object.mappings)
    for fault in faults { problems.add(fault.line, fault.description) }
    try problems.throwIfAny()
  }
}

/// What the pipeline file asks of an object, checked against the metadata.
struct ObjectChecks {
  let pipeline: PipelineDefinition
  let object: ObjectDefinition
  let hubspot: HubSpotSchema?
  let salesforce: [SalesforceObject]
  let mappings: [FieldMapping]

  /// The number of the Salesforce object that is created.
  var createAs: Int { object.createAs.flatMap { object.salesforce.firstIndex(of: $0) } ?? 0 }

  /// The link properties; one that the metadata do not know is taken to be read-only.
  var links: [LinkProperty] {
    object.links.compactMap { link in
      object.salesforce.firstIndex(of: link.object).map { number in
        let isWritable = hubspot.map { $0[link.property]?.isWritable ?? false } ?? true
        return LinkProperty(property: link.property, object: number, isWritable: isWritable)
      }
    }
  }

  /// The match keys. Throws all that does not fit.
  func check() throws(PipelineError) -> [MatchKey] {
    let problems = Problems(file: pipeline.file)
    checkLinks(problems)
    checkHubSpotID(problems)
    checkOwners(problems)
    let keys = keys(problems)
    try problems.throwIfAny()
    return keys
  }

  private func checkLinks(_ problems: Problems) {
    guard let hubspot else { return }
    for link in object.links {
      let property = hubspot[link.property]
      let line = link.line ?? object.line
      if property == nil, link.line != nil {
        problems.add(
          line, "HubSpot has no property \(link.property)",
          hint: didYouMean(link.property, among: hubspot.properties.map(\.name)))
      } else if property?.isWritable != true, object.createIn.contains(.hubspot) {
        let state = property == nil ? "is not in the properties of HubSpot" : "is read-only"
        problems.add(
          line,
          "objects.\(object.name): create_in hubspot needs a link property that can be written; "
            + "\(link.property) \(state)",
          hint: "link can name another")
      }
    }
  }

  private func checkHubSpotID(_ problems: Problems) {
    guard let name = object.hubspotIDField else { return }
    for (number, salesforce) in salesforce.enumerated() {
      guard let schema = salesforce.schema else { continue }
      guard let field = schema[name] else {
        problems.add(
          object.line, "objects.\(object.name).hubspot_id_field: \(salesforce.name) has no field \(name)",
          hint: didYouMean(name, among: schema.fields.map(\.name)))
        continue
      }
      if object.createIn.contains(.salesforce), number == createAs, !field.createable || field.calculated {
        problems.add(
          object.line,
          "objects.\(object.name): create_in salesforce needs to write \(salesforce.name).\(name), "
            + "which is read-only"
        )
      }
    }
  }

  /// Owners are known by email, so both lists of people are needed.
  private func checkOwners(_ problems: Problems) {
    guard let mapping = mappings.first(where: { $0.kind == .owner && $0.rule != .dontSync }) else { return }
    for (side, name) in [(Side.hubspot, "owners"), (.salesforce, "User")]
    where pipeline.source(side, name)?.rows == nil {
      problems.add(
        object.line,
        "objects.\(object.name): the mapping of \(mapping.property) needs the source "
          + "sources.\(side.name).\(name)"
      )
    }
  }

  private func keys(_ problems: Problems) -> [MatchKey] {
    let defaults =
      object.name == "contacts"
      ? [KeyDefinition(hubspot: "email", salesforce: "Email", comparison: .ignoreCase, onDuplicate: .newest)]
      : []
    return (object.keys ?? defaults).map { key in
      let line = key.line ?? object.line
      if let hubspot, hubspot[key.hubspot] == nil {
        problems.add(
          line, "HubSpot has no property \(key.hubspot)",
          hint: didYouMean(key.hubspot, among: hubspot.properties.map(\.name)))
      }
      for salesforce in salesforce {
        guard let schema = salesforce.schema, schema[key.salesforce] == nil else { continue }
        problems.add(
          line, "\(salesforce.name) has no field \(key.salesforce)",
          hint: didYouMean(key.salesforce, among: schema.fields.map(\.name)))
      }
      let field = salesforce.compactMap { $0.schema?[key.salesforce] }.first
      return MatchKey(
        hubspot: key.hubspot, salesforce: key.salesforce,
        comparison: key.comparison ?? (field?.type == "email" ? .ignoreCase : .exact),
        onDuplicate: key.onDuplicate)
    }
  }
}
