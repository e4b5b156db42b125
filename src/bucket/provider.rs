//! The S3 services that people use, and what the documentation of each says about speaking to it.

use std::fmt;
use std::str::FromStr;

use super::endpoint::Endpoint;
use super::settings::{Addressing, Checksum};

/// An S3 service. It sets defaults; what is set otherwise wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// Amazon S3.
    Aws,
    /// MinIO.
    Minio,
    /// SeaweedFS.
    Seaweedfs,
    /// Cloudflare R2.
    R2,
    /// Backblaze B2.
    B2,
    /// Garage.
    Garage,
    /// The Object Gateway of Ceph.
    Ceph,
    /// Google Cloud Storage, with an HMAC key.
    Gcs,
    /// DigitalOcean Spaces.
    Spaces,
    /// Wasabi.
    Wasabi,
}

/// The text names no provider that Tintype knows.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{found:?} is not aws, minio, seaweedfs, r2, b2, garage, ceph, gcs, spaces or wasabi; an S3 \
     service without a name here needs none: set AWS_ENDPOINT_URL_S3 alone"
)]
pub struct UnknownProvider {
    /// The text as it was given.
    pub found: String,
}

/// A provider that everybody reaches at an address of their own, and no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the provider {provider} has an endpoint for each of its users, such as {form}: set \
     AWS_ENDPOINT_URL_S3, or endpoint_url in the AWS profile"
)]
pub struct EndpointNeeded {
    /// The provider.
    pub provider: Provider,
    /// What its endpoints look like.
    pub form: &'static str,
}

/// Everything that is known of a provider.
struct Facts {
    name: &'static str,
    place: Place,
    region: Region,
    addressing: Addressing,
    checksum: Checksum,
    /// What its own host names end with.
    domain: Option<&'static str>,
    /// What its header `Server` begins with.
    server: Option<&'static str>,
}

