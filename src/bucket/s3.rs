//! Sets up the client of an S3 bucket: which dialect it speaks and how often it tries.

use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{
    AmazonS3, AmazonS3Builder, AwsCredentialProvider, Checksum as ChecksumHeader,
};
use object_store::{BackoffConfig, ClientOptions, RetryConfig};

use super::access::Access;
use super::endpoint::Endpoint;
use super::error::ConnectError;
use super::name::BucketName;
use super::settings::{Addressing, Checksum, Limits, S3Settings};
use super::signing::Hashes;
use super::wire::Connector;

/// How long an unused connection is kept. Services close theirs without a word, some after 20 s,
/// and a request sent into a closed one costs a try.
const POOL_IDLE_TIMEOUT: Duration = Duration::from_secs(15);

/// The pause before the second try; the later ones are longer and random.
const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The client and what to tell the operator about it.
pub(super) struct S3 {
    pub(super) store: AmazonS3,
    pub(super) description: String,
}

/// Finds credentials, so that an error shows at start, and builds the client. Nothing is asked of the
/// bucket.
pub(super) async fn connect(
    bucket: &BucketName,
    settings: &S3Settings,
    limits: Limits,
) -> Result<S3, ConnectError> {
    let access = Access::find(settings).await?;
    let endpoint = access.endpoint.as_ref();
    let target = Target { bucket, endpoint, region: &access.region };
    let builder = target.address(settings.addressing())?;
    let store = dialect(builder, settings.checksum(), endpoint)
        .with_credentials(Arc::clone(&access.credentials) as AwsCredentialProvider)
        .with_retry(retries(limits))
        .with_client_options(client_options(endpoint, limits))
        .with_crypto_provider(Arc::new(Hashes))
        .with_http_connector(Connector { limits })
        .build()
        .map_err(|source| ConnectError::Client { source: source.into() })?;
    Ok(S3 { store, description: target.to_string() })
}

/// A bucket at a service.
pub(super) struct Target<'a> {
    pub(super) bucket: &'a BucketName,
    pub(super) endpoint: Option<&'a Endpoint>,
    pub(super) region: &'a str,
}

impl Target<'_> {
    fn address(&self, addressing: Addressing) -> Result<AmazonS3Builder, ConnectError> {
        Ok(AmazonS3Builder::new()
            .with_bucket_name(self.bucket.as_str())
            .with_region(self.region)
            .with_virtual_hosted_style_request(self.is_in_host(addressing))
            .with_endpoint(self.base(addressing)?))
    }

    fn is_in_host(&self, addressing: Addressing) -> bool {
        addressing.is_in_host(self.endpoint, self.bucket)
    }

    /// What comes before the path, the bucket included where it is named in the host.
    fn base(&self, addressing: Addressing) -> Result<String, ConnectError> {
        let in_host = self.is_in_host(addressing);
        match self.endpoint {
            Some(endpoint) if in_host => {
                endpoint.with_bucket(self.bucket).ok_or(ConnectError::NoHostName)
            }
            Some(endpoint) => Ok(endpoint.as_str().to_owned()),
            None if in_host => Ok(format!("https://{}.{}", self.bucket, amazon_host(self.region))),
            None => Ok(format!("https://{}", amazon_host(self.region))),
        }
    }

    /// The address of the bucket itself, without a slash at its end.
    #[cfg(feature = "cli")]
    pub(super) fn url(&self, addressing: Addressing) -> Result<String, ConnectError> {
        let base = self.base(addressing)?;
        Ok(if self.is_in_host(addressing) { base } else { format!("{base}/{}", self.bucket) })
    }
}

/// Amazon's own service in `region`. The regions of China have a domain of their own:
/// <https://docs.aws.amazon.com/general/latest/gr/s3.html>.
pub(super) fn amazon_host(region: &str) -> String {
    let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    format!("s3.{region}.{domain}")
}

impl std::fmt::Display for Target<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.endpoint {
            Some(endpoint) => write!(f, "bucket {} at {endpoint}", self.bucket),
            None => write!(f, "bucket {} in {}", self.bucket, self.region),
        }
    }
}

/// Every PUT is one plain request with its length. What differs is how the service can tell that
/// the body arrived whole: checksum headers are refused by some services
/// (<https://github.com/aws/aws-sdk-js-v3/issues/6810>), while the signature of the body is
/// understood by all; leaving the body out of the signature is safe only inside TLS.
fn dialect(
    builder: AmazonS3Builder,
    checksum: Checksum,
    endpoint: Option<&Endpoint>,
) -> AmazonS3Builder {
    let encrypted = endpoint.is_none_or(Endpoint::is_encrypted);
    // The bulk delete is a POST that some services lack, and its errors are untyped.
    let builder = builder.with_disable_bulk_delete(true);
    match checksum.resolved(endpoint) {
        Checksum::Crc64Nvme => builder
            .with_checksum_algorithm(ChecksumHeader::CRC64NVME)
            .with_unsigned_payload(encrypted),
        Checksum::Sha256 => builder.with_checksum_algorithm(ChecksumHeader::SHA256),
        Checksum::Auto | Checksum::Off => builder,
    }
}

