/// What a header looks like that lacks the columns of its source: most often the file is whole, and declared to be something
/// else than it is. Nil if nothing is known.
func headerHint(_ names: [String]) -> String? {
  let first = names.first ?? ""
  if first.hasPrefix("\u{1F}") { return "the file seems to be packed with gzip: give it a name that ends in .gz" }
  if first.hasPrefix("PK\u{3}") { return "the file seems to be a zip archive: give it a name that ends in .zip" }
  if first.contains("\0") { return "the file seems to be UTF-16: declare `encoding: utf-16le` or `utf-16be` for it" }
  if first.hasPrefix("<") { return "the file seems to be a web page, not an export: export it again" }
  let delimiters = [(";", "\";\""), ("\t", "\"\\t\""), ("|", "\"|\""), (",", "\",\"")]
  guard names.count == 1, let found = delimiters.first(where: { first.contains($0.0) }) else { return nil }
  return "its header is a single column: declare `delimiter: \(found.1)` for it"
}
