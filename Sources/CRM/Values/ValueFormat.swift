/// What makes the own value of one column of one side (spec, semantics 1).
///
/// Plain bits: copying one counts no references, so that a hot loop can keep an array of them. For that the
/// time zones that a format names live as long as the process; a run has a handful.
public struct ValueFormat: Sendable, BitwiseCopyable {
  /// What the values are.
  public var kind: Kind
  /// Whose column it is.
  public var side: Side
  /// Numbers: how many decimals are kept; nil keeps all that are written.
  public var scale: Int?
  /// Numbers: how many integer digits the Salesforce field holds; nil, where describe gives 0, is no limit.
  /// 0 is a limit: a field whose precision is its scale holds fractions only.
  public var maxIntegerDigits: Int?
  /// Booleans: a blank HubSpot cell is `false`, because the Salesforce field is not nillable.
  public var blankIsFalse: Bool
  /// Dates: this side's field is of type datetime, so an instant's day is taken in the pipeline's zone.
  /// Else it is of type date, and the day counts as it is written.
  public var fieldHoldsInstant: Bool
  /// Dates and datetimes: how the source writes days with slashes or dots; nil refuses them.
  public var dateOrder: DateOrder?

  private var source: Unmanaged<TimeZoneTable>
  private var pipeline: Unmanaged<TimeZoneTable>

  /// The zone of local times that name none: the source's `timezone`.
  public var sourceZone: TimeZoneTable {
    get { source.takeUnretainedValue() }
    set { source = Self.kept(newValue) }
  }

  /// The zone in which an instant has its day: the pipeline's `timezone`.
  public var pipelineZone: TimeZoneTable {
    get { pipeline.takeUnretainedValue() }
    set { pipeline = Self.kept(newValue) }
  }

  /// Whether values are kept as they are written, but for white space and composition.
  @inlinable public var isText: Bool { kind == .text || kind == .longtext || kind == .picklist }

  /// A format; what is not given limits nothing, and both zones are UTC.
  public init(
    kind: Kind, side: Side, scale: Int? = nil, maxIntegerDigits: Int? = nil, blankIsFalse: Bool = false,
    fieldHoldsInstant: Bool = false, dateOrder: DateOrder? = nil, sourceZone: TimeZoneTable = .utc,
    pipelineZone: TimeZoneTable = .utc
  ) {
    self.kind = kind
    self.side = side
    self.scale = scale
    self.maxIntegerDigits = maxIntegerDigits
    self.blankIsFalse = blankIsFalse
    self.fieldHoldsInstant = fieldHoldsInstant
    self.dateOrder = dateOrder
    self.source = Self.kept(sourceZone)
    self.pipeline = Self.kept(pipelineZone)
  }

  /// UTC is never released; any other zone is retained once for each format that is made with it.
  private static func kept(_ zone: TimeZoneTable) -> Unmanaged<TimeZoneTable> {
    zone === TimeZoneTable.utc ? .passUnretained(zone) : .passRetained(zone)
  }
}
