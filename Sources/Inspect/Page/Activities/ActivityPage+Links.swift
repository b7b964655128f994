import Activities
import Pipeline
import Records

/// What the activities belong to: records of the other side, and people.
extension ActivityPage {
  /// Builds the section.
  func links(_ numbers: inout PageContent.Numbers) -> PageSection {
    let number = numbers.nextSection()
    let parts =
      plan.isImport
      ? [associations(&numbers.tables), unresolved(&numbers.tables)]
      : [recipients(&numbers.tables), assignees(&numbers.tables), unresolved(&numbers.tables)]
    let name = plan.isImport ? "associations" : "contacts and owners"
    return PageSection(
      number: number, name: name, title: plan.isImport ? "Associations" : "Contacts and owners", parts: parts)
  }

  private var kindsWritten: [(kind: String, links: ActivityTally.Links)] {
    tally.kinds.compactMap { kind in tally.links[kind].map { (kind, $0) } }
  }

  // MARK: The import

  private func associations(_ number: inout Int) -> PageSection.Part {
    let table = PageTable(
      &number, "Created activities of each kind, and how many of them have a contact, a company, a deal, an owner",
      ["kind", "#created", "#with contact", "#with company", "#with deal", "#with none", "#with owner"],
      kindsWritten.map { kind, links in
        [kind] + ([links.written] + links.with.prefix(3) + [links.none, links.owned]).map(\.grouped)
      })
    let all = kindsWritten.flatMap { $0.links.links }.reduce(0, +)
    return PageSection.Part(
      "Resolved", [table],
      note: table == nil ? "No activity is created." : "\(all.counted("association")) \(place).")
  }

  // MARK: The sync

  private func recipients(_ number: inout Int) -> PageSection.Part {
    let table = PageTable(
      &number, "Tasks of each kind, by whom and what they are about",
      ["kind", "#tasks", "#of contacts", "#of leads", "#with account", "#with opportunity"],
      kindsWritten.map { kind, links in [kind] + ([links.written] + links.with).map(\.grouped) })
    return PageSection.Part("Whom tasks go to", [table], note: table == nil ? "No task is written." : nil)
  }

  private func assignees(_ number: inout Int) -> PageSection.Part {
    let rules = ["activity_owner", "contact_owner", "integration_user"]
    let table = PageTable(
      &number, "Tasks of each kind, unchanged ones too, by whose they are",
      ["kind", "#the activity's owner", "#the contact's owner", "#the integration user"],
      tally.kinds.compactMap { kind in
        tally.assigned[kind].map { found in [kind] + rules.map { (found[$0] ?? 0).grouped } }
      })
    return PageSection.Part("Whom tasks are assigned to", [table])
  }

  // MARK: Both

  /// Links and people that were looked for and not found.
  private func unresolved(_ number: inout Int) -> PageSection.Part {
    let codes: [IssueCode] = [
      .linkNotFound, .duplicateLink, .noAssociation, .ownerUnmapped, .ownerAmbiguous, .invalidID,
    ]
    var rows = issues.compactMap { issue in
      codes.first { $0.name == issue.key[2] }.map { code in
        [code.name, issue.key[0], issue.key[1], code.advice, issue.count.grouped]
      }
    }
    let lost = tally.fates.filter { $0.key.fate == Exclusion.contactNotSynced.rawValue }
    rows += lost.sorted { ($0.key.source, $0.key.kind) < ($1.key.source, $1.key.kind) }.map { fate, count in
      [fate.fate, fate.source, fate.kind, Exclusion.contactNotSynced.explanation, count.grouped]
    }
    let table = PageTable(
      &number, "Links and owners that lead nowhere, by source and field",
      ["code", "source", "field or kind", "what it means", "#count"], rows, limit: 200, where: "rejects.csv")
    return PageSection.Part("Not resolved", [table], note: table == nil ? "Every link and owner was found." : nil)
  }
}
