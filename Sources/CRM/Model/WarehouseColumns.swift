/// What warehouses and mirrors call a property or field (spec, domain facts 2.12).
public enum WarehouseColumns {
  /// The names of the column that stands for a property or field of a side, the surest first. `object` is that of the table,
  /// where it decides what a name can stand for.
  public static func candidates(for field: String, of side: Side, object: String = "") -> [String] {
    let lower = field.lowercased()
    switch (side, field) {
    case (.hubspot, "hs_object_id"):
      return [
        field, "engagement_id", "property_hs_object_id", "properties__hs_object_id__value", "company_id", "contact_id",
        "deal_id", "id",
      ]
    case (.hubspot, "id") where object == "owners": return [field, "owner_id"]
    case (.hubspot, _): return [field, "property_\(lower)", "properties__\(lower)__value", "properties_\(lower)"]
    // Heroku Connect has the Salesforce id in sfid; its id is a number of its own.
    case (.salesforce, "Id"): return ["Id", "sfid", "id"]
    case (.salesforce, _): return [field, lower, snakeCase(field)]
    }
  }

  /// Fivetran's way: `CallDurationInSeconds` → `call_duration_in_seconds`, `Product2` → `product_2`, `My_Field__c` →
  /// `my_field_c`.
  public static func snakeCase(_ name: String) -> String {
    let letters = Array(name)
    var words = ""
    for (place, letter) in letters.enumerated() {
      if place > 0, letter != "_", letters[place - 1] != "_" {
        let before = letters[place - 1]
        let isHump = letter.isUppercase && !before.isUppercase
        let endsAcronym =
          letter.isUppercase && before.isUppercase && place + 1 < letters.count && letters[place + 1].isLowercase
        if isHump || endsAcronym || letter.isNumber != before.isNumber { words += "_" }
      }
      words += letter.lowercased()
    }
    return words.split(separator: "_").joined(separator: "_")
  }
}
