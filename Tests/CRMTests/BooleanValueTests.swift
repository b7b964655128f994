import CRM
import Testing

@Suite struct BooleanValueTests {
  static let yes = ["true", "yes", "y", "t", "1", "on"]
  static let no = ["false", "no", "n", "f", "0", "off"]

  @Test(arguments: yes, [false, true]) func `a word for yes is true in any case`(
    _ word: String, _ upper: Bool
  ) {
    let format = ValueFormat(kind: .boolean, side: .salesforce)
    #expect(own(upper ? word.uppercased() : word, format) == Own("true"))
    #expect(own(word.prefix(1).uppercased() + word.dropFirst(), format) == Own("true"))
    #expect(own("\u{A0}" + word + " ", format) == Own("true"))
  }

  @Test(arguments: no, [false, true]) func `a word for no is false in any case`(_ word: String, _ upper: Bool) {
    let format = ValueFormat(kind: .boolean, side: .hubspot)
    #expect(own(upper ? word.uppercased() : word, format) == Own("false"))
    #expect(own(word.prefix(1).uppercased() + word.dropFirst(), format) == Own("false"))
    #expect(own("\u{0}" + word + "\t", format) == Own("false"))
  }

  @Test(arguments: [
    "true!", "-", "2", "10", "00", "01", "1.0", "-1", "yess", "ye", "tru", "truee", "nope", "oui", "x",
    "checked",
    "fal\u{17F}e", "ye\u{17F}", "Ｙ", "\u{1}t", "t t", "true;false", "falsefalse", "null",
  ]) func `any other word is refused`(_ word: String) {
    #expect(own(word, ValueFormat(kind: .boolean, side: .hubspot)) == Own("!invalid_boolean"))
  }

  @Test(arguments: ["", " ", "\u{A0}", "#N/A", "\u{0}"])
  func `a blank HubSpot cell is false where the Salesforce field is not nillable`(_ raw: String) {
    #expect(own(raw, ValueFormat(kind: .boolean, side: .hubspot, blankIsFalse: true)) == Own("false"))
    #expect(own(raw, ValueFormat(kind: .boolean, side: .hubspot)) == Own(""))
    #expect(own(raw, ValueFormat(kind: .boolean, side: .salesforce, blankIsFalse: true)) == Own(""))
    #expect(own(raw, ValueFormat(kind: .text, side: .hubspot, blankIsFalse: true)) == Own(""))
  }
}
