//! The first administrator, by the one-time link that the first start prints.

use super::{answer::unreadable, console, login, pages};
use crate::{
    client::{self, ClientAddress},
    web::Web,
};
use app::{boundary::CurrentCaller, console::SetupNotice};
use axum::{
    Form,
    extract::{FromRequest, Request, State},
    http::{StatusCode, request::Parts},
    response::Response,
};
use domain::wire::Problem;
use engine::services::FirstAdmin;
use leptos::prelude::provide_context;
use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields {
    token: String,
    name: String,
    email: String,
    password: String,
}

/// `POST /setup`: makes the administrator, signs them in, and spends the link.
pub async fn set_up(State(web): State<Web>, address: ClientAddress, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let form = Request::from_parts(parts.clone(), body);
    let fields = match Form::<Fields>::from_request(form, &()).await {
        Ok(Form(fields)) => fields,
        Err(rejection) => return pages::problem(&parts.headers, unreadable(&rejection)),
    };
    if let Err(too_many) = web.limits().sign_ins_per_address.check(&address.network()) {
        return pages::problem(&parts.headers, super::answer::Told::from(too_many).0);
    }
    let admin = FirstAdmin { name: fields.name.clone(), email: fields.email.clone(), password: fields.password.clone() };
    let user_agent = client::user_agent(&parts.headers);
    match web.services().set_up(&fields.token, admin, Some(address.0.to_string()), user_agent).await {
        Ok(signed_in) => login::signed_in_to(&web, &signed_in, "/"),
        Err(failure) => refused(&web, parts, fields, app::boundary::problem(failure)).await,
    }
}

async fn refused(web: &Web, parts: Parts, fields: Fields, problem: Problem) -> Response {
    let status = StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    let (field, why) = match problem {
        Problem::Internal { .. } => return pages::problem(&parts.headers, problem),
        Problem::Invalid { field, why } => (field, why),
        _ => ("token".to_owned(), "setup.link_over".to_owned()),
    };
    let token: String = fields.token.chars().filter(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    let request = console::asked_for(parts, &format!("/setup?token={token}"));
    let notice = SetupNotice { name: fields.name, email: fields.email, problem: Some((field, why)) };
    let mut response = console::render(web, request, CurrentCaller(None), move || provide_context(notice.clone())).await;
    *response.status_mut() = status;
    response
}
