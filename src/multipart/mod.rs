//! Takes a `multipart/form-data` body apart (RFC 7578 and RFC 2046) as its chunks arrive: no
//! I/O, no HTTP types, and no byte of a file copied.
//!
//! The parser is strict where leniency lets two readers of one body disagree (folded headers, bare
//! line feeds, parameters or headers given twice), and lenient where clients in the field differ
//! (case, padding, how a file name is escaped).
//!
//! ```
//! use bytes::Bytes;
//! use tintype::multipart::{Boundary, Event, Limits, Parser};
//!
//! let boundary = Boundary::from_content_type("multipart/form-data; boundary=xyz")?;
//! let mut parser = Parser::new(&boundary, Limits::default());
//! let mut photo = Vec::new();
//! let head = "--xyz\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\r\n";
//! for chunk in [head, "first half, ", "second half\r", "\n--xyz--\r\n"] {
//!     parser.push(Bytes::from_static(chunk.as_bytes()));
//!     while let Some(event) = parser.next()? {
//!         match event {
//!             Event::Part(head) => assert_eq!(head.filename.as_deref(), Some("a.png")),
//!             Event::Data(bytes) => photo.extend_from_slice(&bytes),
//!             Event::PartEnd => assert_eq!(photo, b"first half, second half"),
//!             Event::End => {}
//!         }
//!     }
//! }
//! parser.finish()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod boundary;
mod boundary_line;
mod disposition;
mod error;
mod filename;
mod header;
mod limits;
mod parameters;
mod parser;
mod scanner;
mod text;
mod usage;

pub use boundary::{Boundary, ContentTypeError};
pub use error::{Malformed, MultipartError, PartHeader};
pub use filename::{MAX_FILE_NAME_BYTES, clean};
pub use header::{PartHead, PartKind};
pub use limits::Limits;
pub use parser::{Event, Parser};
