//! Finished scripts, compressed as far as brotli goes. That takes tens of milliseconds, so each is made once and kept.

use axum::body::Bytes;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::OnceCell;

/// The most scripts that are kept: one for each site and language.
const MOST: usize = 512;

/// Compressed scripts by the digest of what they hold.
#[derive(Default)]
pub struct Squeezed(Mutex<HashMap<String, Arc<OnceCell<Bytes>>>>);

impl Squeezed {
    /// The script of this digest, compressed. Who asks while it is being made waits for it. `None` if it cannot be made.
    pub async fn of(&self, digest: &str, script: &str) -> Option<Bytes> {
        let cell = self.cell(digest);
        let make = async || {
            let script = script.to_owned();
            tokio::task::spawn_blocking(move || squeeze(script.as_bytes())).await.ok().flatten().ok_or(())
        };
        cell.get_or_try_init(make).await.ok().cloned()
    }

    fn cell(&self, digest: &str) -> Arc<OnceCell<Bytes>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST && !all.contains_key(digest) {
            all.clear();
        }
        Arc::clone(all.entry(digest.to_owned()).or_default())
    }
}

fn squeeze(script: &[u8]) -> Option<Bytes> {
    let mut output = Vec::new();
    let options = brotli::enc::BrotliEncoderParams { quality: 11, size_hint: script.len(), ..Default::default() };
    brotli::BrotliCompress(&mut &script[..], &mut output, &options).ok()?;
    Some(output.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_script_is_made_once_and_few_are_kept() {
        let (squeezed, script) = (Squeezed::default(), "const a = 1;\n".repeat(400));
        let first = squeezed.of("a", &script).await.unwrap();
        assert!(first.len() < 100);
        assert_eq!(squeezed.of("a", "what is asked for by its digest is not looked at").await.unwrap().as_ptr(), first.as_ptr());
        for n in 0..MOST * 2 {
            squeezed.cell(&n.to_string());
        }
        assert!(squeezed.0.lock().unwrap().len() <= MOST);
        let mut plain = Vec::new();
        brotli::BrotliDecompress(&mut &first[..], &mut plain).unwrap();
        assert_eq!(plain, script.as_bytes());
    }
}
