/// What a mapping's values are (spec, semantics 1, the table of kinds).
public enum Kind: String, CaseIterable, Sendable, BitwiseCopyable {
  case text, longtext, number, boolean, picklist, multipicklist, date, datetime, owner, id
}

/// How a source writes its days with slashes or dots, where it declares `date_order` (spec, semantics 1,
/// date).
public enum DateOrder: String, Sendable, BitwiseCopyable {
  /// `M/D/YYYY`.
  case mdy
  /// `D/M/YYYY` and `D.M.YYYY`.
  case dmy
}
