//! Why no answer came, read from what the client says about it.

/// Where the way to the service ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::doctor) enum Silence {
    /// Nobody listens at the port.
    Closed,
    /// The host has no address.
    NoHost,
    /// The certificate is not trusted, or is another's.
    Certificate,
    /// TLS was spoken to a server that does not.
    NoTls,
    /// Nothing came in time.
    TooLate,
    /// The connection broke.
    Broken,
}

/// What the system's resolver, rustls and hyper say, in lower case. The first that is found counts.
const SIGNS: [(&str, Silence); 12] = [
    ("connection refused", Silence::Closed),
    ("failed to lookup address", Silence::NoHost),
    ("dns error", Silence::NoHost),
    ("invalid peer certificate", Silence::Certificate),
    ("invalidcontenttype", Silence::NoTls),
    ("corrupt message", Silence::NoTls),
    ("wrong version number", Silence::NoTls),
    ("no answer within", Silence::TooLate),
    ("timed out", Silence::TooLate),
    ("deadline has elapsed", Silence::TooLate),
    ("no route to host", Silence::TooLate),
    ("network is unreachable", Silence::TooLate),
];

impl Silence {
    /// Reads it from the texts of an error and its causes.
    pub(in crate::doctor) fn of(causes: &str) -> Self {
        let causes = causes.to_lowercase();
        let found = SIGNS.iter().find(|(sign, _)| causes.contains(sign));
        found.map_or(Self::Broken, |(_, silence)| *silence)
    }

    /// For the table.
    pub(in crate::doctor) const fn in_short(self) -> &'static str {
        match self {
            Self::Closed => "connection refused",
            Self::NoHost => "host not found",
            Self::Certificate => "certificate not trusted",
            Self::NoTls => "no TLS there",
            Self::TooLate => "no answer in time",
            Self::Broken => "connection broke",
        }
    }
}
