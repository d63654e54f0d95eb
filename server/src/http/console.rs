//! The console's pages and server functions, with what they find in their context.

use super::pages;
use crate::{
    assets,
    config::Origin,
    headers::{Framing, page_policy, policy_value},
    web::Web,
};
use app::{
    boundary::CurrentCaller,
    shell::{Assets, console_shell},
    texts::provide_texts,
};
use axum::{
    Extension,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{Method, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use domain::text::Texts;
use engine::services::Services;
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;

/// No page is longer: an agent's few chats, each with all that may be written in it, have room.
const LONGEST_PAGE_BYTES: usize = 64 << 20;
/// Pages for those who are not signed in.
const OPEN_TO_ALL: [&str; 2] = ["/login", "/setup"];

/// The patterns of all pages of the console.
pub fn paths() -> Vec<String> {
    leptos_axum::generate_route_list(console_shell).iter().map(|route| route.path().to_owned()).collect()
}

/// The addresses of all server functions.
pub fn calls() -> impl Iterator<Item = &'static str> {
    leptos::server_fn::axum::server_fn_paths().map(|(path, _)| path)
}

/// `GET /demo`: the way to the demo shop, where there is one.
pub async fn demo(State(web): State<Web>, request: Request) -> Response {
    match web.shop() {
        Some(shop) => Redirect::to(shop).into_response(),
        None => pages::nothing_here(request).await,
    }
}

/// `GET` of a page; without a sign-in the way leads to `/login` and back.
pub async fn page(State(web): State<Web>, Extension(current): Extension<CurrentCaller>, request: Request) -> Response {
    let path = request.uri().path();
    if current.0.is_none() && !OPEN_TO_ALL.contains(&path) {
        let back = request.uri().path_and_query().map_or("/", |whole| whole.as_str());
        return Redirect::to(&super::login::address(Some(back))).into_response();
    }
    render(&web, request, current, || {}).await
}

/// Renders the page that `request` asks for. `more` puts further things into its context.
///
/// The render is driven to its end and gathered, whether or not anybody still wants it: one that is dropped half-way
/// would leak, and a page is small.
pub async fn render(web: &Web, request: Request, current: CurrentCaller, more: impl Fn() + Clone + Send + Sync + 'static) -> Response {
    let context = Context::of(web, &request, current);
    let provide = move || {
        context.provide();
        context.set_policy();
        more();
    };
    let rendered = tokio::spawn(async move {
        let (parts, body) = leptos_axum::render_app_async_with_context(provide, console_shell)(request).await.into_parts();
        match to_bytes(body, LONGEST_PAGE_BYTES).await {
            Ok(body) => Response::from_parts(parts, Body::from(body)),
            Err(error) => {
                tracing::error!(%error, "A page could not be gathered.");
                pages::broken()
            }
        }
    });
    rendered.await.unwrap_or_else(|_| pages::broken())
}

/// The same page as if it had been asked for by `GET` of `uri`: what a form post answers when it was refused.
pub fn asked_for(parts: axum::http::request::Parts, uri: &str) -> Request {
    let mut request = Request::from_parts(parts, Body::empty());
    *request.method_mut() = Method::GET;
    if let Ok(uri) = uri.parse::<Uri>() {
        *request.uri_mut() = uri;
    }
    request.headers_mut().remove(header::CONTENT_LENGTH);
    request.headers_mut().remove(header::CONTENT_TYPE);
    request
}

/// `POST /api/console/{name}`
pub async fn call(State(web): State<Web>, Extension(current): Extension<CurrentCaller>, request: Request) -> Response {
    let context = Context::of(&web, &request, current);
    leptos_axum::handle_server_fns_with_context(move || context.provide(), request).await.into_response()
}

#[derive(Clone)]
struct Context {
    services: Services,
    current: CurrentCaller,
    texts: Texts,
    origin: Origin,
}

impl Context {
    fn of(web: &Web, request: &Request, current: CurrentCaller) -> Self {
        Self { services: web.services().clone(), current, texts: pages::texts(request.headers()), origin: web.origin().clone() }
    }
    fn provide(&self) {
        provide_context(self.services.clone());
        provide_context(self.current.clone());
        provide_context(Assets { build_id: assets::build_id() });
        provide_texts(self.texts.clone());
    }
    /// The page's own policy: its nonce was made with its context.
    fn set_policy(&self) {
        if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) {
            let policy = page_policy(&self.origin, &nonce, &Framing::Nobody);
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy_value(&policy));
        }
    }
}
