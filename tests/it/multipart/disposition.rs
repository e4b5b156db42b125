//! Names and file names as clients write them.

use tintype::multipart::Limits;

use super::outcome::{boundary, part, run_cut_everywhere};

fn check(cases: &[(&[u8], &str)]) {
    let boundary = boundary("b");
    for (disposition, expected) in cases {
        let outcome = run_cut_everywhere(&boundary, Limits::default(), &part(disposition));
        assert_eq!(outcome.to_string(), *expected, "{}", disposition.escape_ascii());
    }
}

#[test]
fn parameters_are_told_apart() {
    check(&[
        (br#"form-data; name="a""#, "a=x | end"),
        (b"form-data; name=a", "a=x | end"),
        (br#"Form-Data;NAME="a";FileName="f.png""#, r#"file a "f.png"=x | end"#),
        (b"form-data; name=files[]; filename=f.png", r#"file files[] "f.png"=x | end"#),
        (br#"form-data; name="a" ;"#, "a=x | end"),
        (br#"form-data; filename="f.png"; name="a""#, r#"file a "f.png"=x | end"#),
        // A file name cannot pose as another parameter.
        (br#"form-data; filename="x; name=evil"; name="f""#, r#"file f "x; name=evil"=x | end"#),
        (
            br#"form-data; filename="x\"; name=\"evil"; name="f""#,
            r#"file f "x\"; name=\"evil"=x | end"#,
        ),
        (br#"form-data; xname="evil"; name="a"; name2="evil""#, "a=x | end"),
        (br#"form-data; name="__proto__""#, "__proto__=x | end"),
        (br#"form-data; name="constructor[prototype][x]""#, "constructor[prototype][x]=x | end"),
        (br#"form-data; name=" ""#, " =x | end"),
    ]);
}

#[test]
fn escapes_are_undone() {
    check(&[
        // Percent escapes of the HTML standard, and what only looks like one.
        (br#"form-data; name="a%22b%0D%0Ac%0a%41%""#, r#"a\"b\r\nc\n%41%=x | end"#),
        (
            br#"form-data; name="a"; filename="%22%0d%0A100%25.png""#,
            r#"file a "\"100%25.png"=x | end"#,
        ),
        // Backslashes: of paths, of curl and urllib3, of a name that ends in one.
        (br#"form-data; name="a"; filename="C:\dir\x.png""#, r#"file a "x.png"=x | end"#),
        (br#"form-data; name="a"; filename="\\host\share\x.png""#, r#"file a "x.png"=x | end"#),
        (
            br#"form-data; name="a"; filename="say \"hi\".png""#,
            r#"file a "say \"hi\".png"=x | end"#,
        ),
        (br#"form-data; name="a\\""#, r#"a\\=x | end"#),
        (br#"form-data; name="a"; filename="../../etc/passwd""#, r#"file a "passwd"=x | end"#),
        (br#"form-data; name="a"; filename="..""#, "file a=x | end"),
        // Character sets that nobody declares.
        (
            r#"form-data; name="ä"; filename="Menü 写真.png""#.as_bytes(),
            r#"file ä "Menü 写真.png"=x | end"#,
        ),
        (b"form-data; name=\"\xe4\"; filename=\"Men\xfc.png\"", r#"file ä "Menü.png"=x | end"#),
    ]);
}

#[test]
fn the_extended_file_name_wins_where_it_can_be_read() {
    check(&[
        (
            br#"form-data; name="a"; filename*=utf-8'en'n%C3%A4me.txt"#,
            r#"file a "näme.txt"=x | end"#,
        ),
        (
            br#"form-data; name="a"; filename="n.txt"; filename*=UTF-8''n%C3%A4.txt"#,
            r#"file a "nä.txt"=x | end"#,
        ),
        (
            br#"form-data; name="a"; filename*="UTF-8''n%C3%A4.txt"; filename="n.txt""#,
            r#"file a "nä.txt"=x | end"#,
        ),
        (br#"form-data; name="a"; filename*=ISO-8859-1''n%E4.txt"#, r#"file a "nä.txt"=x | end"#),
        (br#"form-data; name="a"; filename*=UTF-8''..%2F..%2Fx.png"#, r#"file a "x.png"=x | end"#),
        (
            br#"form-data; name="a"; filename*=UTF-8''%FF.png; filename="n.png""#,
            r#"file a "n.png"=x | end"#,
        ),
        (
            br#"form-data; name="a"; filename*=UTF-8''%4.png; filename="n.png""#,
            r#"file a "n.png"=x | end"#,
        ),
        (
            br#"form-data; name="a"; filename*=Shift_JIS''x; filename="n.png""#,
            r#"file a "n.png"=x | end"#,
        ),
        (br#"form-data; name="a"; filename*=x.png; filename="n.png""#, r#"file a "n.png"=x | end"#),
        (
            br#"form-data; name="a"; filename*=UTF-8''; filename="n.png""#,
            r#"file a "n.png"=x | end"#,
        ),
        (br#"form-data; name="a"; filename*=bad"#, "file a=x | end"),
    ]);
}

#[test]
fn a_file_may_have_no_name() {
    check(&[
        (br#"form-data; name="a"; filename="""#, "file a=x | end"),
        (br#"form-data; name="a"; filename="#, "file a=x | end"),
        (br#"form-data; name="a"; filename*=UTF-8''"#, "file a=x | end"),
    ]);
}

#[test]
fn dispositions_that_are_refused() {
    check(&[
        (b"form-data", "MISSING_FIELD_NAME"),
        (br#"form-data; filename="f.png""#, "MISSING_FIELD_NAME"),
        (br#"form-data; name="""#, "MISSING_FIELD_NAME"),
        (b"form-data; name=", "MISSING_FIELD_NAME"),
        (b"", "MALFORMED_MULTIPART NotFormData"),
        (br#"attachment; name="a""#, "MALFORMED_MULTIPART NotFormData"),
        (br#"form-data name="a""#, "MALFORMED_MULTIPART NotFormData"),
        (br#"form-data; name="a"; name="b""#, "MALFORMED_MULTIPART DuplicateParameter"),
        (br#"form-data; name="a"; Name=a"#, "MALFORMED_MULTIPART DuplicateParameter"),
        (b"form-data; name=a; filename=b; filename=b", "MALFORMED_MULTIPART DuplicateParameter"),
        (br#"form-data; name="a"#, "MALFORMED_MULTIPART Disposition"),
        (br#"form-data; name="a"b""#, "MALFORMED_MULTIPART Disposition"),
        (br#"form-data; name="a\""#, "MALFORMED_MULTIPART Disposition"),
        (br#"form-data; name="a" filename="b""#, "MALFORMED_MULTIPART Disposition"),
        (b"form-data; name=a filename=b", "MALFORMED_MULTIPART Disposition"),
        (b"form-data; name", "MALFORMED_MULTIPART Disposition"),
        (b"form-data; =a", "MALFORMED_MULTIPART Disposition"),
        (b"form-data; name=\"a\x00b\"", "MALFORMED_MULTIPART HeaderLine"),
    ]);
}
