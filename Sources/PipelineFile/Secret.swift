/// A text that must not show up in a log, a manifest, a staging table or an error message: a URL with a
/// password.
///
/// However it is printed, it is `(hidden)`; only `reveal` gives it away.
public struct Secret: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  private let text: String

  /// Hides a text.
  public init(_ text: String) { self.text = text }

  /// The text itself, for the one who connects with it.
  public func reveal() -> String { text }

  /// What prints show: never the text.
  public var description: String { "(hidden)" }
  /// What debug prints show: never the text.
  public var debugDescription: String { "(hidden)" }
  /// What dumps show: nothing.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
