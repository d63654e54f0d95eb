//! The questions that the console asks above everything else, one at a time.

use super::why::{WhyChat, WhyNone};
use leptos::prelude::*;

mod close_window;
mod end_chat;
mod end_session;
mod hand_over;
mod signed_out;
mod ticket_form;

use {close_window::CloseWindow, end_chat::EndChat, end_session::EndSession, hand_over::HandOver, signed_out::SignedOut};

#[component]
pub fn Dialogs() -> impl IntoView {
    view! {
        <CloseWindow />
        <EndChat />
        <EndSession />
        <HandOver />
        <WhyChat />
        <WhyNone />
        <SignedOut />
    }
}
