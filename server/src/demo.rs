//! The demo: a few people with passwords of their own in each data directory, and a shop that embeds the widget.
//!
//! The shop stands on `localhost`, the desk on `127.0.0.1`: two sites to a browser, so that everybody sees the hard case
//! in which the frame may have no storage.

use crate::{config::secret::create_private, web::Web};
use anyhow::Context;
use axum::{
    Router,
    http::{StatusCode, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use engine::{
    demo::{DemoPlan, PEOPLE, seed},
    services::Services,
};
use rand::TryRngCore;
use serde::{Deserialize, Serialize};
use std::{fs, io::ErrorKind, io::Write, path::Path};

/// The key of the demo's site.
pub const SITE_KEY: &str = "papermoon";
const PAGE: &str = include_str!("embed/shop.html");

/// `demo.json` in the data directory: what a person needs to try the demo.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Demo {
    pub console: String,
    pub shop: String,
    pub agents: Vec<DemoSignIn>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DemoSignIn {
    pub name: String,
    pub email: String,
    pub password: String,
}

/// Fills the desk with the demo, or finds it there, and lets the shop at `shop` frame the widget.
pub async fn prepare(services: &Services, data: &Path, console: &str, shop: &str) -> anyhow::Result<Demo> {
    let path = data.join("demo.json");
    let passwords = passwords(&path)?;
    let plan = DemoPlan { passwords: passwords.clone(), shop_origin: shop.to_owned() };
    let agents = seed(services, &plan).await.context("cannot fill in the demo")?;
    let sign_ins = agents.into_iter().zip(passwords).map(|(agent, password)| DemoSignIn { name: agent.name, email: agent.email, password });
    let demo = Demo { console: console.to_owned(), shop: shop.to_owned(), agents: sign_ins.collect() };
    write(&path, &demo)?;
    Ok(demo)
}

/// The passwords of an earlier start, or new ones.
fn passwords(path: &Path) -> anyhow::Result<[String; PEOPLE]> {
    let mut made: [String; PEOPLE] = Default::default();
    for slot in &mut made {
        *slot = password()?;
    }
    match fs::read_to_string(path) {
        Ok(text) => {
            let demo: Demo =
                serde_json::from_str(&text).with_context(|| format!("{} is damaged: remove it with the database", path.display()))?;
            for (slot, sign_in) in made.iter_mut().zip(demo.agents) {
                *slot = sign_in.password;
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
    Ok(made)
}

/// Sixteen letters and digits that are not taken for one another, in groups of four.
fn password() -> anyhow::Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut random = [0u8; 16];
    rand::rngs::OsRng.try_fill_bytes(&mut random).context("no randomness from the system")?;
    let letters: Vec<char> = random.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    Ok(letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

/// Replaces the file at once, so that nobody reads half of it.
fn write(path: &Path, demo: &Demo) -> anyhow::Result<()> {
    let fresh = path.with_extension("json.new");
    if let Err(error) = fs::remove_file(&fresh)
        && error.kind() != ErrorKind::NotFound
    {
        return Err(error).with_context(|| format!("cannot remove {}", fresh.display()));
    }
    let mut file = create_private(&fresh).with_context(|| format!("cannot make {}", fresh.display()))?;
    let text = serde_json::to_string_pretty(demo)?;
    writeln!(file, "{text}").and_then(|()| fs::rename(&fresh, path)).with_context(|| format!("cannot write {}", path.display()))
}

/// The shop: one page with the one line that embeds the widget.
pub fn shop_router(web: Web) -> Router {
    let page = PAGE.replace("__WIDGET_SRC__", &format!("{}/w/{SITE_KEY}.js", web.origin().url));
    let page = move || async move { ([(header::CACHE_CONTROL, "no-store")], Html(page)) };
    Router::new().route("/", get(page)).route("/favicon.ico", get(|| async { StatusCode::NO_CONTENT })).fallback(nothing)
}

async fn nothing() -> Response {
    (StatusCode::NOT_FOUND, "not found").into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_stay_with_their_data_directory() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("demo.json");
        let first = passwords(&path).unwrap();
        assert_ne!(first[0], first[1]);
        let agents =
            first.iter().map(|password| DemoSignIn { name: "A".into(), email: "a@b.example".into(), password: password.clone() }).collect();
        let demo = Demo { console: String::new(), shop: String::new(), agents };
        write(&path, &demo).unwrap();
        write(&path, &demo).unwrap();
        assert_eq!(passwords(&path).unwrap(), first);
    }
}
