//! A form of the page, as it was posted.

use super::{Frame, fault, status};
use crate::{
    http::{answer::unreadable, pages},
    web::Web,
};
use app::widget::first::{Typed, View};
use axum::{
    Form, RequestPartsExt,
    extract::{FromRequest, Path, Request},
    http::HeaderMap,
    response::Response,
};
use domain::wire::Problem;
use serde::Deserialize;

/// The fields of all forms of the page; each form has some of them.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Fields {
    pub start: String,
    pub name: String,
    pub email: String,
    pub company: String,
    pub message: String,
    pub locale: Option<String>,
    pub token: String,
    pub client: String,
    pub phone: String,
    pub when: String,
    /// Asks for a form, and sends none yet.
    pub open: bool,
    pub seen: u64,
}

/// A form that could be read. Where it could not, the answer is the page with an empty one.
pub struct Posted {
    pub key: String,
    pub headers: HeaderMap,
    pub fields: Fields,
}

impl FromRequest<Web> for Posted {
    type Rejection = Response;
    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let headers = parts.headers.clone();
        let Ok(Path(key)) = parts.extract::<Path<String>>().await else { return Err(pages::no_such_site(&headers)) };
        match Form::from_request(Request::from_parts(parts, body), web).await {
            Ok(Form(fields)) => Ok(Self { key, headers, fields }),
            Err(rejection) => Err(again(web, &headers, &key, &unreadable(&rejection)).await),
        }
    }
}

async fn again(web: &Web, headers: &HeaderMap, key: &str, problem: &Problem) -> Response {
    match Frame::find(web, headers, key, "").await {
        Ok(frame) => frame.page(status(problem), View::Form(Typed::default()), vec![fault(problem)], String::new()),
        Err(response) => response,
    }
}
