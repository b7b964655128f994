import Activities
import Records
import Testing

/// HTML as plain text (activities-pipelines 6, "Text").
@Suite struct PlainTextTests {
  private func plain(_ html: String) -> String {
    var maker = PlainTextMaker()
    return Array(html.utf8).withUnsafeBufferPointer { maker.make($0).text }
  }

  @Test(arguments: [
    ("<p>Bring the <b>plan</b></p>", "Bring the plan"), ("Tom &amp; Ada<br>agreed", "Tom & Ada\nagreed"),
    ("<div>Likes tea</div><div>Has a dog</div>", "Likes tea\nHas a dog"),
    ("a<!-- <br> -->b", "ab"), ("a<!-- never ends <p>x</p>", "a"),
    ("a<script type=\"x\">if (a<b) {}</script>b<STYLE>p{}</STYLE>c", "abc"), ("a<style>never", "a"),
    ("a<BR/>b<br class=\"x\" />c", "a\nb\nc"), ("<li>a</li><tr>b</tr><h1>c</h1><h6>d</h6>", "a\nb\nc\nd"),
    ("a < b <3 c<d>e</d>f", "a < b <3 cef"), ("<a href=\"x\">link</a> <!doctype html>", "link"),
    ("&lt;b&gt; &quot;x&quot; &apos;y&apos; a&nbsp;b", "<b> \"x\" 'y' a b"), ("&#65;&#x42;&#x1F600;", "AB😀"),
    ("&amp;lt;", "&lt;"), ("&#0; &#xD800; &#x110000; &unknown; &#; &", "&#0; &#xD800; &#x110000; &unknown; &#; &"),
    ("a  \t b", "a b"), ("a \n  b", "a\nb"), ("a\n\n\n\nb", "a\n\nb"), ("a<br><br><br>b", "a\n\nb"),
  ])
  func `the steps follow one another as the spec lists them`(html: String, expected: String) {
    #expect(plain(html) == expected)
  }

  @Test(arguments: ["<p ", "<br ", "</", "<!"])
  func `tags that never end take no longer than others of their length`(start: String) {
    let text = String(repeating: start, count: 400_000)
    let time = ContinuousClock().measure { _ = plain(text) }
    #expect(time < .seconds(20), "\(time)")
  }
}
