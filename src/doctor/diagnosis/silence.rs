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

#[cfg(test)]
mod tests {
    use super::Silence;

    /// What reqwest, hyper, rustls and the resolver said when this was produced.
    #[test]
    fn the_reason_is_read_from_what_the_client_says() {
        for (causes, silence) in [
            ("tcp connect error: Connection refused (os error 111)", Silence::Closed),
            (
                "dns error: failed to lookup address information: Name or service not known",
                Silence::NoHost,
            ),
            (
                "client error (Connect): invalid peer certificate: UnknownIssuer",
                Silence::Certificate,
            ),
            ("received corrupt message of type InvalidContentType", Silence::NoTls),
            ("no answer within 8s", Silence::TooLate),
            ("tcp connect error: deadline has elapsed", Silence::TooLate),
            ("tcp connect error: Network is unreachable (os error 101)", Silence::TooLate),
            ("connection closed before message completed", Silence::Broken),
        ] {
            assert_eq!(Silence::of(causes), silence, "{causes}");
        }
    }
}
