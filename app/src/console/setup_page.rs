//! `/setup`: the first start, when nobody can sign in yet. The link with its token comes from the server's own terminal.

use super::{
    login_page::{Counter, SmallMark, from_server},
    titled,
    words::use_words,
};
use crate::ui::{Button, ButtonSize, Field, Icon, Variant};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

/// What a refused form gives back; the server puts it into the context of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupNotice {
    pub name: String,
    pub email: String,
    /// The field that is wrong (`name`, `email`, `password`, or `token` for the whole form) and a text key.
    pub problem: Option<(String, String)>,
}

#[component]
pub fn SetupPage() -> impl IntoView {
    let texts = use_words();
    let SetupNotice { name, email, problem } = from_server::<SetupNotice>();
    let token = use_query_map().with_untracked(|query| query.get("token")).unwrap_or_default();
    let wrong = move |field: &str| problem.as_ref().filter(|(at, _)| at == field).map(|(_, why)| texts.get(why));
    let whole = wrong("token");
    view! {
        <Title text=titled(&texts.get("setup.title")) />
        <Counter>
            <form class="sign-in__box" method="post" action="/setup" aria-labelledby="title">
                <SmallMark />
                <div>
                    <h1 id="title">{texts.get("setup.title")}</h1>
                    <p class="muted">{texts.get("setup.text")}</p>
                </div>
                {whole.map(|told| view! {
                    <p class="banner banner--danger" role="alert"><Icon name="warning" /><span>{told}</span></p>
                })}
                <input type="hidden" name="token" value=token />
                <Field
                    id="name"
                    name="name"
                    label=texts.get("setup.name")
                    value=name
                    error=wrong("name")
                    autocomplete="name"
                    required=true
                />
                <Field
                    id="email"
                    name="email"
                    label=texts.get("setup.email")
                    kind="email"
                    value=email
                    error=wrong("email")
                    autocomplete="username"
                    required=true
                />
                <Field
                    id="password"
                    name="password"
                    label=texts.get("setup.password")
                    kind="password"
                    hint=texts.get("setup.password_hint")
                    error=wrong("password")
                    autocomplete="new-password"
                    required=true
                />
                <Button variant=Variant::Primary size=ButtonSize::Large wide=true submit=true>{texts.get("setup.submit")}</Button>
            </form>
        </Counter>
    }
}
