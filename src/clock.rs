//! The edge where time comes in: everything below takes `now` as a value, so that tests and
//! simulations choose it.

use jiff::Timestamp;

/// The time of this process's clock, to the microsecond that the catalog stores.
///
/// Replicas compare these times through the catalog, so their clocks must agree to well within the
/// sweep margin; any time synchronisation does.
#[must_use]
pub(crate) fn now() -> Timestamp {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}
