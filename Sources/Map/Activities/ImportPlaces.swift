import Activities

/// Where the columns of a source stand; -1 where the source has no such column.
struct ImportPlaces {
  let known, createdAs, digest, message, relations, written: Int
  let who, what, account, owner, createdBy, created, subject, description, externalID: Int
  let type, subtype, callType, duration, disposition, isClosed, completed, activityDate, status, priority: Int
  let isHighPriority, isDeleted, isRecurrence, isChild, isPrivate, groupEventType, isAllDay: Int
  let startTime, activityTime, endTime, minutes, location: Int
  let messageDate, textBody, htmlBody, incoming, relatedTo, activityID: Int
  let task, taskOwner, taskWho, taskWhat, taskAccount: Int
  let relationField: StaticString

  init(_ source: ActivitySource, externalIDField: String) {
    func place(_ name: String) -> Int { source.find(name) ?? -1 }
    func joined(_ column: JoinedColumn) -> Int { place(column.rawValue) }
    (known, createdAs, digest) = (joined(.known), joined(.createdAs), joined(.digest))
    (message, relations, written) = (joined(.message), joined(.relations), joined(.written))
    (who, what, account, owner) = (place("WhoId"), place("WhatId"), place("AccountId"), place("OwnerId"))
    (createdBy, created) = (place("CreatedById"), place("CreatedDate"))
    (subject, description) = (place("Subject"), place("Description"))
    externalID = place(externalIDField)
    (type, subtype, callType) = (place("Type"), place("TaskSubtype"), place("CallType"))
    (duration, disposition) = (place("CallDurationInSeconds"), place("CallDisposition"))
    (isClosed, completed, activityDate) = (place("IsClosed"), place("CompletedDateTime"), place("ActivityDate"))
    (status, priority, isHighPriority) = (place("Status"), place("Priority"), place("IsHighPriority"))
    (isDeleted, isRecurrence, isChild) = (place("IsDeleted"), place("IsRecurrence"), place("IsChild"))
    (isPrivate, groupEventType, isAllDay) = (place("IsPrivate"), place("GroupEventType"), place("IsAllDayEvent"))
    (startTime, activityTime, endTime) = (place("StartDateTime"), place("ActivityDateTime"), place("EndDateTime"))
    (minutes, location) = (place("DurationInMinutes"), place("Location"))
    (messageDate, textBody, htmlBody) = (place("MessageDate"), place("TextBody"), place("HtmlBody"))
    (incoming, relatedTo, activityID) = (place("Incoming"), place("RelatedToId"), place("ActivityId"))
    (task, taskOwner, taskWho) = (joined(.task), joined(.taskOwner), joined(.taskWho))
    (taskWhat, taskAccount) = (joined(.taskWhat), joined(.taskAccount))
    relationField = source.name == "Event" ? "EventRelation.RelationId" : "TaskRelation.RelationId"
  }
}
