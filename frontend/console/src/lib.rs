//! The console's entry in the browser.

use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the page that the server rendered. Called once, by the script in the page's head.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    app::console::hydrate();
}
