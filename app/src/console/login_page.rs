//! `/login`: a plain form that works without any script.

use super::{titled, words::use_words};
use crate::ui::{Button, ButtonSize, Field, Icon, IconSize, Variant};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use serde::{Deserialize, Serialize};

/// What a refused sign-in gives back to its form; the server puts it into the context of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoginNotice {
    /// The address that was typed; never the password.
    pub email: String,
    /// A text key of what is wrong.
    pub problem: Option<String>,
}

/// What the server knows about the form, handed on to the browser with the page.
pub fn from_server<T>() -> T
where
    T: Clone + Default + Send + Sync + PartialEq + Serialize + for<'de> Deserialize<'de> + 'static,
{
    SharedValue::new(|| use_context::<T>().unwrap_or_default()).into_inner()
}

#[component]
pub fn LoginPage() -> impl IntoView {
    let texts = use_words();
    let LoginNotice { email, problem } = from_server::<LoginNotice>();
    let next = use_query_map().with_untracked(|query| query.get("next")).unwrap_or_default();
    let fails = problem.is_some();
    let told = problem.map(|key| texts.get(&key));
    view! {
        <Title text=titled(&texts.get("login.title")) />
        <Counter>
            <form class="sign-in__box" method="post" action="/login" aria-labelledby="title">
                <SmallMark />
                <div>
                    <h1 id="title">{texts.get("login.title")}</h1>
                    <p class="muted">{texts.get("login.to")}</p>
                </div>
                {told.map(|told| view! {
                    <p class="banner banner--danger" role="alert"><Icon name="warning" /><span>{told}</span></p>
                })}
                <input type="hidden" name="next" value=next />
                <Field
                    id="email"
                    name="email"
                    label=texts.get("login.email")
                    kind="email"
                    value=email
                    autocomplete="username"
                    required=true
                    autofocus=!fails
                />
                <Field
                    id="password"
                    name="password"
                    label=texts.get("login.password")
                    kind="password"
                    autocomplete="current-password"
                    required=true
                    autofocus=fails
                />
                <Button variant=Variant::Primary size=ButtonSize::Large wide=true submit=true>{texts.get("login.submit")}</Button>
                <p class="sign-in__foot">{texts.get("login.new_here")}</p>
            </form>
        </Counter>
    }
}

/// The two halves of the pages in front of the desk.
#[component]
pub fn Counter(children: Children) -> impl IntoView {
    let texts = use_words();
    view! {
        <div class="sign-in comfortable">
            <div class="sign-in__side" aria-hidden="true">
                <p class="sign-in__mark"><Icon name="deskbell" size=IconSize::Large />{texts.get("console.name")}</p>
                <p class="sign-in__line">{texts.get("login.line")}</p>
                <svg class="sign-in__bell" viewBox="0 0 24 24" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round">
                    <path d="M4 16.250a8 8 0 0 1 16 0z"></path>
                    <path d="M2.750 19.750h18.500M12 8.250V5M9.750 4.750h4.500"></path>
                </svg>
            </div>
            <main class="sign-in__form" id="main">{children()}</main>
        </div>
    }
}

/// The mark above the form where there is no room for the picture.
#[component]
pub fn SmallMark() -> impl IntoView {
    view! { <span class="sign-in__small-mark" aria-hidden="true"><Icon name="deskbell" size=IconSize::Large /></span> }
}
