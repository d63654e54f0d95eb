//! The HTML document around the console's pages.
//!
//! Everything that a page loads carries the build's name in its address or the nonce of its answer, so that it runs
//! under a policy that trusts nothing else. The texts travel once, as data, and the browser reads them from there.

use crate::{console::App, texts};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::MetaTags;

/// The built files that pages load; the server puts it into the context.
#[derive(Debug, Clone, Default)]
pub struct Assets {
    pub build_id: String,
}

impl Assets {
    /// What the server wrote into the page.
    #[cfg(feature = "hydrate")]
    pub fn from_page() -> Self {
        let element = document().get_element_by_id("texts");
        Self { build_id: element.and_then(|element| element.get_attribute("data-build")).unwrap_or_default() }
    }
    /// The address of one built file; it names one build's content for ever.
    pub fn path(&self, file: &str) -> String {
        format!("/pkg/{}/{file}", self.build_id)
    }
}

/// The mark in the browser's tab: a bell on the accent.
const ICON: &str = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%23005f6b'/%3E%3Cg fill='none' stroke='%23fff' stroke-width='2' stroke-linecap='round'%3E%3Cpath d='M8 20a8 8 0 0 1 16 0z'/%3E%3Cpath d='M6.5 23.500h19M16 12V9.500M14 9.500h4'/%3E%3C/g%3E%3C/svg%3E";

/// Which texts the console's pages carry to the browser.
const TEXT_PREFIXES: &[&str] = &[
    "board.",
    "console.",
    "line.",
    "login.",
    "outcome.",
    "problem.",
    "reason.",
    "report.",
    "settings.",
    "setup.",
    "state.",
    "ticket.",
    "time.",
    "ui.",
];

/// The document: head, and the router app as the whole body.
pub fn console_shell() -> impl IntoView {
    let assets = use_context::<Assets>().unwrap_or_default();
    let texts = texts::use_texts();
    let nonce = use_nonce();
    let texts_json = texts::for_page(&texts.only(TEXT_PREFIXES));
    let locale = texts.locale().to_owned();
    let (script, wasm) = (assets.path("console.js"), assets.path("console_bg.wasm"));
    view! {
        <!DOCTYPE html>
        <html lang=locale.clone()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="preload" href=assets.path("fonts/inter-latin.woff2") r#as="font" r#type="font/woff2" crossorigin="anonymous"/>
                <link rel="stylesheet" href=assets.path("console.css")/>
                <link rel="icon" href=ICON/>
                <link rel="modulepreload" href=script.clone()/>
                <link rel="preload" href=wasm.clone() r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
                <script type="application/json" id="texts" data-locale=locale.clone() data-build=assets.build_id.clone() nonce=nonce.clone() inner_html=texts_json></script>
                <script type="module" nonce=nonce inner_html=start_script(&script, &wasm)></script>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

fn start_script(script: &str, wasm: &str) -> String {
    format!("import init, {{ hydrate }} from '{script}';\ninit({{ module_or_path: '{wasm}' }}).then(hydrate);")
}
