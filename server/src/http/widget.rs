//! The page in the widget's frame: a form, then the chat, each step a plain form post that answers with the page itself.

mod posted;

use self::posted::{Fields, Posted};
use super::{
    answer::Told,
    customer::Customer,
    pages,
    start::Start,
    widget_api::{Beginning, begin, may_read, say},
};
use crate::{
    assets,
    client::ClientAddress,
    headers::{Framing, page_policy, policy_value},
    web::Web,
};
use app::widget::{
    first::{Closed, Fault, Typed, View, WidgetPage},
    page::render,
    words::{self, problem_key},
};
use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use domain::{
    callback,
    ids::ClientKey,
    message::Side,
    site::{is_site_key, parse_origin},
    text::Texts,
    wire::{AskCallback, CustomerChat, MarkSeen, Problem, SendMessage},
};
use engine::services::{SitePage, hours::Opening};
use leptos::nonce::Nonce;
use serde::Deserialize;
use uuid::Uuid;

/// What stands around one answer: the site, the form's signed start, and whose browser it is.
struct Frame<'a> {
    web: &'a Web,
    headers: &'a HeaderMap,
    site: SitePage,
    start: Start,
    /// What stands in the form for a callback, where that is shown.
    asking: Option<AskCallback>,
    /// What is wrong with it.
    faults: Vec<Fault>,
}

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    view: String,
}

/// `GET /widget/{key}`: the form; with `?view=resume` the shape of a chat whose token comes from the host's page.
pub async fn open(State(web): State<Web>, Path(key): Path<String>, Query(wanted): Query<Wanted>, headers: HeaderMap) -> Response {
    let frame = match Frame::find(&web, &headers, &key, "").await {
        Ok(frame) => frame,
        Err(response) => return response,
    };
    let view = if wanted.view == "resume" { View::Resume } else { View::Form(Typed::default()) };
    frame.page(StatusCode::OK, view, Vec::new(), String::new())
}

/// `POST /widget/{key}/start`: makes the chat, or finds the one this page made before.
pub async fn start(State(web): State<Web>, address: ClientAddress, Posted { key, headers, fields }: Posted) -> Response {
    let frame = match Frame::find(&web, &headers, &key, &fields.start).await {
        Ok(frame) => frame,
        Err(response) => return response,
    };
    let beginning = Beginning {
        key,
        start: fields.start,
        name: fields.name.clone(),
        email: Some(fields.email.clone()),
        company: Some(fields.company.clone()),
        message: fields.message.clone(),
        by_form: true,
        locale: fields.locale.or_else(|| Some(pages::texts(&headers).locale().to_owned())),
    };
    match begin(&web, address, &headers, beginning).await {
        Ok(started) => frame.chat(StatusCode::OK, started.token, started.chat, None, String::new()),
        Err(Told(problem)) => {
            let typed = Typed { name: fields.name, email: fields.email, company: fields.company, message: fields.message };
            // A start that is of no use is not given out again: the button shall work the next time.
            let frame = if is_bad_start(&problem) { frame.renewed() } else { frame };
            frame.page(status(&problem), View::Form(typed), vec![fault(&problem)], String::new())
        }
    }
}

/// `POST /widget/{key}/send`
pub async fn send(State(web): State<Web>, Posted { key, headers, fields }: Posted) -> Response {
    let (frame, customer) = match enter(&web, &headers, &key, &fields).await {
        Ok(entered) => entered,
        Err(response) => return response,
    };
    let client = fields.client.parse().unwrap_or_else(|_| ClientKey(Uuid::new_v4()));
    let message = SendMessage { client, text: fields.message.clone(), seen: fields.seen };
    let problem = say(&web, &customer, message).await.err().map(|Told(problem)| problem);
    let kept = if problem.is_some() { fields.message } else { String::new() };
    frame.chat_of(&customer, fields.token, problem, kept).await
}

/// `POST /widget/{key}/check`: the chat as it stands.
pub async fn check(State(web): State<Web>, Posted { key, headers, fields }: Posted) -> Response {
    match enter(&web, &headers, &key, &fields).await {
        Ok((frame, customer)) => frame.chat_of(&customer, fields.token, None, fields.message).await,
        Err(response) => response,
    }
}

/// `POST /widget/{key}/end`
pub async fn end(State(web): State<Web>, Posted { key, headers, fields }: Posted) -> Response {
    let (frame, customer) = match enter(&web, &headers, &key, &fields).await {
        Ok(entered) => entered,
        Err(response) => return response,
    };
    let problem = web.services().customer_ends(&customer.caller).await.err().map(app::boundary::problem);
    frame.chat_of(&customer, fields.token, problem, fields.message).await
}

