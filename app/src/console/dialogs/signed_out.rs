//! Nobody is signed in here any more: said plainly, with the way back.

use crate::{
    console::{browser, desk::use_desk, words::use_words},
    ui::{Button, Dialog, Variant},
};
use leptos::prelude::*;

#[component]
pub fn SignedOut() -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let footer = move || {
        view! {
            <Button variant=Variant::Primary on_click=move |_| browser::go_to("/login") attr:autofocus=true>{texts.get("console.signed_out.sign_in")}</Button>
        }
    };
    view! {
        <Dialog id="signed-out" alert=true open=desk.signed_out title=texts.get("console.signed_out.title") on_close=|()| browser::go_to("/login") footer=footer>
            <p>{texts.get("console.signed_out.text")}</p>
        </Dialog>
    }
}
