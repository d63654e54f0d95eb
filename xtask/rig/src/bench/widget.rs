//! What a customer's browser has to load, by the server's answers and by a real browser's count.

use super::{Arguments, figures::Figures};
use crate::{
    desk::{Desk, Launch},
    place::{Place, Sowing},
    wire::Line,
};
use anyhow::{Context, Result};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use tokio::process::Command;

/// The demo's site.
const SITE: &str = "papermoon";

#[derive(Deserialize)]
struct Demo {
    shop: String,
}

pub async fn measure(arguments: &Arguments, figures: &mut Figures) -> Result<()> {
    eprintln!("widget: what a browser loads");
    let place = Place::make(arguments.db, Sowing { agents: 0, chats: 0, canary: None }).await?;
    let desk = Desk::start(&Launch::of(arguments.program()).with("DESKBELL_DEMO", true), &place).await?;
    desk.is_ready().await?;
    weigh(&desk, figures).await?;
    let demo: Demo = serde_json::from_slice(&std::fs::read(place.directory().join("demo.json"))?)?;
    in_browser(&demo.shop, figures).await?;
    desk.stop().await?;
    place.remove().await
}

/// The bytes of each file as the server sends it to a browser that takes brotli.
async fn weigh(desk: &Desk, figures: &mut Figures) -> Result<()> {
    let mut line = Line::to(desk.address, desk.origin());
    let page = format!("/widget/{SITE}");
    let html = String::from_utf8(line.get(&page, &[]).await?.body.into())?;
    let build = html.split("/pkg/").nth(1).and_then(|rest| rest.split('/').next()).context("the page names no files")?;
    let file = |name: &str| format!("/pkg/{build}/{name}");
    let files = [
        ("bytes_br.loader", format!("/w/{SITE}.js")),
        ("bytes_br.html", page),
        ("bytes_br.css", file("widget.css")),
        ("bytes_br.js", file("widget.js")),
        ("bytes_br.wasm", file("widget_bg.wasm")),
    ];
    for (name, path) in files {
        let packed = line.get(&path, &[("accept-encoding", "br")]).await?;
        let plain = line.get(&path, &[("accept-encoding", "identity")]).await?;
        anyhow::ensure!(packed.status.is_success(), "{path} was answered with {}", packed.status);
        if packed.body.len() >= plain.body.len() {
            figures.notice(format!("{path} is not compressed: this is not the program as it is shipped"));
        }
        figures.say(name, packed.body.len() as f64);
    }
    Ok(())
}

#[derive(Deserialize)]
struct Counted {
    requests: u32,
    bytes: u64,
    before_click_requests: u32,
    before_click_bytes: u64,
    usable_ms: f64,
}

/// Requests to the desk and their bytes, headers included, until the form answers.
async fn in_browser(shop: &str, figures: &mut Figures) -> Result<()> {
    let end2end = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../end2end");
    let (Some(node), Some(chromium)) = (program("node"), program("chromium")) else {
        figures.notice("the browser's count is left out: node or chromium is not here");
        return Ok(());
    };
    if !end2end.join("node_modules/playwright-core").is_dir() {
        figures.notice("the browser's count is left out: end2end/node_modules is not there (npm ci in end2end)");
        return Ok(());
    }
    let answer =
        Command::new(node).current_dir(&end2end).arg("bench/widget.mjs").arg(shop).arg(chromium).kill_on_drop(true).output().await?;
    anyhow::ensure!(answer.status.success(), "the browser failed: {}", String::from_utf8_lossy(&answer.stderr));
    let counted: Counted = serde_json::from_slice(&answer.stdout)?;
    figures.say("browser.requests", f64::from(counted.requests));
    figures.say("browser.bytes", counted.bytes as f64);
    figures.say("browser.requests_before_click", f64::from(counted.before_click_requests));
    figures.say("browser.bytes_before_click", counted.before_click_bytes as f64);
    figures.say("browser.click_to_usable_ms", counted.usable_ms);
    Ok(())
}

fn program(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|directory| directory.join(name)).find(|path| path.is_file())
}
