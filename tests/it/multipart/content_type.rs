//! Which `Content-Type` values give a boundary.

use tintype::multipart::{Boundary, ContentTypeError};

use ContentTypeError::{
    BoundaryTooLong, DuplicateBoundary, EmptyBoundary, IllegalBoundary, MissingBoundary,
    NotMultipart, Syntax,
};

#[test]
fn content_types_give_their_boundary_or_say_what_is_wrong() {
    let cases = [
        ("multipart/form-data; boundary=abc", Ok("abc")),
        ("multipart/form-data;boundary=abc", Ok("abc")),
        ("Multipart/Form-Data ;\tBOUNDARY=AbC ; charset=utf-8", Ok("AbC")),
        ("multipart/form-data; charset=utf-8; boundary=\"a b\"", Ok("a b")),
        ("multipart/form-data; boundary=\"a;boundary=b\"", Err(IllegalBoundary)),
        ("multipart/form-data; x=\"; boundary=evil\"; boundary=b", Ok("b")),
        ("multipart/form-data; boundary=abc;", Ok("abc")),
        ("multipart/form-data; ; boundary=abc", Ok("abc")),
        (
            "multipart/form-data; boundary=----WebKitFormBoundaryTB2MiQ36",
            Ok("----WebKitFormBoundaryTB2MiQ36"),
        ),
        ("multipart/form-data; boundary=----=_Part_1:2/3?'()+_,.", Ok("----=_Part_1:2/3?'()+_,.")),
        ("", Err(NotMultipart)),
        ("image/png", Err(NotMultipart)),
        ("multipart/mixed; boundary=abc", Err(NotMultipart)),
        ("multipart/form-data2; boundary=abc", Err(NotMultipart)),
        ("multipart/form-data", Err(MissingBoundary)),
        ("multipart/form-data;", Err(MissingBoundary)),
        ("multipart/form-data; xboundary=abc", Err(MissingBoundary)),
        ("multipart/form-data; boundary=", Err(EmptyBoundary)),
        ("multipart/form-data; boundary=\"\"", Err(EmptyBoundary)),
        ("multipart/form-data; boundary=a; boundary=a", Err(DuplicateBoundary)),
        ("multipart/form-data; boundary=a; Boundary=b", Err(DuplicateBoundary)),
        ("multipart/form-data; boundary=a, multipart/form-data; boundary=b", Err(Syntax)),
        ("multipart/form-data; boundary", Err(Syntax)),
        ("multipart/form-data; boundary = a", Err(Syntax)),
        ("multipart/form-data; boundary=\"abc", Err(Syntax)),
        ("multipart/form-data; boundary=\"abc\"d", Err(Syntax)),
        ("multipart/form-data; boundary=a\"b", Err(Syntax)),
        ("multipart/form-data; boundary=a b", Err(Syntax)),
        ("multipart/form-data; boundary=\"abc \"", Err(IllegalBoundary)),
        ("multipart/form-data; boundary=a*b", Err(IllegalBoundary)),
        ("multipart/form-data; boundary=bücher", Err(IllegalBoundary)),
        ("multipart/form-data; boundary=\"a\r\nb\"", Err(IllegalBoundary)),
    ];
    for (value, expected) in cases {
        let boundary = Boundary::from_content_type(value);
        assert_eq!(boundary.as_ref().map(Boundary::as_str).map_err(|&e| e), expected, "{value}");
    }
}

#[test]
fn a_boundary_has_at_most_seventy_characters() {
    for (length, expected) in
        [(70, Ok(70)), (71, Err(BoundaryTooLong)), (252, Err(BoundaryTooLong))]
    {
        let value = format!("multipart/form-data; boundary={}", "x".repeat(length));
        let boundary = Boundary::from_content_type(&value);
        assert_eq!(boundary.map(|boundary| boundary.as_str().len()), expected, "{length}");
    }
}
