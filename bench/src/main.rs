//! The load, the sink and the plots behind `cargo xtask bench`.

fn main() {}
