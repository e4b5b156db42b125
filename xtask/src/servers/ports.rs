//! Ports that nobody listens on.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context as _, Result};

/// How far above each of its ports SeaweedFS listens for gRPC.
const GRPC_OFFSET: u16 = 10_000;
/// The ports that are tried. They and those above them by [`GRPC_OFFSET`] end below 32768, where
/// Linux begins to take ports for outgoing connections, so that none of ours is taken between our
/// look and the server's start.
const RANGE: std::ops::Range<u16> = 10_000..22_000;
/// The ports that one run may come to need.
const STRIDE: u32 = 20;

/// The port on which SeaweedFS listens for gRPC beside `port`.
pub(crate) const fn grpc(port: u16) -> u16 {
    port + GRPC_OFFSET
}

/// Gives out free ports, none of them twice.
#[derive(Debug)]
pub(crate) struct Ports(std::iter::Cycle<std::ops::Range<u16>>);

impl Ports {
    /// Starts at a place that depends on the process, so that two runs at the same time do not
    /// reach for the same ports.
    pub(crate) fn new() -> Self {
        let places = u32::try_from(RANGE.len()).unwrap_or(1) / STRIDE;
        let start = (std::process::id() % places) * STRIDE;
        let mut ports = RANGE.cycle();
        for _ in 0..start {
            ports.next();
        }
        Self(ports)
    }

    /// A port that is free, and free on its gRPC side.
    pub(crate) fn take(&mut self) -> Result<u16> {
        let mut tried = self.0.by_ref().take(RANGE.len());
        tried
            .find(|port| is_free(*port) && is_free(grpc(*port)))
            .with_context(|| format!("no port of {RANGE:?} is free"))
    }
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_out_no_port_twice_and_none_in_use() {
        let mut ports = Ports::new();
        let first = ports.take().unwrap();
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, first + 1)).ok();
        let second = ports.take().unwrap();
        assert_ne!(first, second);
        assert!(taken.is_none() || second != first + 1);
    }
}