/// Where it is reached.
enum Place {
    /// The region says it.
    OfRegion,
    /// At one address.
    At(&'static str),
    /// At an address that looks like this.
    Like(&'static str),
}

/// The region that requests are signed for when nobody names one.
enum Region {
    /// No region is better than another.
    Unknown,
    /// Always this one.
    Always(&'static str),
    /// What stands in the host before the domain.
    OfHost,
}

// A body that is not checked by a checksum header is checked by its SHA-256 in the signature, which
// every upload has computed anyway. So a header is sent only where it checks what the signature
// does not.
impl Provider {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Aws,
        Self::Minio,
        Self::Seaweedfs,
        Self::R2,
        Self::B2,
        Self::Garage,
        Self::Ceph,
        Self::Gcs,
        Self::Spaces,
        Self::Wasabi,
    ];

    fn facts(self) -> Facts {
        match self {
            // <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html>,
            // <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html>
            Self::Aws => Facts {
                name: "aws",
                place: Place::OfRegion,
                region: Region::Unknown,
                addressing: Addressing::Auto,
                checksum: Checksum::Crc64Nvme,
                domain: Some("amazonaws.com"),
                server: Some("AmazonS3"),
            },
            // Path style unless MINIO_DOMAIN is set, and this region unless MINIO_SITE_REGION is:
            // <https://github.com/minio/minio/blob/master/docs/config/README.md>
            Self::Minio => Facts {
                server: Some("MinIO"),
                ..own("minio", "http://HOST:9000", Region::Always("us-east-1"))
            },
            // It checks checksum headers, but not the SHA-256 of the signature:
            // <https://github.com/seaweedfs/seaweedfs/issues/8911>,
            // <https://github.com/seaweedfs/seaweedfs/wiki/Amazon-S3-API>
            Self::Seaweedfs => Facts {
                checksum: Checksum::Crc64Nvme,
                server: Some("SeaweedFS"),
                ..own("seaweedfs", "http://HOST:8333", Region::Always("us-east-1"))
            },
            // <https://developers.cloudflare.com/r2/api/s3/api/>
            Self::R2 => Facts {
                domain: Some("r2.cloudflarestorage.com"),
                ..own("r2", "https://ACCOUNT_ID.r2.cloudflarestorage.com", Region::Always("auto"))
            },
            // <https://www.backblaze.com/apidocs/introduction-to-the-s3-compatible-api>
            Self::B2 => Facts {
                domain: Some("backblazeb2.com"),
                ..own("b2", "https://s3.REGION.backblazeb2.com", Region::OfHost)
            },
            // <https://garagehq.deuxfleurs.fr/documentation/connect/>,
            // <https://garagehq.deuxfleurs.fr/documentation/reference-manual/configuration/#s3_region>
            Self::Garage => own("garage", "http://HOST:3900", Region::Always("garage")),
            // Path style unless rgw_dns_name is set; the region is not looked at:
            // <https://docs.ceph.com/en/latest/radosgw/s3/commons/>
            Self::Ceph => Facts {
                server: Some("Ceph Object Gateway"),
                ..own("ceph", "http://HOST:7480", Region::Always("us-east-1"))
            },
            // <https://cloud.google.com/storage/docs/aws-simple-migration>,
            // <https://cloud.google.com/storage/docs/request-endpoints>
            Self::Gcs => Facts {
                place: Place::At("https://storage.googleapis.com"),
                domain: Some("storage.googleapis.com"),
                server: Some("UploadServer"),
                ..own("gcs", "", Region::Always("auto"))
            },
            // <https://docs.digitalocean.com/reference/api/spaces/>,
            // <https://docs.digitalocean.com/products/spaces/how-to/use-aws-sdks/>
            Self::Spaces => Facts {
                addressing: Addressing::Virtual,
                domain: Some("digitaloceanspaces.com"),
                ..own("spaces", "https://REGION.digitaloceanspaces.com", Region::OfHost)
            },
            // <https://docs.wasabi.com/docs/rest-api-introduction>,
            // <https://docs.wasabi.com/docs/what-are-the-service-urls-for-wasabis-different-storage-regions>
            Self::Wasabi => Facts {
                domain: Some("wasabisys.com"),
                server: Some("WasabiS3"),
                ..own("wasabi", "https://s3.REGION.wasabisys.com", Region::OfHost)
            },
        }
    }

    /// As it is typed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.facts().name
    }

    /// How it wants buckets to be named.
    #[must_use]
    pub fn addressing(self) -> Addressing {
        self.facts().addressing
    }

    /// How it can tell that a body arrived whole.
    #[must_use]
    pub fn checksum(self) -> Checksum {
        self.facts().checksum
    }

    /// The region that requests to `endpoint` are signed for when nobody names one; nothing where
    /// no region is better than another.
    pub(super) fn region(self, endpoint: &Endpoint) -> Option<String> {
        let facts = self.facts();
        let region = match facts.region {
            Region::Unknown => None,
            Region::Always(region) => Some(region),
            Region::OfHost => {
                let labels = before(endpoint.host()?, facts.domain?)?;
                // Wasabi's oldest region has a host without it.
                labels.rsplit('.').next().filter(|label| *label != "s3")
            }
        };
        region.map(str::to_owned)
    }

    /// The endpoint when nobody names one; nothing where the region says it.
    pub(super) fn endpoint(self) -> Result<Option<Endpoint>, EndpointNeeded> {
        match self.facts().place {
            Place::OfRegion => Ok(None),
            Place::At(address) => Ok(address.parse().ok()),
            Place::Like(form) => Err(EndpointNeeded { provider: self, form }),
        }
    }

    /// The provider behind an answer: by the host that was asked, else by the header `Server` of
    /// what it answered.
    #[must_use]
    pub fn recognise(server: Option<&str>, host: Option<&str>) -> Option<Self> {
        let is_at_home = |provider: &Self| {
            let domain = provider.facts().domain;
            host.zip(domain).is_some_and(|(host, domain)| is_under(host, domain))
        };
        let says_so = |provider: &Self| {
            let name = provider.facts().server;
            server.zip(name).is_some_and(|(server, name)| server.starts_with(name))
        };
        let found = Self::ALL.into_iter().find(is_at_home);
        found.or_else(|| Self::ALL.into_iter().find(says_so))
    }
}

/// A service that people run themselves or rent, with what every such service understands: path
/// style, and a signed body without further headers.
fn own(name: &'static str, form: &'static str, region: Region) -> Facts {
    Facts {
        name,
        place: Place::Like(form),
        region,
        addressing: Addressing::Path,
        checksum: Checksum::Off,
        domain: None,
        server: None,
    }
}

/// The labels of `host` before `domain`; nothing when it is not under it.
fn before<'a>(host: &'a str, domain: &str) -> Option<&'a str> {
    host.strip_suffix(domain)?.strip_suffix('.')
}

/// China's hosts have an end more, `amazonaws.com.cn`.
fn is_under(host: &str, domain: &str) -> bool {
    let host = host.strip_suffix(".cn").unwrap_or(host);
    host == domain || before(host, domain).is_some()
}

impl FromStr for Provider {
    type Err = UnknownProvider;

