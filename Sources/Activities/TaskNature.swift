import Records

/// What a Salesforce task is about, and which field says so (activities-pipelines 4, "Kind").
public struct TaskNature: Equatable, Sendable {
  /// What it is about.
  public enum Topic: Sendable { case call, email, meeting, other }

  /// What it is about.
  public var topic: Topic
  /// The field that decided it; empty if none did.
  public var decidedBy: StaticString

  /// Two natures are the same if topic and field are.
  public static func == (a: TaskNature, b: TaskNature) -> Bool {
    a.topic == b.topic && "\(a.decidedBy)" == "\(b.decidedBy)"
  }

  /// Decides by own values; `duration` is a plain number. The first rule that fits: call, email, meeting, else a task.
  public init(type: Bytes, subtype: Bytes, callType: Bytes, duration: Bytes) {
    if subtype.isWord("Call") {
      self.init(.call, "TaskSubtype")
    } else if type.isWord("Call") {
      self.init(.call, "Type")
    } else if callType.count > 0 {
      self.init(.call, "CallType")
    } else if duration.count > 0, !duration.same(as: "0") {
      self.init(.call, "CallDurationInSeconds")
    } else if subtype.isWord("Email") || subtype.isWord("ListEmail") {
      self.init(.email, "TaskSubtype")
    } else if type.isWord("Email") {
      self.init(.email, "Type")
    } else if type.isWord("Meeting") {
      self.init(.meeting, "Type")
    } else {
      self.init(.other, "")
    }
  }

  private init(_ topic: Topic, _ field: StaticString) {
    self.topic = topic
    decidedBy = field
  }

  /// The kind in HubSpot: an open call or email is a plan, so a task.
  public func kind(isClosed: Bool) -> ActivityKind {
    switch topic {
    case .call: isClosed ? .calls : .tasks
    case .email: isClosed ? .emails : .tasks
    case .meeting: .meetings
    case .other: .tasks
    }
  }

  /// The type of a HubSpot task.
  public var taskType: StaticString {
    switch topic {
    case .call: "CALL"
    case .email: "EMAIL"
    case .meeting, .other: "TODO"
    }
  }
}
