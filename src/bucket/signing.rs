//! The hashes that a signed request needs. An image was hashed when it arrived, and this is where
//! `object_store` learns the result instead of hashing the same bytes again.

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use object_store::client::{
    CryptoProvider, DigestAlgorithm, DigestContext, HmacContext, Signer, SigningAlgorithm,
};
use sha2::{Digest as _, Sha256};

/// The bytes of an object on their way into the bucket.
#[derive(Clone, Debug)]
pub struct Payload {
    pub(super) bytes: Bytes,
    sha256: Option<[u8; 32]>,
}

impl Payload {
    /// Bytes whose SHA-256 is known already.
    #[must_use]
    pub const fn hashed(bytes: Bytes, sha256: [u8; 32]) -> Self {
        Self { bytes, sha256: Some(sha256) }
    }

    /// Runs `put`; when it asks for the hash of these bytes it gets the one that is known.
    pub(super) async fn lend<T>(&self, put: impl Future<Output = T>) -> T {
        match self.sha256 {
            None => put.await,
            Some(sha256) => KNOWN.scope(Known { bytes: self.bytes.clone(), sha256 }, put).await,
        }
    }
}

impl<B: Into<Bytes>> From<B> for Payload {
    fn from(bytes: B) -> Self {
        Self { bytes: bytes.into(), sha256: None }
    }
}

tokio::task_local! {
    static KNOWN: Known;
}

/// Bytes and their hash. While it lives, nothing else can be at the address of the bytes.
#[derive(Clone)]
struct Known {
    bytes: Bytes,
    sha256: [u8; 32],
}

impl Known {
    fn is_of(&self, data: &[u8]) -> bool {
        std::ptr::eq(self.bytes.as_ref(), data)
    }
}

/// SHA-256 as `object_store` asks for it.
#[derive(Debug)]
pub(super) struct Hashes;

impl CryptoProvider for Hashes {
    fn digest(&self, algorithm: DigestAlgorithm) -> object_store::Result<Box<dyn DigestContext>> {
        match algorithm {
            DigestAlgorithm::Sha256 => Ok(Box::new(Hash::default())),
            _ => Err(not_for_s3()),
        }
    }

    fn hmac(
        &self,
        algorithm: DigestAlgorithm,
        secret: &[u8],
    ) -> object_store::Result<Box<dyn HmacContext>> {
        let DigestAlgorithm::Sha256 = algorithm else { return Err(not_for_s3()) };
        let mac = Hmac::new_from_slice(secret).map_err(|source| generic(source.into()))?;
        Ok(Box::new(Signature { mac, out: [0; 32] }))
    }

    fn sign(&self, _: SigningAlgorithm, _: &[u8]) -> object_store::Result<Box<dyn Signer>> {
        Err(not_for_s3())
    }
}

/// Only Google's service signs with RSA; S3 knows SHA-256 and nothing else.
fn not_for_s3() -> object_store::Error {
    generic("S3 signs with HMAC-SHA-256 alone".into())
}

fn generic(source: Box<dyn std::error::Error + Send + Sync>) -> object_store::Error {
    object_store::Error::Generic { store: "S3", source }
}

#[derive(Default)]
struct Hash {
    hasher: Sha256,
    /// What came first, when its hash is known and nothing has come after it.
    known: Option<Known>,
    out: [u8; 32],
    begun: bool,
}

impl DigestContext for Hash {
    fn update(&mut self, data: &[u8]) {
        let first = !std::mem::replace(&mut self.begun, true);
        if first
            && let Ok(known) = KNOWN.try_with(Clone::clone)
            && known.is_of(data)
        {
            self.known = Some(known);
            return;
        }
        if let Some(known) = self.known.take() {
            self.hasher.update(&known.bytes);
        }
        self.hasher.update(data);
    }

    fn finish(&mut self) -> object_store::Result<&[u8]> {
        self.out = match self.known.take() {
            Some(known) => known.sha256,
            None => self.hasher.finalize_reset().into(),
        };
        Ok(&self.out)
    }
}

struct Signature {
    mac: Hmac<Sha256>,
    out: [u8; 32],
}

impl HmacContext for Signature {
    fn update(&mut self, data: &[u8]) {
        self.mac.update(data);
    }

    fn finish(&mut self) -> object_store::Result<&[u8]> {
        self.out = self.mac.clone().finalize().into_bytes().into();
        Ok(&self.out)
    }
}

#[cfg(test)]
mod tests {
    use sha2::Digest as _;

    use super::{Bytes, CryptoProvider as _, DigestAlgorithm, Hashes, Payload, Sha256};

    fn digest_of(parts: &[&[u8]]) -> Vec<u8> {
        let mut context = Hashes.digest(DigestAlgorithm::Sha256).unwrap();
        parts.iter().for_each(|part| context.update(part));
        context.finish().unwrap().to_vec()
    }

    #[tokio::test]
    async fn a_known_hash_stands_for_its_bytes_and_for_no_others() {
        let bytes = Bytes::from_static(b"tintype");
        let hash = |text: &str| Sha256::digest(text).to_vec();
        let marked = Payload::hashed(bytes.clone(), [7; 32]);
        marked
            .lend(async {
                assert_eq!(digest_of(&[&bytes]), [7; 32]);
                assert_eq!(digest_of(&[&b"tintype".to_vec()]), hash("tintype"), "a copy");
                assert_eq!(digest_of(&[&bytes[..4]]), hash("tint"));
                assert_eq!(digest_of(&[&bytes, b"s"]), hash("tintypes"));
                assert_eq!(digest_of(&[b"a ", &bytes]), hash("a tintype"));
            })
            .await;
        assert_eq!(digest_of(&[&bytes]), hash("tintype"));
    }
}
