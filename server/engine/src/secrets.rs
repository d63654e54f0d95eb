//! Randomness, identifiers, tokens and passwords.

use crate::{clock::Clock, failure::Failure};
use anyhow::anyhow;
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::time::Timestamp;
use rand::RngCore;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio::sync::Semaphore;
use uuid::{NoContext, Timestamp as UuidTime, Uuid};

/// Shortest password that is accepted, in characters.
pub const SHORTEST_PASSWORD: usize = 10;

/// Where random numbers come from, and how passwords are kept.
#[derive(Clone)]
pub struct Secrets {
    clock: Clock,
    /// As many passwords are hashed at a time as there are cores: each takes 19 MiB.
    hashing: Arc<Semaphore>,
    /// Verified when no such person exists, so that both cases take as long.
    nobody: Arc<str>,
}

impl Secrets {
    pub fn new(clock: Clock) -> anyhow::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let nobody = hash_now(&random_token())?;
        Ok(Self { clock, hashing: Arc::new(Semaphore::new(cores)), nobody: nobody.into() })
    }

    /// A time-ordered identifier.
    pub fn id(&self) -> Uuid {
        id_at(self.clock.now())
    }

    /// Argon2id of a password.
    pub async fn hash(&self, password: String) -> Result<String, Failure> {
        let _permit = self.hashing.acquire().await.map_err(|_| Failure::Unavailable)?;
        let hashed = tokio::task::spawn_blocking(move || hash_now(&password)).await.map_err(|e| anyhow!(e))?;
        Ok(hashed?)
    }

    /// Whether `password` belongs to `hash`; for `None` it takes as long and says no.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Failure> {
        let _permit = self.hashing.acquire().await.map_err(|_| Failure::Unavailable)?;
        let (known, hash) = (hash.is_some(), hash.unwrap_or_else(|| self.nobody.to_string()));
        let fits = tokio::task::spawn_blocking(move || match PasswordHash::new(&hash) {
            Ok(parsed) => Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok(),
            Err(_) => false,
        });
        Ok(fits.await.map_err(|e| anyhow!(e))? && known)
    }
}

/// A time-ordered identifier of what comes to be at `now`.
pub(crate) fn id_at(now: Timestamp) -> Uuid {
    let ms = u64::try_from(now.0).unwrap_or(0);
    let nanos = u32::try_from(ms % 1_000).unwrap_or(0) * 1_000_000;
    Uuid::new_v7(UuidTime::from_unix(NoContext, ms / 1_000, nanos))
}

fn hash_now(password: &str) -> anyhow::Result<String> {
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|error| anyhow!("hashing a password: {error}"))?;
    Ok(hash.to_string())
}

/// 256 random bits as text, for tokens that people carry.
pub fn random_token() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill_bytes(&mut bytes);
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// What is stored of a token.
pub fn token_hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
