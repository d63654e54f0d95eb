//! The widget's document, rendered in one go: no stream, no router, nothing that waits.

use super::{
    app::App,
    brand::Colours,
    first::{TEXTS, WidgetPage},
};
use crate::{
    texts::{for_page, provide_texts},
    ui::IconsUrl,
};
use domain::{
    site::Site,
    text::{Texts, escape_html},
};
use leptos::prelude::*;
use serde_json::json;
use std::sync::LazyLock;

/// The script that runs before the bundle, without its comments.
static BOOT: LazyLock<String> = LazyLock::new(|| {
    let lines = include_str!("page/boot.js").lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
});
const CSS: &str = include_str!("page/page.css");

/// The whole document of a widget page. `nonce` allows its scripts and styles in the Content-Security-Policy of the
/// answer.
pub fn render(page: &WidgetPage, texts: &Texts, build_id: &str, nonce: &str) -> String {
    let texts = carried(texts);
    let pkg = format!("/pkg/{}", escape_html(build_id));
    let icons = format!("{pkg}/icons.svg");
    let body = body(page.clone(), texts.clone(), icons.clone());
    let (locale, nonce) = (escape_html(texts.locale()), escape_html(nonce));
    let title = escape_html(&texts.with("widget.title", &[("site", &page.site_name)]));
    let (first, words, brand) = (page.to_json(), for_page(&texts), Colours::of(&page.look.brand).css());
    let boot = &*BOOT;
    format!(
        r#"<!DOCTYPE html>
<html lang="{locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"><meta name="robots" content="noindex"><title>{title}</title>
<link rel="stylesheet" href="{pkg}/widget.css"><style nonce="{nonce}">{brand}{CSS}</style>
<link rel="modulepreload" href="{pkg}/widget.js" nonce="{nonce}"><link rel="preload" as="fetch" type="application/wasm" crossorigin href="{pkg}/widget_bg.wasm">
<script type="application/json" id="first" data-icons="{icons}">{first}</script><script type="application/json" id="texts" data-locale="{locale}">{words}</script>
<script nonce="{nonce}">{boot}</script>
<script type="module" nonce="{nonce}">import('{pkg}/widget.js').then(async (bundle) => {{ await bundle.default({{ module_or_path: '{pkg}/widget_bg.wasm' }}); bundle.hydrate(); }}).catch((problem) => {{ console.error(problem); deskbell.fail(); }});</script>
</head><body class="brand comfortable">{body}<script nonce="{nonce}">deskbell.settle()</script></body></html>
"#
    )
}

/// The texts that the page needs in the browser.
fn carried(texts: &Texts) -> Texts {
    let some = texts.only(TEXTS);
    let entries = some.entries().iter().filter(|(key, _)| !key.starts_with("problem.page.")).map(|(key, text)| (key.clone(), text.clone()));
    Texts::new(texts.locale(), entries.collect())
}

/// The components' HTML, in an owner of its own that is gone when this returns.
fn body(page: WidgetPage, texts: Texts, icons: String) -> String {
    let owner = Owner::new_root(None);
    let html = owner.with(|| {
        provide_texts(texts);
        provide_context(IconsUrl(icons));
        view! { <App page=page /> }.to_html()
    });
    owner.unset_with_forced_cleanup();
    html
}

/// What the embed script of a site is told, as JSON that may stand in a script.
pub fn loader_settings(site: &Site, texts: &Texts, public_origin: &str, build_id: &str) -> String {
    let colours = Colours::of(&site.look.brand);
    let title = texts.with("widget.title", &[("site", &site.name)]);
    let settings = json!({
        "key": site.key,
        "origin": public_origin,
        "build": build_id,
        "brand": site.look.brand,
        "position": "end",
        "locale": texts.locale(),
        "colours": {
            "fill_light": colours.fill.light(),
            "fill_dark": colours.fill.dark(),
            "hover_light": colours.hover.light(),
            "hover_dark": colours.hover.dark(),
            "on": colours.on.light(),
            "text_light": colours.text.light(),
            "text_dark": colours.text.dark(),
        },
        "texts": {
            "open": texts.get("widget.open"),
            "close": texts.get("widget.close"),
            "unread_one": texts.get("widget.open_unread_one"),
            "unread_other": texts.get("widget.open_unread_other"),
            "title": title,
            "news": texts.get("widget.news"),
        },
    });
    settings.to_string().replace('<', "\\u003c")
}

#[cfg(test)]
#[path = "page/tests.rs"]
mod tests;
