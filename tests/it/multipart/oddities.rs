//! A table of strange and broken bodies: those of the busboy and Multer test suites, of the
//! advisories against them, and those that the strictness of this parser is about.

use tintype::multipart::Limits;

use super::outcome::{body, boundary, run_cut_everywhere};

fn check(cases: &[(&str, &str, &str)]) {
    let limits = Limits { preamble_bytes: 16, headers_per_part: 8, ..Limits::default() };
    for (fact, text, expected) in cases {
        let outcome = run_cut_everywhere(&boundary("b"), limits, &body(text));
        assert_eq!(outcome.to_string(), *expected, "{fact}");
    }
}

/// A part's headers, without the empty line.
macro_rules! field {
    ($name:literal) => {
        concat!("--b\nContent-Disposition: form-data; name=\"", $name, "\"\n")
    };
    ($name:literal, $file:literal) => {
        concat!(
            "--b\nContent-Disposition: form-data; name=\"",
            $name,
            "\"; filename=\"",
            $file,
            "\"\n"
        )
    };
}

#[test]
fn forms_that_clients_send() {
    check(&[
        ("a field", concat!(field!("a"), "\n1\n--b--\n"), "a=1 | end"),
        ("no line end at the end", concat!(field!("a"), "\n1\n--b--"), "a=1 | end"),
        ("an empty field", concat!(field!("a"), "\n\n--b--"), "a= | end"),
        (
            "an empty file",
            concat!(field!("a", "empty.dat"), "\n\n--b--"),
            "file a \"empty.dat\"= | end",
        ),
        (
            "no file chosen",
            concat!(field!("a", ""), "Content-Type: application/octet-stream\n\n\n--b--"),
            "no file a application/octet-stream= | end",
        ),
        ("a file without a name", concat!(field!("a", ""), "\nx\n--b--"), "file a=x | end"),
        (
            "metadata before the file, under the file's name",
            concat!(field!("filepond"), "\n{}\n", field!("filepond", "a.png"), "\nx\n--b--"),
            "filepond={} | file filepond \"a.png\"=x | end",
        ),
        (
            "fields after the file",
            concat!(field!("f", "a.png"), "\nx\n", field!("caption"), "\nhi\n--b--"),
            "file f \"a.png\"=x | caption=hi | end",
        ),
        (
            "many files of one name",
            concat!(field!("f[]", "a.png"), "\nx\n", field!("f[]", "b.png"), "\ny\n--b--"),
            "file f[] \"a.png\"=x | file f[] \"b.png\"=y | end",
        ),
        (
            "names that are special in JavaScript",
            concat!(field!("__proto__"), "\n1\n", field!("toString"), "\n2\n--b--"),
            "__proto__=1 | toString=2 | end",
        ),
        (
            "a field with a content type",
            concat!(field!("a"), "Content-Type: application/json; charset=utf-8\n\n{}\n--b--"),
            "a application/json; charset=utf-8={} | end",
        ),
        (
            "an image without a file name is a field",
            concat!(field!("a"), "Content-Type: image/png\n\nx\n--b--"),
            "a image/png=x | end",
        ),
        ("an empty content type", concat!(field!("a"), "Content-Type: \n\n1\n--b--"), "a=1 | end"),
        (
            "headers in any case and order",
            "--b\nCONTENT-TYPE:text/plain\ncontent-disposition:form-data;name=a\n\n1\n--b--",
            "a text/plain=1 | end",
        ),
        (
            "other headers",
            concat!(field!("a"), "__proto__: x\nContent-Length: 9\n\n1\n--b--"),
            "a=1 | end",
        ),
        (
            "binary data",
            concat!(field!("a"), "Content-Transfer-Encoding: BINARY\n\n1\n--b--"),
            "a=1 | end",
        ),
    ]);
}

