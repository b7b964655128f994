import Foundation

/// Chromium without a window, which opens a page and tells what it is like.
public struct Browser: Sendable {
  /// The installed browser; nil if there is none, and then tests that need one say that they are skipped. (On Ubuntu it is
  /// a snap, which does not run in a container.)
  public static let installed: Browser? =
    access("/usr/bin/chromium", X_OK) == 0 ? Browser(path: "/usr/bin/chromium") : nil

  private let path: String

  /// What a page is like once it is open.
  public struct Impression: Decodable, Sendable {
    /// By how many pixels the page is wider than its window.
    public let overflow: Int
    /// What the page has loaded besides itself.
    public let requests: [String]
    /// Errors, and what the content policy has refused.
    public let errors: [String]
    /// The levels of the headings, in their order.
    public let headings: [Int]
    /// Tables without a caption or with a heading cell without a scope, and pictures without title or description.
    public let nameless: [String]
    /// Texts whose contrast to their background is less than 4.5 to 1.
    public let faint: [String]
    /// The terms and figures of the page's tiles.
    public let tiles: [String: String]
    /// The background of the page, as `rgb(…)`.
    public let background: String
  }

  /// Opens a copy of a page in a window of some width, with a script that looks around: the page itself has none, and its
  /// policy would refuse it.
  ///
  /// - Throws: `HelperError` if the browser does not answer.
  public func look(at html: String, width: Int, dark: Bool) throws -> Impression {
    let sandbox = try Sandbox("browser")
    let policy = "<meta http-equiv=\"Content-Security-Policy\""
    guard html.contains(policy) else { throw HelperError("the page has no policy") }
    let watched = html.replacingOccurrences(of: policy, with: "<script>\(Self.watch)</script>\n<meta name=\"policy\"")
    try sandbox.write(
      "page.html", watched.replacingOccurrences(of: "</body>", with: "<script>\(Self.look)</script></body>"))
    // A frame may be narrower than the narrowest window.
    try sandbox.write(
      "frame.html",
      """
      <!DOCTYPE html><body><iframe src="page.html" width="\(width)" height="800" style="border: 0"></iframe>
      <script>onmessage = event => { document.body.textContent = "IMPRESSION" + event.data + "END"; };</script>
      """)
    let outcome = try Program.run(
      path: path,
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=5000",
        "--blink-settings=preferredColorScheme=\(dark ? 0 : 1)", "--user-data-dir=\(sandbox.file("profile"))",
        "--window-size=1400,900", "--dump-dom", "file://\(sandbox.file("frame.html"))",
      ])
    guard let start = outcome.output.range(of: "IMPRESSION"),
      let end = outcome.output.range(of: "END", range: start.upperBound..<outcome.output.endIndex)
    else { throw HelperError("the browser says nothing of the page: \(outcome.output.prefix(300))") }
    let text = outcome.output[start.upperBound..<end.lowerBound]
    return try JSONDecoder().decode(Impression.self, from: Data(base64Encoded: String(text)) ?? Data())
  }

  /// A page as it comes out of a printer.
  public struct Print: Sendable {
    /// How many sheets it takes.
    public let sheets: Int
    /// The headings on them, as the list of contents has them.
    public let headings: Set<String>
  }

  /// Prints a page into a PDF, with its headings as a list of contents.
  ///
  /// - Throws: `HelperError` if the browser makes none.
  public func print(_ html: String) throws -> Print {
    let sandbox = try Sandbox("print")
    try sandbox.write("page.html", html)
    _ = try Program.run(
      path: path,
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(sandbox.file("profile"))",
        "--generate-pdf-document-outline", "--print-to-pdf=\(sandbox.file("page.pdf"))",
        "file://\(sandbox.file("page.html"))",
      ])
    // What is compressed in it is no text; names, numbers and the list of contents are.
    let pdf = String(decoding: try sandbox.data("page.pdf"), as: UTF8.self)
    guard pdf.hasPrefix("%PDF") else { throw HelperError("the browser makes no PDF") }
    return Print(
      sheets: pdf.matches(of: /\/Type \/Page\b/).count,
      headings: Set(pdf.matches(of: /\/Title \(([^)]*)\)/).map { String($0.1) }))
  }

  /// A page with its rules for paper in force on the screen, so that it can be looked at.
  public static func asOnPaper(_ html: String) -> String {
    html.replacingOccurrences(of: "@media print", with: "@media all")
  }

  private static let watch = """
    var errors = [];
    addEventListener("error", event => errors.push(String(event.message)));
    addEventListener("securitypolicyviolation", event => errors.push(event.violatedDirective));
    """

  private static let look = """
    addEventListener("load", () => {
      const all = selector => [...document.querySelectorAll(selector)];
      const channels = colour => colour.match(/[0-9.]+/g).map(Number);
      const light = colour => {
        const [r, g, b] = channels(colour).map(c => c / 255).map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const behind = element => {
        for (let e = element; e; e = e.parentElement) {
          const colour = getComputedStyle(e).backgroundColor;
          if (channels(colour)[3] !== 0) return colour;
        }
        return "rgb(255, 255, 255)";
      };
      const contrast = element => {
        const style = getComputedStyle(element);
        const inks = [light(element.closest("svg") ? style.fill : style.color), light(behind(element))];
        return (Math.max(...inks) + 0.05) / (Math.min(...inks) + 0.05);
      };
      const texts = all("h1, h2, h3, p, li, a, dt, dd, caption, th, td, svg text").filter(e => e.textContent.trim());
      const nameless = all("table").filter(t => !t.caption || !t.caption.textContent.trim())
        .concat(all("th").filter(h => !h.scope), all("svg").filter(s => !s.querySelector("title") || !s.querySelector("desc")));
      const answer = {
        overflow: document.documentElement.scrollWidth - innerWidth,
        requests: performance.getEntriesByType("resource").map(entry => entry.name),
        errors: errors,
        headings: all("h1, h2, h3, h4, h5, h6").map(h => Number(h.tagName[1])),
        nameless: nameless.map(e => e.outerHTML.slice(0, 100)),
        faint: texts.filter(e => contrast(e) < 4.5).map(e => e.outerHTML.slice(0, 100)),
        tiles: Object.fromEntries(all(".tiles div").map(t => [t.children[0].textContent, t.children[1].textContent])),
        background: behind(document.body),
      };
      parent.postMessage(btoa(unescape(encodeURIComponent(JSON.stringify(answer)))), "*");
    });
    """
}
