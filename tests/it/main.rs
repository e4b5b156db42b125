//! Index.

mod multipart; // Bodies in, parts out, whatever the chunks; file names made presentable.
