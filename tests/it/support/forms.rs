//! Forms written by hand, for what no well-behaved client would send.

/// The content type of what [`body`] writes.
pub(crate) const FORM: &str = "multipart/form-data; boundary=b";

/// A file input with this name, as [`body`] takes it.
pub(crate) const PHOTO: &str = "name=\"photo\"; filename=\"photo.jpg\"";

/// A whole form. Each part is what follows `form-data; ` in its head, and its data.
pub(crate) fn body<H: AsRef<[u8]>, D: AsRef<[u8]>>(parts: &[(H, D)]) -> Vec<u8> {
    [open(parts), b"\r\n--b--\r\n".to_vec()].concat()
}

/// The same without the closing boundary and the line end before it.
pub(crate) fn open<H: AsRef<[u8]>, D: AsRef<[u8]>>(parts: &[(H, D)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for (index, (head, data)) in parts.iter().enumerate() {
        let line_end: &[u8] = if index == 0 { b"" } else { b"\r\n" };
        let start = b"--b\r\nContent-Disposition: form-data; ";
        bytes.extend([line_end, start, head.as_ref(), b"\r\n\r\n", data.as_ref()].concat());
    }
    bytes
}
