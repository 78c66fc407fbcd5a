"""A built site is looked at: dead links, dead anchors, and whatever would ask the network are found."""

from claudesess_docs import checked


def test_faults_of_a_site(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "index.html").write_text(
        '<a href="sub/b.html#here">1</a><a href="sub/b.html#gone">2</a><a href="gone.html">3</a>'
        '<a href="https://example.org">4</a><a href="mailto:a@example.org">5</a>'
        '<link rel="canonical" href="https://example.org"><script src="https://example.org/x.js"></script>'
    )
    (tmp_path / "sub" / "b.html").write_text(
        '<h1 id="here">b</h1><a href="../index.html">back</a><img src="no.png">'
    )
    (tmp_path / "style.css").write_text(
        "@import 'https://fonts.example.org/a.css'; a { background: url(data:x) }"
    )
    assert list(checked.faults(tmp_path)) == [
        "index.html leads to sub/b.html#gone, an anchor that is not there",
        "index.html leads to gone.html, which is not there",
        "index.html loads https://example.org/x.js",
        "sub/b.html leads to no.png, which is not there",
        "style.css loads something from the network",
    ]