#[test]
fn boundaries_and_what_looks_like_them() {
    check(&[
        ("no parts", "--b--\n", "end"),
        ("no parts, no line end", "--b--", "end"),
        ("an empty line first", concat!("\n", field!("a"), "\n1\n--b--"), "a=1 | end"),
        ("a preamble", concat!("This is MIME.\n", field!("a"), "\n1\n--b--"), "a=1 | end"),
        ("a boundary inside a line of the preamble", "x--b\n--b--", "end"),
        ("an epilogue", concat!(field!("a"), "\n1\n--b--\nThe end.\n--b\n"), "a=1 | end"),
        ("an epilogue on the same line", concat!(field!("a"), "\n1\n--b--junk"), "a=1 | end"),
        ("padding", "--b \t\nContent-Disposition: form-data; name=a\n\n1\n--b--", "a=1 | end"),
        (
            "a part that ends with its headers",
            concat!(field!("a"), "\n--b\nContent-Disposition: form-data; name=c\n\n--b--"),
            "a= | c= | end",
        ),
        ("the boundary inside a line", concat!(field!("a"), "\nx--b\n--b--"), "a=x--b | end"),
        ("the boundary after LF", concat!(field!("a"), "\nx␊--b--\n--b--"), "a=x\\n--b-- | end"),
        ("the boundary after CR", concat!(field!("a"), "\nx␍--b--\n--b--"), "a=x\\r--b-- | end"),
        (
            "the beginning of a delimiter",
            concat!(field!("a"), "\n\n-\n--\n--a\n\n--b--"),
            "a=\\r\\n-\\r\\n--\\r\\n--a\\r\\n | end",
        ),
        (
            "carriage returns before a delimiter",
            concat!(field!("a"), "\n␍␍␍\n--b--"),
            "a=\\r\\r\\r | end",
        ),
        ("data that begins like a delimiter", concat!(field!("a"), "\n--a\n--b--"), "a=--a | end"),
        (
            "a nameless file that begins like one",
            concat!(field!("a", ""), "\n-\n--b--"),
            "file a=- | end",
        ),
        (
            "a longer boundary",
            concat!(field!("a"), "\n1\n--bc\n2\n--b--"),
            "a=1 | MALFORMED_MULTIPART BoundaryLine",
        ),
        ("text after padding", "--b x\n", "MALFORMED_MULTIPART BoundaryLine"),
        ("one dash", concat!(field!("a"), "\n1\n--b-\n"), "a=1 | MALFORMED_MULTIPART BoundaryLine"),
        ("CR without LF", "--b␍x", "MALFORMED_MULTIPART BoundaryLine"),
        ("LF without CR", "--b␊", "MALFORMED_MULTIPART BareLineFeed"),
        (
            "LF alone in the data",
            concat!(field!("a"), "\n1␊--b␊--b--"),
            "a=1\\n--b\\n--b--... | MALFORMED_MULTIPART Truncated",
        ),
    ]);
}

#[test]
fn bodies_that_are_cut_short() {
    check(&[
        ("nothing", "", "MALFORMED_MULTIPART NoBoundary"),
        ("a line end", "\n", "MALFORMED_MULTIPART NoBoundary"),
        ("part of a boundary", "--", "MALFORMED_MULTIPART NoBoundary"),
        ("another boundary", "--c\n--c--\n", "MALFORMED_MULTIPART NoBoundary"),
        (
            "no form at all",
            "{\"image\": \"data:image/png;base64,\"}",
            "MALFORMED_MULTIPART Preamble { limit: 16 }",
        ),
        ("a boundary", "--b", "MALFORMED_MULTIPART Truncated"),
        ("a boundary line", "--b\n", "MALFORMED_MULTIPART Truncated"),
        ("in the first header", "--b\nContent-Dispo", "MALFORMED_MULTIPART Truncated"),
        ("after the headers", field!("a"), "MALFORMED_MULTIPART Truncated"),
        ("before the data", concat!(field!("a"), "\n"), "a=... | MALFORMED_MULTIPART Truncated"),
        (
            "before the data of a nameless file",
            concat!(field!("a", ""), "\n"),
            "MALFORMED_MULTIPART Truncated",
        ),
        (
            "in the data",
            concat!(field!("a", "x.png"), "\n12"),
            "file a \"x.png\"=12... | MALFORMED_MULTIPART Truncated",
        ),
        (
            "in the delimiter",
            concat!(field!("a"), "\n12\n--"),
            "a=12... | MALFORMED_MULTIPART Truncated",
        ),
        (
            "after the delimiter",
            concat!(field!("a"), "\n12\n--b"),
            "a=12 | MALFORMED_MULTIPART Truncated",
        ),
        (
            "in the closing dashes",
            concat!(field!("a"), "\n12\n--b-"),
            "a=12 | MALFORMED_MULTIPART Truncated",
        ),
        (
            "after a part",
            concat!(field!("a"), "\n12\n--b\n"),
            "a=12 | MALFORMED_MULTIPART Truncated",
        ),
    ]);
}

