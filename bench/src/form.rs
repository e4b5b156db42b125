//! The requests of the load, as bytes that are made once and sent many times.

const BOUNDARY: &str = "----tintype-bench-b1f0a7c2d94e";

/// `POST /v1/images` of a form with `image` as its one file.
pub(crate) fn upload(image: &[u8]) -> Vec<u8> {
    let before = format!(
        "--{BOUNDARY}\r\n\
         Content-Disposition: form-data; name=\"image\"; filename=\"photo.jpg\"\r\n\
         Content-Type: image/jpeg\r\n\r\n"
    );
    let after = format!("\r\n--{BOUNDARY}--\r\n");
    let length = before.len() + image.len() + after.len();
    let head = format!(
        "POST /v1/images HTTP/1.1\r\nHost: 127.0.0.1\r\n\
         Content-Type: multipart/form-data; boundary={BOUNDARY}\r\nContent-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), before.as_bytes(), image, after.as_bytes()].concat()
}

/// `GET path`.
pub(crate) fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").into_bytes()
}
