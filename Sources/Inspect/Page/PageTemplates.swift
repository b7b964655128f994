import Mustache

/// The templates of the page, which are compiled into the program.
///
/// Attributes take numbers and words of ours only, never a value or a name of the data: the library escapes whole
/// characters, and a quote with an accent on it is another character, which a browser still takes for the end of the
/// attribute. In text that does no harm.
enum PageTemplates {
  private static let texts: [String: [UInt8]] = [
    "page": PackageResources.page_mustache, "section": PackageResources.section_mustache,
    "table": PackageResources.table_mustache, "flow": PackageResources.flow_mustache,
    "stages": PackageResources.stages_mustache, "chart": PackageResources.chart_mustache,
    "style": PackageResources.style_mustache,
  ]

  /// The page of this content.
  ///
  /// - Throws: what the library says of a template that it cannot read.
  static func render(_ content: PageContent) throws -> String {
    let templates = try texts.mapValues { try MustacheTemplate(string: String(decoding: $0, as: UTF8.self)) }
    return MustacheLibrary(templates: templates).render(content, withTemplate: "page") ?? ""
  }
}
