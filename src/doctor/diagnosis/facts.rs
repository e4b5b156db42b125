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
    /// Whose service it is: as the settings say, else as it was recognised.
    pub(in crate::doctor) provider: Option<Provider>,
    /// A preset that would change something, for the service that was recognised.
    pub(in crate::doctor) preset: Option<Provider>,
    /// Whether the endpoint has answered a question of IAM's.
    pub(in crate::doctor) speaks_iam: bool,
}

impl Facts {
    /// The facts of a bucket and its settings, before anything was looked up.
    pub(in crate::doctor) fn of_settings(
        (bucket, prefix): (&BucketName, &Prefix),
        settings: &S3Settings,
    ) -> Self {
        let endpoint = settings.endpoint.as_ref();
        Self {
            bucket: bucket.clone(),
            prefix: prefix.clone(),
            endpoint: endpoint.cloned(),
            region: settings.region.clone().unwrap_or_default(),
            is_in_host: settings.addressing().is_in_host(endpoint, bucket),
            checksum: settings.checksum().resolved(endpoint),
            flaw: KeyFlaw::of(&settings.keys),
            provider: settings.provider.or_else(|| of_host(endpoint)),
            preset: None,
            speaks_iam: false,
        }
    }

    /// The same with the endpoint and the region that were found.
    pub(in crate::doctor) fn new(
        place: (&BucketName, &Prefix),
        settings: &S3Settings,
        access: &Access,
    ) -> Self {
        let (endpoint, region) = (access.endpoint.clone(), Some(access.region.clone()));
        Self::of_settings(place, &S3Settings { endpoint, region, ..settings.clone() })
    }

    /// Recognises the service by its host or by what it calls itself. A preset that would change
    /// nothing is none.
    pub(in crate::doctor) fn recognise(&mut self, settings: &S3Settings, server: Option<&str>) {
        let Some(endpoint) = self.endpoint.clone() else { return };
        let Some(provider) = Provider::recognise(server, endpoint.host()) else { return };
        self.provider.get_or_insert(provider);
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
        let provider = match &self.endpoint {
            Some(_) => of_host(self.endpoint.as_ref()),
            None => self.provider.or(Some(Provider::Aws)),
        };
        provider == Some(Provider::Aws)
    }

    /// Whether only an answer can tell if the service has IAM. Ceph has it from a version on:
    /// <https://docs.ceph.com/en/latest/radosgw/iam/>.
    pub(in crate::doctor) fn may_speak_iam(&self) -> bool {
        !self.is_amazon() && matches!(self.provider, None | Some(Provider::Aws | Provider::Ceph))
    }

    /// Where the service is, for people.
    pub(in crate::doctor) fn place(&self) -> String {
        match (&self.endpoint, self.provider) {
            (Some(endpoint), _) => endpoint.to_string(),
            (None, Some(provider)) if provider != Provider::Aws => provider.to_string(),
            (None, _) => format!("Amazon S3 in {}", self.region),
        }
    }

    /// The ARN of all objects that are ours.
    pub(in crate::doctor) fn objects(&self) -> String {
        objects_arn(&self.bucket, &self.prefix, Partition::of_region(&self.region))
    }

    /// What to do for a key that may do exactly what is needed.
    pub(in crate::doctor) fn least_key(&self) -> String {
        match self.setup() {
            Some(setup) => format!("have a user made with exactly what is needed: `{setup}`"),
            None => format!(
                "make a key that may read, write and delete in {} alone, in the way of {}",
                self.bucket,
                self.place()
            ),
        }
    }

    /// The command that makes a user with exactly what is needed; nothing where there is no IAM to
    /// make it in. The endpoint is said, because no command of `iam` looks for it in `.env`.
    pub(in crate::doctor) fn setup(&self) -> Option<String> {
        let prefix = match self.prefix.as_str() {
            "" => String::new(),
            prefix => format!(" --prefix {prefix}"),
        };
        let command = format!("tintype iam setup --bucket {}{prefix}", self.bucket);
        let has_iam = self.provider == Some(Provider::Seaweedfs) || self.speaks_iam;
        match &self.endpoint {
            _ if self.is_amazon() => Some(command),
            Some(endpoint) if has_iam => Some(format!("{command} --endpoint-url {endpoint}")),
            Some(_) | None => None,
        }
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

fn of_host(endpoint: Option<&Endpoint>) -> Option<Provider> {
    Provider::recognise(None, endpoint?.host())
}