fn retries(limits: Limits) -> RetryConfig {
    let longest = limits.longest_pause();
    RetryConfig {
        backoff: BackoffConfig {
            init_backoff: FIRST_PAUSE.min(longest),
            max_backoff: longest,
            base: 2.0,
        },
        max_retries: limits.max_retries,
        retry_timeout: limits.retry_window(),
    }
}

/// The time-outs of whole requests are the connector's; see `wire`.
pub(super) fn client_options(endpoint: Option<&Endpoint>, limits: Limits) -> ClientOptions {
    ClientOptions::new()
        .with_timeout_disabled()
        .with_connect_timeout(limits.connect_timeout)
        .with_pool_idle_timeout(POOL_IDLE_TIMEOUT)
        .with_allow_http(endpoint.is_some_and(|endpoint| !endpoint.is_encrypted()))
}

#[cfg(test)]
mod tests {
    use object_store::aws::AmazonS3ConfigKey::{
        Bucket, Checksum as Header, Endpoint, UnsignedPayload, VirtualHostedStyleRequest,
    };

    use super::{Addressing, AmazonS3Builder, Checksum, Target, amazon_host, dialect};

    const HTTP: Option<&str> = Some("http://s3.example.com");
    const HTTPS: Option<&str> = Some("https://s3.example.com");

    #[test]
    fn a_body_is_left_out_of_the_signature_only_where_tls_and_a_checksum_cover_it() {
        for (checksum, endpoint, header, unsigned) in [
            (Checksum::Auto, None, Some("crc64nvme"), "true"),
            (Checksum::Auto, HTTPS, None, "false"),
            (Checksum::Auto, HTTP, None, "false"),
            (Checksum::Crc64Nvme, HTTPS, Some("crc64nvme"), "true"),
            (Checksum::Crc64Nvme, HTTP, Some("crc64nvme"), "false"),
            (Checksum::Sha256, None, Some("sha256"), "false"),
            (Checksum::Off, None, None, "false"),
        ] {
            let endpoint = endpoint.map(|url| url.parse().unwrap());
            let builder = dialect(AmazonS3Builder::new(), checksum, endpoint.as_ref());
            let value = |key| builder.get_config_value(&key);
            assert_eq!(value(Header).as_deref(), header, "{checksum:?} {endpoint:?}");
            assert_eq!(
                value(UnsignedPayload).as_deref(),
                Some(unsigned),
                "{checksum:?} {endpoint:?}"
            );
        }
    }

    #[test]
    fn amazon_has_another_domain_in_china() {
        assert_eq!(amazon_host("eu-west-1"), "s3.eu-west-1.amazonaws.com");
        assert_eq!(amazon_host("us-gov-west-1"), "s3.us-gov-west-1.amazonaws.com");
        assert_eq!(amazon_host("cn-north-1"), "s3.cn-north-1.amazonaws.com.cn");
    }

    #[test]
    fn the_bucket_is_named_in_the_host_where_that_works() {
        let plain = "https://s3.example.com";
        let ours = "https://pics.s3.eu-west-1.amazonaws.com";
        let amazon = "https://s3.eu-west-1.amazonaws.com";
        for (bucket, endpoint, addressing, in_host, address) in [
            ("pics", None, Addressing::Auto, "true", ours),
            ("my.pics", None, Addressing::Auto, "false", amazon),
            ("pics", None, Addressing::Path, "false", amazon),
            ("pics", HTTPS, Addressing::Auto, "false", plain),
            ("pics", HTTPS, Addressing::Virtual, "true", "https://pics.s3.example.com"),
        ] {
            let endpoint = endpoint.map(|url| url.parse().unwrap());
            let bucket = bucket.parse().unwrap();
            let target =
                Target { bucket: &bucket, endpoint: endpoint.as_ref(), region: "eu-west-1" };
            let builder = target.address(addressing).unwrap();
            let value = |key| builder.get_config_value(&key);
            assert_eq!(value(Bucket).as_deref(), Some(bucket.as_str()));
            assert_eq!(value(VirtualHostedStyleRequest).as_deref(), Some(in_host), "{bucket}");
            assert_eq!(value(Endpoint).as_deref(), Some(address), "{bucket}");
        }
    }
}
