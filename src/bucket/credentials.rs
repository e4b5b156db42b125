//! Keeps the credentials that requests are signed with, and renews them before they run out.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use object_store::CredentialProvider;
use object_store::aws::AwsCredential;
use tokio::sync::Mutex;
use tokio::time::timeout;

/// How long before their end credentials are renewed.
const RENEW_BEFORE: Duration = Duration::from_secs(5 * 60);

/// The shortest time between two renewals, while the old credentials are still good.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(30);

/// The longest wait for a source of credentials; a sign-on service or a helper program may take
/// some seconds.
const MAX_WAIT: Duration = Duration::from_secs(10);

/// The credentials of one source, in the form that `object_store` signs with.
#[derive(Debug)]
pub(super) struct Renewing {
    source: SharedCredentialsProvider,
    held: RwLock<Option<Held>>,
    // Held while the source is asked, so that it is asked once and not by every request.
    asking: Mutex<()>,
}

#[derive(Clone, Debug)]
struct Held {
    credential: Arc<AwsCredential>,
    renew_at: Option<SystemTime>,
    ends_at: Option<SystemTime>,
}

impl Renewing {
    pub(super) fn new(source: SharedCredentialsProvider) -> Self {
        Self { source, held: RwLock::default(), asking: Mutex::default() }
    }

    /// Where the credentials come from.
    #[cfg(feature = "iam")]
    pub(super) fn source(&self) -> SharedCredentialsProvider {
        self.source.clone()
    }

    /// The credentials to sign with at `now`. They are renewed when their end is near; if that
    /// fails, the old ones serve for as long as they are good.
    pub(super) async fn current(
        &self,
        now: SystemTime,
    ) -> Result<Arc<AwsCredential>, CredentialsError> {
        let held = match self.held() {
            Some(held) if held.is_fresh(now) => return Ok(held.credential),
            held => held.filter(|held| held.is_good(now)),
        };
        let Some(held) = held else {
            let _asking = self.asking.lock().await;
            return match self.held() {
                Some(held) if held.is_good(now) => Ok(held.credential),
                Some(_) | None => self.renew(now).await,
            };
        };
        let Ok(_asking) = self.asking.try_lock() else {
            return Ok(held.credential);
        };
        match self.renew(now).await {
            Ok(credential) => Ok(credential),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "AWS credentials could not be renewed; the old ones serve until they end"
                );
                self.keep(held.retried_at(now + TRY_AGAIN_AFTER))
            }
        }
    }

    async fn renew(&self, now: SystemTime) -> Result<Arc<AwsCredential>, CredentialsError> {
        let credentials = timeout(MAX_WAIT, self.source.provide_credentials())
            .await
            .map_err(|_| CredentialsError::provider_timed_out(MAX_WAIT))??;
        self.keep(Held::new(&credentials, now))
    }

    fn keep(&self, held: Held) -> Result<Arc<AwsCredential>, CredentialsError> {
        let credential = Arc::clone(&held.credential);
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Some(held);
        Ok(credential)
    }

    fn held(&self) -> Option<Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Held {
    fn new(credentials: &Credentials, now: SystemTime) -> Self {
        let credential = AwsCredential {
            key_id: credentials.access_key_id().to_owned(),
            secret_key: credentials.secret_access_key().to_owned(),
            token: credentials.session_token().map(str::to_owned),
        };
        let ends_at = credentials.expiry();
        // Credentials that end sooner than that are not asked for anew by each request.
        let soonest = now + TRY_AGAIN_AFTER;
        let renew_at = ends_at.map(|end| (end - RENEW_BEFORE).max(soonest));
        Self { credential: Arc::new(credential), renew_at, ends_at }
    }

    fn is_fresh(&self, now: SystemTime) -> bool {
        self.renew_at.is_none_or(|at| now < at)
    }

    fn is_good(&self, now: SystemTime) -> bool {
        self.ends_at.is_none_or(|at| now < at)
    }

    fn retried_at(self, at: SystemTime) -> Self {
        Self { renew_at: Some(at), ..self }
    }
}

#[async_trait]
impl CredentialProvider for Renewing {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AwsCredential>> {
        self.current(wall_clock()).await.map_err(|source| object_store::Error::Generic {
            store: "AWS credentials",
            source: source.into(),
        })
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the end of a credential is a moment on the wall clock, and object_store asks for a \
              credential without saying when it is"
)]
pub(super) fn wall_clock() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::{Arc, Mutex};
    use std::time::{Duration, SystemTime};

    use aws_credential_types::Credentials;
    use aws_credential_types::provider::error::CredentialsError;
    use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};

    use super::Renewing;

    /// A foreign source of credentials that gives the scripted answers, then none.
    #[derive(Debug)]
    struct Script(Mutex<VecDeque<Credentials>>);

    impl ProvideCredentials for Script {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let next = self.0.lock().unwrap().pop_front();
            future::ProvideCredentials::new(async {
                tokio::task::yield_now().await;
                next.ok_or_else(CredentialsError::not_loaded_no_source)
            })
        }
    }

    fn at(minute: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(minute * 60)
    }

    fn script(answers: &[(&str, Option<u64>)]) -> Arc<Renewing> {
        let answers = answers
            .iter()
            .map(|(id, end)| Credentials::new(*id, "secret-of-all", None, end.map(at), "script"));
        let script = Script(Mutex::new(answers.collect()));
        Arc::new(Renewing::new(SharedCredentialsProvider::new(script)))
    }

    async fn key(credentials: &Renewing, minute: u64) -> Option<String> {
        credentials.current(at(minute)).await.ok().map(|found| found.key_id.clone())
    }

    #[tokio::test]
    async fn credentials_are_renewed_five_minutes_before_their_end() {
        let credentials = script(&[("first", Some(60)), ("second", Some(120))]);
        for (minute, expected) in [(0, "first"), (54, "first"), (55, "second"), (114, "second")] {
            assert_eq!(key(&credentials, minute).await.as_deref(), Some(expected), "at {minute}");
        }
    }

    #[tokio::test]
    async fn old_credentials_serve_until_their_end_when_renewal_fails() {
        let credentials = script(&[("only", Some(60))]);
        for (minute, expected) in
            [(0, Some("only")), (55, Some("only")), (59, Some("only")), (60, None)]
        {
            assert_eq!(key(&credentials, minute).await.as_deref(), expected, "at {minute}");
        }
    }

    #[tokio::test]
    async fn credentials_without_an_end_are_asked_for_once() {
        let credentials = script(&[("static", None)]);
        assert_eq!(key(&credentials, 0).await.as_deref(), Some("static"));
        assert_eq!(key(&credentials, 1_000_000).await.as_deref(), Some("static"));
    }

    #[tokio::test]
    async fn many_requests_ask_the_source_once() {
        let credentials = script(&[("first", Some(60)), ("second", Some(120))]);
        let many = (0..20).map(|_| key(&credentials, 0));
        let keys = futures_util::future::join_all(many).await;
        assert!(keys.iter().all(|key| key.as_deref() == Some("first")), "{keys:?}");
    }

    #[tokio::test]
    async fn debug_shows_no_secret() {
        let credentials = script(&[("first", None)]);
        key(&credentials, 0).await;
        assert!(!format!("{credentials:?}").contains("secret-of-all"));
    }
}