#[test]
fn headers_that_are_refused() {
    check(&[
        ("no headers", "--b\n\n1\n--b--", "MALFORMED_MULTIPART MissingDisposition"),
        (
            "no disposition",
            "--b\nContent-Type: a/b\n\n1\n--b--",
            "MALFORMED_MULTIPART MissingDisposition",
        ),
        (
            "an empty disposition",
            "--b\nContent-Disposition: \n\n1\n--b--",
            "MALFORMED_MULTIPART NotFormData",
        ),
        (
            "two dispositions",
            concat!(field!("a"), "Content-Disposition: form-data; name=c\n\n"),
            "MALFORMED_MULTIPART DuplicateHeader(ContentDisposition)",
        ),
        (
            "two content types",
            concat!(field!("a"), "Content-Type: a/b\nContent-Type: a/b\n\n1\n--b--"),
            "MALFORMED_MULTIPART DuplicateHeader(ContentType)",
        ),
        (
            "base64",
            concat!(field!("a"), "Content-Transfer-Encoding: base64\n\nMQ==\n--b--"),
            "MALFORMED_MULTIPART TransferEncoding",
        ),
        (
            "quoted-printable",
            concat!(field!("a"), "content-transfer-encoding: Quoted-Printable\n\n=31\n--b--"),
            "MALFORMED_MULTIPART TransferEncoding",
        ),
        (
            "a flood of headers",
            "--b\na:\na:\na:\na:\na:\na:\na:\na:\na:\n\n",
            "MALFORMED_MULTIPART HeaderCount { limit: 8 }",
        ),
        (
            "a fault in the second part",
            concat!(field!("a"), "\n1\n--b\n\n2\n--b--"),
            "a=1 | MALFORMED_MULTIPART MissingDisposition",
        ),
    ]);
}

#[test]
fn head_lines_that_are_refused() {
    check(&[
        ("no empty line", concat!(field!("a"), "--b--\n"), "MALFORMED_MULTIPART HeaderLine"),
        ("no colon", concat!(field!("a"), "Content-Type\n\n"), "MALFORMED_MULTIPART HeaderLine"),
        ("no name", concat!(field!("a"), ": x\n\n"), "MALFORMED_MULTIPART HeaderLine"),
        (
            "a space before the colon",
            "--b\nContent-Disposition : form-data; name=a\n\n",
            "MALFORMED_MULTIPART HeaderLine",
        ),
        ("a CR in a header", concat!(field!("a␍b"), "\n"), "MALFORMED_MULTIPART HeaderLine"),
        ("a NUL in a header", concat!(field!("a\0b"), "\n"), "MALFORMED_MULTIPART HeaderLine"),
        (
            "a line end in a name",
            "--b\nContent-Disposition: form-data; name=\"a\nb\"\n\n",
            "MALFORMED_MULTIPART HeaderLine",
        ),
        (
            "a folded header",
            "--b\nContent-Disposition: form-data;\n name=a\n\n1\n--b--",
            "MALFORMED_MULTIPART FoldedHeader",
        ),
        ("a folded first line", "--b\n\tx: y\n\n", "MALFORMED_MULTIPART FoldedHeader"),
        (
            "LF after a header",
            "--b\nContent-Disposition: form-data; name=a␊\n1\n--b--",
            "MALFORMED_MULTIPART BareLineFeed",
        ),
        (
            "LF for the empty line",
            concat!(field!("a"), "␊1\n--b--"),
            "MALFORMED_MULTIPART BareLineFeed",
        ),
    ]);
}

#[test]
fn a_header_without_end_is_refused_at_the_limit() {
    let limits = Limits { header_block_bytes: 64, ..Limits::default() };
    let text = format!("--b\nContent-Disposition: {}", " ".repeat(999));
    let outcome = run_cut_everywhere(&boundary("b"), limits, &body(&text));
    assert_eq!(outcome.to_string(), "MALFORMED_MULTIPART HeaderBlock { limit: 64 }");
}

#[test]
fn boundaries_of_any_allowed_length_work() {
    for text in ["-", "--", "'()+_,-./:=? x", &"x".repeat(70), &"-".repeat(70)] {
        let form = format!(
            "--{text}\nContent-Disposition: form-data; name=a\n\n--\n-{text}\n--{text}--\n"
        );
        let outcome = run_cut_everywhere(&boundary(text), Limits::default(), &body(&form));
        let expected = format!("a=--\\r\\n-{} | end", text.as_bytes().escape_ascii());
        assert_eq!(outcome.to_string(), expected, "{text}");
    }
}