    fn from_str(text: &str) -> Result<Self, UnknownProvider> {
        let named = |provider: &Self| provider.as_str() == text;
        let found = Self::ALL.into_iter().find(named);
        found.ok_or_else(|| UnknownProvider { found: text.to_owned() })
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{Addressing, Checksum, Provider};

    #[test]
    fn every_provider_has_what_its_documentation_says() {
        let (auto, path, host) = (Addressing::Auto, Addressing::Path, Addressing::Virtual);
        let (crc, off) = (Checksum::Crc64Nvme, Checksum::Off);
        for (name, endpoint, addressing, region, checksum) in [
            ("aws", "https://s3.eu-central-1.amazonaws.com", auto, None, crc),
            ("minio", "http://minio:9000", path, Some("us-east-1"), off),
            ("seaweedfs", "http://weed:8333", path, Some("us-east-1"), crc),
            ("r2", "https://abc.r2.cloudflarestorage.com", path, Some("auto"), off),
            ("b2", "https://s3.eu-central-003.backblazeb2.com", path, Some("eu-central-003"), off),
            ("garage", "http://garage:3900", path, Some("garage"), off),
            ("ceph", "http://ceph:7480", path, Some("us-east-1"), off),
            ("gcs", "https://storage.googleapis.com", path, Some("auto"), off),
            ("spaces", "https://nyc3.digitaloceanspaces.com", host, Some("nyc3"), off),
            ("wasabi", "https://s3.eu-central-1.wasabisys.com", path, Some("eu-central-1"), off),
            ("wasabi", "https://s3.wasabisys.com", path, None, off),
            ("wasabi", "https://photos.example.com", path, None, off),
        ] {
            let provider: Provider = name.parse().unwrap();
            let found = (provider.addressing(), provider.checksum());
            assert_eq!(found, (addressing, checksum), "{name}");
            let endpoint = endpoint.parse().unwrap();
            assert_eq!(provider.region(&endpoint).as_deref(), region, "{name} at {endpoint}");
        }
    }

    #[test]
    fn every_provider_is_known_by_its_name() {
        for provider in Provider::ALL {
            assert_eq!(provider.to_string().parse(), Ok(provider));
            let told = "nobody".parse::<Provider>().unwrap_err().to_string();
            assert!(told.contains(provider.as_str()), "{told}");
        }
    }

    #[test]
    fn an_endpoint_is_asked_for_where_there_is_no_other_way() {
        for provider in Provider::ALL {
            match (provider, provider.endpoint()) {
                (Provider::Aws, endpoint) => assert_eq!(endpoint, Ok(None)),
                (Provider::Gcs, endpoint) => {
                    let endpoint = endpoint.unwrap().unwrap();
                    assert_eq!(endpoint.to_string(), "https://storage.googleapis.com");
                }
                (_, endpoint) => {
                    let told = endpoint.unwrap_err().to_string();
                    assert!(told.contains("such as http"), "{told}");
                }
            }
        }
    }

    #[test]
    fn a_provider_is_recognised_by_its_host_and_then_by_its_own_name() {
        for (server, host, provider) in [
            ("AmazonS3", "s3.eu-west-1.amazonaws.com", Some(Provider::Aws)),
            ("", "s3.cn-north-1.amazonaws.com.cn", Some(Provider::Aws)),
            ("AmazonS3", "proxy.internal", Some(Provider::Aws)),
            ("cloudflare", "abc.eu.r2.cloudflarestorage.com", Some(Provider::R2)),
            ("cloudflare", "photos.example.com", None),
            ("nginx", "s3.us-west-004.backblazeb2.com", Some(Provider::B2)),
            ("UploadServer", "storage.googleapis.com", Some(Provider::Gcs)),
            ("", "nyc3.digitaloceanspaces.com", Some(Provider::Spaces)),
            ("WasabiS3/7.20.2951", "s3.wasabisys.com", Some(Provider::Wasabi)),
            ("MinIO", "127.0.0.1", Some(Provider::Minio)),
            ("SeaweedFS 30GB 4.48", "localhost", Some(Provider::Seaweedfs)),
            ("Ceph Object Gateway (tentacle)", "rgw", Some(Provider::Ceph)),
            ("", "notamazonaws.com", None),
            ("", "amazonaws.com.evil.example", None),
        ] {
            let found = Provider::recognise(Some(server), Some(host));
            assert_eq!(found, provider, "{server} at {host}");
        }
        assert_eq!(Provider::recognise(None, None), None);
    }
}