/// `POST /widget/{key}/callback`: the form that asks to be called, and what was filled in there.
pub async fn callback(State(web): State<Web>, Posted { key, headers, fields }: Posted) -> Response {
    let (mut frame, customer) = match enter(&web, &headers, &key, &fields).await {
        Ok(entered) => entered,
        Err(response) => return response,
    };
    let Fields { token, phone, message, when, .. } = fields;
    let ask = AskCallback { phone, message, when };
    if fields.open {
        frame.asking = Some(ask);
        return frame.chat_of(&customer, token, None, String::new()).await;
    }
    let wrong = callback::parse(&ask.phone, &ask.message, &ask.when, web.services().clock.now()).err().unwrap_or_default();
    if !wrong.is_empty() {
        frame.asking = Some(ask);
        frame.faults = wrong.into_iter().map(|wrong| Fault::new(&wrong.field, &wrong.why)).collect();
        return frame.chat_of(&customer, token, None, String::new()).await;
    }
    let problem = web.services().ask_callback(&customer.caller, ask.clone()).await.err().map(app::boundary::problem);
    if problem.is_some() {
        frame.asking = Some(ask);
    }
    frame.chat_of(&customer, token, problem, String::new()).await
}

/// `POST /widget/{key}/leave`: gives the token back and shows the form, with what the customer takes along into it. A
/// token that is given back already is no problem.
pub async fn leave(State(web): State<Web>, Posted { key, headers, fields }: Posted) -> Response {
    let frame = match Frame::find(&web, &headers, &key, &fields.start).await {
        Ok(frame) => frame,
        Err(response) => return response,
    };
    match Customer::by_token(&web, &fields.token).await {
        Ok(customer) if customer.of.site == frame.site.site.id => {
            if let Err(failure) = web.services().customer_leaves(&customer.caller).await {
                return frame.chat_of(&customer, fields.token, Some(app::boundary::problem(failure)), fields.message).await;
            }
        }
        Ok(_) | Err(Told(Problem::SignedOut)) => {}
        Err(Told(problem)) => return pages::problem(&headers, problem),
    }
    let typed = Typed { name: fields.name, email: fields.email, company: fields.company, message: fields.message };
    frame.renewed().page(StatusCode::OK, View::Form(typed), Vec::new(), String::new())
}

/// The frame and the customer of a form's token; with an unknown token the answer is the form again.
async fn enter<'a>(web: &'a Web, headers: &'a HeaderMap, key: &str, fields: &Fields) -> Result<(Frame<'a>, Customer), Response> {
    let frame = Frame::find(web, headers, key, &fields.start).await?;
    match Customer::by_token(web, &fields.token).await {
        Ok(customer) if customer.of.site == frame.site.site.id => {
            if let Err(Told(problem)) = may_read(web, &customer) {
                return Err(pages::problem(headers, problem));
            }
            // Without scripts each form is the sign of life that a socket would be.
            if let Err(failure) = web.services().customer_seen(&customer.caller).await {
                return Err(pages::problem(headers, app::boundary::problem(failure)));
            }
            Ok((frame, customer))
        }
        Ok(_) | Err(Told(Problem::SignedOut)) => Err(frame.signed_out(fields)),
        Err(Told(problem)) => Err(pages::problem(headers, problem)),
    }
}

impl<'a> Frame<'a> {
    /// The site of `key` with the start of the form, or a fresh one; a page for people when there is no such site.
    async fn find(web: &'a Web, headers: &'a HeaderMap, key: &str, start: &str) -> Result<Self, Response> {
        let found = if is_site_key(key) { web.services().site_by_key(key).await } else { Ok(None) };
        let site = match found {
            Ok(Some(site)) => site,
            Ok(None) => return Err(pages::no_such_site(headers)),
            Err(failure) => return Err(pages::problem(headers, app::boundary::problem(failure))),
        };
        let now = web.services().clock.now();
        let known = web.starts().verify(start, key, now).ok();
        let fresh = || Start { site_key: key.to_owned(), host: host(headers, &site.site.origins), bits: Uuid::new_v4(), issued_at: now };
        let start = known.unwrap_or_else(fresh);
        Ok(Self { web, headers, site, start, asking: None, faults: Vec::new() })
    }

