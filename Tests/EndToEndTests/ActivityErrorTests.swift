import Foundation
import TestSupport
import Testing

/// What a pipeline of activities refuses, before anything is touched (activities-pipelines 1 and 5).
@Suite(.overBothStores) struct ActivityErrorTests {
  private func refusal(
    _ direction: ActivityPipeline.Direction = .salesforceToHubSpot, activities: [String] = [],
    settings: [String] = [], kinds: [String]? = nil, _ change: (ActivityPipeline) throws -> Void = { _ in }
  ) throws -> String {
    let pipeline = try ActivityPipeline(direction, "refusal")
    if direction == .salesforceToHubSpot {
      try pipeline.write("Task", [ImportRuleTests.task(1)])
    } else {
      try pipeline.write("calls", [SyncRuleTests.call(1)])
    }
    try change(pipeline)
    try pipeline.save(activities: activities, settings: settings, kinds: kinds)
    let outcome = try pipeline.run("r")
    #expect(outcome.exitCode == 2, "\(outcome.messages)")
    #expect(!pipeline.sandbox.has("out"))
    return outcome.messages
  }

  @Test func `an unknown key names the nearest one`() throws {
    #expect(try refusal(activities: ["unasociated: load"]).contains("unassociated"))
    #expect(try refusal(settings: ["cloc: x"]).contains("clock"))
    #expect(try refusal(kinds: ["task: {enabled: true}"]).contains("tasks"))
    #expect(try refusal(.hubSpotToSalesforce, kinds: ["calls: {enabled: true, tasktype: x}"]).contains("task_type"))
  }

  @Test func `a key of the other direction is refused`() throws {
    #expect(try refusal(activities: ["activated_at: 2026-01-01"]).contains("activated_at"))
    #expect(try refusal(.hubSpotToSalesforce, activities: ["updates: true"]).contains("updates"))
  }

  @Test func `values that cannot be are refused with their line`() throws {
    #expect(try refusal(activities: ["open_tasks: {then: exclude}"]).contains("before"))
    #expect(try refusal(activities: ["open_tasks: {before: soon, then: load}"]).contains("soon"))
    #expect(try refusal(settings: ["clock: noon"]).contains("noon"))
    #expect(try refusal(.hubSpotToSalesforce, activities: ["activated_at: never"]).contains("never"))
    #expect(try refusal(activities: ["owner_fallback: \"4711\""]).contains("4711"), "it is no owner of the export")
  }

  @Test func `a kind without its source, and an unknown placeholder, are refused`() throws {
    #expect(try refusal(.hubSpotToSalesforce, kinds: ["notes: {enabled: true}"]).contains("sources.hubspot.notes"))
    let message = try refusal(.hubSpotToSalesforce, kinds: ["calls: {enabled: true, subject: \"{name}\"}"])
    #expect(message.contains("{name}") && message.contains("{title}"))
  }

  @Test func `the integration user of a sync must be an active user`() throws {
    let message = try refusal(.hubSpotToSalesforce) { pipeline in
      try pipeline.write("User", [["Id": ActivityPipeline.integration, "Email": "i@example.com", "IsActive": "false"]])
    }
    #expect(message.contains(ActivityPipeline.integration))
  }

  private func describe(types: [String], statuses: [String], more: String = "") -> String {
    func field(_ name: String, _ values: [String]) -> String {
      let list = values.map { #"{"value": "\#($0)", "label": "\#($0)", "active": \#($0 != "Gone")}"# }
      return
        #"{"name": "\#(name)", "label": "\#(name)", "type": "picklist", "picklistValues": [\#(list.joined(separator: ","))]}"#
    }
    let fields = [field("Type", types), field("Status", statuses), field("Priority", ["High", "Normal", "Low"])]
    return #"{"name": "Task", "fields": [\#((fields + [more].filter { !$0.isEmpty }).joined(separator: ","))]}"#
  }

  @Test
  func `with the describe of Task, values that Salesforce has not stop the run, and the answer lists those it has`()
    throws
  {
    let kinds = ["calls: {enabled: true, task_type: call}"]
    let message = try refusal(.hubSpotToSalesforce, kinds: kinds) {
      try $0.sandbox.write("Task.describe.json", describe(types: ["Call", "Email"], statuses: ["Completed"]))
    }
    #expect(message.contains("call") && message.contains("Call, Email"), "letter for letter: \(message)")
    let inactive = try refusal(.hubSpotToSalesforce, kinds: ["calls: {enabled: true, task_type: Gone}"]) {
      try $0.sandbox.write("Task.describe.json", describe(types: ["Gone", "Call"], statuses: ["Completed"]))
    }
    #expect(inactive.contains("Gone"))
    let renamed = try refusal(.hubSpotToSalesforce, kinds: ["calls: {enabled: true}"]) {
      try $0.sandbox.write("Task.describe.json", describe(types: ["Call"], statuses: ["Done"]))
    }
    #expect(renamed.contains("Completed") && renamed.contains("Done"))
  }

  @Test func `a field that must be made first is a warning that says how`() throws {
    let pipeline = try ActivityPipeline(.hubSpotToSalesforce, "fields")
    try pipeline.write("calls", [SyncRuleTests.call(1)])
    let statuses = ["Completed"]
    try pipeline.sandbox.write("Task.describe.json", describe(types: ["Call"], statuses: statuses))
    try pipeline.save()
    #expect(try pipeline.complete("r").messages.contains("HubSpot_Activity_Id__c"))
    let field = #"{"name": "HubSpot_Activity_Id__c", "label": "HubSpot id", "type": "string", "length": 255}"#
    try pipeline.sandbox.write("Task.describe.json", describe(types: ["Call"], statuses: statuses, more: field))
    #expect(try !pipeline.complete("s").messages.contains("HubSpot_Activity_Id__c"))
    let other = try ActivityPipeline(.salesforceToHubSpot, "fields")
    try other.write("Task", [ImportRuleTests.task(1)])
    try other.write("tasks", [])
    try other.sandbox.write(
      "tasks.properties.json",
      #"{"results": [{"name": "hs_task_subject", "label": "x", "type": "string", "fieldType": "text"}]}"#)
    try other.save(options: ["tasks": "properties: tasks.properties.json"])
    #expect(try other.complete("r").messages.contains("salesforce_activity_id"))
  }

  @Test func `an export that is missing or lacks a column ends with exit code 1, and says which`() throws {
    let pipeline = try ActivityPipeline(.salesforceToHubSpot, "missing")
    try pipeline.write("Task", [ImportRuleTests.task(1)])
    try pipeline.save()
    try pipeline.sandbox.write("Task.csv", "Id,WhoId\n")
    let outcome = try pipeline.run("r")
    #expect(outcome.exitCode == 1 && outcome.messages.contains("Task.csv:1") && outcome.messages.contains("WhatId"))
    try pipeline.sandbox.remove("Task.csv")
    #expect(try pipeline.run("r").exitCode == 1)
  }
}
