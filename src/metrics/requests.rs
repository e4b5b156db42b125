//! Requests as they are counted: by route, method and status, each of a closed set.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::label::label;
use super::{Present, Tally, seconds};

label! {
    /// The routes of the service, each with its parameters as the router takes it.
    Route {
        /// Upload and listing.
        Images = "/v1/images",
        /// Upload of many.
        Batch = "/v1/images/batch",
        /// One record.
        Image = "/v1/images/{id}",
        /// The bytes of an image.
        Original = "/i/{name}",
        /// Is the process alive.
        Healthz = "/healthz",
        /// Is it ready.
        Readyz = "/readyz",
        /// These figures.
        Metrics = "/metrics",
        /// Every address that is none of ours.
        Other = "other",
    }
}

impl Route {
    /// The route that the router matched. Where the routes are nested, their prefix stands before.
    pub(crate) fn of(matched: &str) -> Self {
        let ours = Self::ALL.iter().find(|route| matched.ends_with(route.text()));
        ours.copied().unwrap_or(Self::Other)
    }
}

label! {
    /// The methods that mean something here.
    Method {
        /// Takes an image away.
        Delete = "DELETE",
        /// Reads.
        Get = "GET",
        /// Reads the head alone.
        Head = "HEAD",
        /// Asks what is allowed.
        Options = "OPTIONS",
        /// Changes a record.
        Patch = "PATCH",
        /// Uploads.
        Post = "POST",
        /// Taken by no route.
        Put = "PUT",
        /// Whatever else a client made up.
        Other = "other",
    }
}

impl Method {
    /// The method with this name.
    pub(crate) fn of(name: &str) -> Self {
        let known = Self::ALL.iter().find(|method| method.text() == name);
        known.copied().unwrap_or(Self::Other)
    }
}

/// The statuses that this service answers with.
const STATUSES: [u16; 20] = [
    200, 201, 202, 204, 206, 304, 400, 404, 405, 408, 409, 413, 414, 415, 416, 422, 431, 500, 502,
    503,
];

/// Another one counts as the first of its class, as a client that does not know it has to take it
/// (RFC 9110 section 15).
const fn known_status(status: u16) -> u16 {
    let mut rest = STATUSES.as_slice();
    while let [first, others @ ..] = rest {
        if *first == status {
            return status;
        }
        rest = others;
    }
    match status / 100 {
        class @ 1..=5 => class * 100,
        _ => 500,
    }
}

/// How a request ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answered {
    pub(crate) route: Route,
    pub(crate) method: Method,
    pub(crate) status: u16,
    /// From the end of its head to the beginning of the answer.
    pub(crate) elapsed: Duration,
    /// The bytes of the answer's body, where they are known by then.
    pub(crate) sent: Option<u64>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByStatus {
    route: Route,
    method: Method,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct ByRoute {
    route: Route,
    method: Method,
}

/// What is counted of requests and connections.
#[derive(Debug)]
pub(crate) struct RequestMeter {
    requests: Family<ByStatus, Counter>,
    durations: Family<ByRoute, Histogram>,
    in_flight: Gauge,
    received: Counter,
    sent: Counter,
    connections: Gauge,
    connections_limit: Gauge,
}

impl Default for RequestMeter {
    fn default() -> Self {
        Self {
            requests: Family::default(),
            durations: Family::new_with_constructor(seconds),
            in_flight: Gauge::default(),
            received: Counter::default(),
            sent: Counter::default(),
            connections: Gauge::default(),
            connections_limit: Gauge::default(),
        }
    }
}

impl RequestMeter {
    /// A request whose head has been read, until it is dropped.
    pub(crate) fn begin(&self) -> Present {
        Present::in_(&self.in_flight)
    }

    /// Counts a request whose answer begins.
    pub(crate) fn answered(&self, answered: Answered) {
        let Answered { route, method, status, elapsed, sent } = answered;
        let status = known_status(status);
        self.requests.get_or_create(&ByStatus { route, method, status }).inc();
        self.durations.get_or_create(&ByRoute { route, method }).observe(elapsed.as_secs_f64());
        self.sent.inc_by(sent.unwrap_or_default());
    }

    /// For the bytes of a body that is read.
    pub(crate) fn received(&self) -> Tally {
        Tally::of(&self.received)
    }

    /// For the bytes of a body whose length is not known when its answer begins.
    pub(crate) fn sent(&self) -> Tally {
        Tally::of(&self.sent)
    }

    /// An open connection, until it is dropped.
    pub(crate) fn connection(&self) -> Present {
        Present::in_(&self.connections)
    }

    /// How many connections there may be.
    pub(crate) fn limit_connections(&self, limit: usize) {
        self.connections_limit.set(i64::try_from(limit).unwrap_or(i64::MAX));
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let http = registry.sub_registry_with_prefix("http");
        http.register("requests", "Requests that were answered", self.requests.clone());
        let help = "The time from the head of a request to the beginning of its answer";
        let durations = self.durations.clone();
        http.register_with_unit("request_duration", help, Unit::Seconds, durations);
        let help = "Requests that are not answered yet";
        http.register("requests_in_flight", help, self.in_flight.clone());
        let help = "Bytes of request bodies that were read";
        http.register_with_unit("request_body", help, Unit::Bytes, self.received.clone());
        let help = "Bytes of response bodies that were sent";
        http.register_with_unit("response_body", help, Unit::Bytes, self.sent.clone());
        http.register("connections", "Open connections", self.connections.clone());
        let help = "The most connections that are accepted at a time";
        http.register("connections_limit", help, self.connections_limit.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_up_counts_as_something_that_is_known() {
        for (matched, route) in [
            ("/v1/images", Route::Images),
            ("/photos/v1/images/{id}", Route::Image),
            ("/photos", Route::Other),
            ("", Route::Other),
        ] {
            assert_eq!(Route::of(matched), route, "{matched}");
        }
        assert_eq!((Method::of("GET"), Method::of("get")), (Method::Get, Method::Other));
        for (status, counted) in [(201, 201), (299, 200), (418, 400), (599, 500), (999, 500)] {
            assert_eq!(known_status(status), counted);
        }
    }
}
