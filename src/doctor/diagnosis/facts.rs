//! What is known of the set-up before anybody is asked.

use crate::bucket::{
    Access, BucketName, Checksum, Endpoint, Partition, Prefix, Provider, S3Settings, objects_arn,
};

use super::secret::KeyFlaw;

/// The set-up, as far as words about it need it; no secret is among it.
#[derive(Clone, Debug)]
pub(in crate::doctor) struct Facts {
    /// The bucket's name.
    pub(in crate::doctor) bucket: BucketName,
    /// The part of it that is ours.
    pub(in crate::doctor) prefix: Prefix,
    /// The service, when it is not Amazon's.
    pub(in crate::doctor) endpoint: Option<Endpoint>,
    /// The region that requests are signed for.
    pub(in crate::doctor) region: String,
    /// Whether the bucket is named in the host.
    pub(in crate::doctor) is_in_host: bool,
    /// What goes with a body.
    pub(in crate::doctor) checksum: Checksum,
    /// What is wrong with the key at sight.
    pub(in crate::doctor) flaw: Option<KeyFlaw>,
    /// A preset that would change something, for the service that was recognised.
    pub(in crate::doctor) preset: Option<Provider>,
}

impl Facts {
    /// The facts of a bucket and its settings, with the endpoint and the region that were found.
    pub(in crate::doctor) fn new(
        (bucket, prefix): (&BucketName, &Prefix),
        settings: &S3Settings,
        access: &Access,
    ) -> Self {
        let endpoint = access.endpoint.as_ref();
        Self {
            bucket: bucket.clone(),
            prefix: prefix.clone(),
            endpoint: endpoint.cloned(),
            region: access.region.clone(),
            is_in_host: settings.addressing().is_in_host(endpoint, bucket),
            checksum: settings.checksum().resolved(endpoint),
            flaw: KeyFlaw::of(&settings.keys),
            preset: None,
        }
    }

    /// Recognises the service by its host or by what it calls itself. A preset that would change
    /// nothing is none.
    pub(in crate::doctor) fn recognise(&mut self, settings: &S3Settings, server: Option<&str>) {
        let Some(endpoint) = self.endpoint.clone() else { return };
        let Some(provider) = Provider::recognise(server, endpoint.host()) else { return };
        let settings = S3Settings { provider: Some(provider), ..settings.clone() };
        let addressing = settings.addressing().is_in_host(Some(&endpoint), &self.bucket);
        let region = provider.region(&endpoint).filter(|_| settings.region.is_none());
        let changes = settings.checksum().resolved(Some(&endpoint)) != self.checksum
            || addressing != self.is_in_host
            || region.is_some_and(|region| region != self.region);
        self.preset = changes.then_some(provider);
    }

    /// Whether the service is Amazon's own.
    pub(in crate::doctor) fn is_amazon(&self) -> bool {
        let host = self.endpoint.as_ref().map(Endpoint::host);
        host.is_none_or(|host| Provider::recognise(None, host) == Some(Provider::Aws))
    }

    /// Where the service is, for people.
    pub(in crate::doctor) fn place(&self) -> String {
        match &self.endpoint {
            Some(endpoint) => endpoint.to_string(),
            None => format!("Amazon S3 in {}", self.region),
        }
    }

    /// The ARN of all objects that are ours.
    pub(in crate::doctor) fn objects(&self) -> String {
        objects_arn(&self.bucket, &self.prefix, Partition::of_region(&self.region))
    }

    /// The command that makes a user with exactly what is needed.
    pub(in crate::doctor) fn setup(&self) -> String {
        let prefix = match self.prefix.as_str() {
            "" => String::new(),
            prefix => format!(" --prefix {prefix}"),
        };
        format!("tintype iam setup --bucket {}{prefix}", self.bucket)
    }

    /// A command of Amazon's own tool on this bucket.
    pub(in crate::doctor) fn aws(&self, command: &str) -> String {
        let endpoint = match &self.endpoint {
            Some(endpoint) => format!(" --endpoint-url {endpoint}"),
            None => String::new(),
        };
        format!("aws s3api {command} --bucket {}{endpoint}", self.bucket)
    }
}
