/// Makes ids as Salesforce gives them out.
public enum SalesforceIDs {
  /// The id of 18 characters for one of 15: each character of the suffix tells which of five letters are
  /// capitals.
  public static func full(_ short: String) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345")
    let characters = Array(short)
    var suffix = ""
    for group in stride(from: 0, to: 15, by: 5) {
      var bits = 0
      for offset in 0..<5 where group + offset < characters.count {
        if ("A"..."Z").contains(characters[group + offset]) { bits |= 1 << offset }
      }
      suffix.append(letters[bits])
    }
    return short + suffix
  }

  /// The id of account number `number`.
  public static func account(_ number: Int) -> String { id("001", number) }
  /// The id of contact number `number`.
  public static func contact(_ number: Int) -> String { id("003", number) }
  /// The id of lead number `number`.
  public static func lead(_ number: Int) -> String { id("00Q", number) }
  /// The id of opportunity number `number`.
  public static func opportunity(_ number: Int) -> String { id("006", number) }

  /// The id of record number `number` of the object whose ids begin with `prefix`.
  public static func id(_ prefix: String, _ number: Int) -> String {
    let digits = String(number)
    return full(prefix + "Dm00000" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits)
  }
}