    /// With another start: the old one would find the old chat again.
    fn renewed(mut self) -> Self {
        self.start.bits = Uuid::new_v4();
        self.start.issued_at = self.web.services().clock.now();
        self
    }

    fn signed_out(self, fields: &Fields) -> Response {
        let typed = Typed { message: fields.message.clone(), ..Typed::default() };
        let fault = fault(&Problem::SignedOut);
        self.renewed().page(StatusCode::UNAUTHORIZED, View::Form(typed), vec![fault], String::new())
    }

    async fn chat_of(self, customer: &Customer, token: String, problem: Option<Problem>, kept: String) -> Response {
        match self.web.services().customer_chat(&customer.caller).await {
            Ok(chat) => {
                self.was_shown(customer, &chat).await;
                let fine = if self.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
                self.chat(problem.as_ref().map_or(fine, status), token, chat, problem, kept)
            }
            Err(failure) => pages::problem(self.headers, app::boundary::problem(failure)),
        }
    }

    /// What stands in a page that the customer asked for is read: without scripts nothing else tells it. A mark that
    /// cannot be stored holds nobody up; the next page brings it.
    async fn was_shown(&self, customer: &Customer, chat: &CustomerChat) {
        let Some(last) = chat.state.last_from_other(Side::Customer).filter(|last| *last > chat.state.customer_marks.read) else { return };
        let seen = MarkSeen { delivered: last, read: last };
        if let Err(failure) = self.web.services().mark(&customer.caller, chat.conversation, seen).await {
            tracing::warn!(error = %failure, "What a customer has read could not be marked.");
        }
    }

    fn chat(mut self, status: StatusCode, token: String, chat: CustomerChat, problem: Option<Problem>, kept: String) -> Response {
        let mut faults = std::mem::take(&mut self.faults);
        faults.extend(problem.iter().map(fault));
        self.page(status, View::Chat { token, chat: Box::new(chat) }, faults, kept)
    }

    fn page(self, status: StatusCode, view: View, faults: Vec<Fault>, kept: String) -> Response {
        let texts = pages::texts(self.headers);
        let SitePage { site, queue, opening, .. } = self.site;
        let nonce = Nonce::new().to_string();
        let policy = page_policy(self.web.origin(), &nonce, &Framing::Sites(&site.origins));
        let page = WidgetPage {
            site_key: site.key,
            site_name: site.name,
            service: queue.service,
            closed: opening.map(|opening| closed(&texts, opening)),
            asking: self.asking,
            look: site.look,
            origins: site.origins,
            host_origin: self.start.host.clone(),
            start: self.web.starts().sign(&self.start),
            client: Uuid::new_v4(),
            now: self.web.services().clock.now(),
            view,
            faults,
            kept,
        };
        let html = render(&page, &texts, &assets::build_id(), &nonce);
        (status, [(header::CONTENT_SECURITY_POLICY, policy_value(&policy))], Html(html)).into_response()
    }
}

/// When the service opens again, in words for those whose clock shows the office's time.
fn closed(texts: &Texts, opening: Opening) -> Closed {
    let office = opening.local.map(|(date, minute)| words::opening(texts, date, minute, &opening.zone));
    Closed { opens: opening.at, office }
}

/// The origin around the frame, when it is one of the site's.
fn host(headers: &HeaderMap, allowed: &[String]) -> Option<String> {
    let referer = headers.get(header::REFERER)?.to_str().ok()?;
    let (scheme, rest) = referer.split_once("://")?;
    let origin = parse_origin(&format!("{scheme}://{}", rest.split(['/', '?', '#']).next()?))?;
    allowed.contains(&origin).then_some(origin)
}

fn is_bad_start(problem: &Problem) -> bool {
    matches!(problem, Problem::Invalid { field, .. } if field == "start")
}

fn status(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(problem.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn fault(problem: &Problem) -> Fault {
    let field = match problem {
        Problem::Invalid { field, .. } if ["name", "email", "message", "phone", "when"].contains(&field.as_str()) => field,
        _ => "form",
    };
    Fault::new(field, &problem_key(problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_sites_own_pages_are_hosts() {
        let allowed = vec!["http://localhost:8081".to_owned()];
        for (referer, expected) in [
            ("http://localhost:8081/shop?x=1", true),
            ("http://localhost:8081", true),
            ("https://evil.example/", false),
            ("nonsense", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::REFERER, referer.parse().unwrap());
            assert_eq!(host(&headers, &allowed).is_some(), expected, "{referer}");
        }
    }
}
