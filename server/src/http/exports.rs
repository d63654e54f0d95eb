//! Reports as files for spreadsheets.

use super::pages;
use crate::web::Web;
use app::boundary::{CurrentCaller, problem};
use axum::{
    Extension,
    body::Body,
    extract::{Path, Query as Parameters, State},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use domain::{
    report::{
        Drill, Query,
        csv::{self, BOM, Table},
    },
    wire::Problem,
};
use std::{collections::HashMap, convert::Infallible};

/// The list behind a number, beside the tables of [`Table`].
const LIST: &str = "list";

/// `GET /exports/{file}`: `days.csv`, `queues.csv`, `agents.csv`, `times.csv`, `list.csv`, with the filters of the page in
/// the address.
pub async fn download(
    State(web): State<Web>,
    Extension(current): Extension<CurrentCaller>,
    Path(file): Path<String>,
    Parameters(given): Parameters<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    match find(&web, current, &file, &given).await {
        Ok(response) => response,
        Err(problem) => pages::problem(&headers, problem),
    }
}

async fn find(web: &Web, current: CurrentCaller, file: &str, given: &HashMap<String, String>) -> Result<Response, Problem> {
    let caller = current.0.ok_or(Problem::SignedOut)?;
    let name = file.strip_suffix(".csv").ok_or(Problem::NotFound)?;
    let get = |key: &str| given.get(key).cloned();
    let query = Query::read(get);
    let (lines, first) = if name == LIST {
        let drill = Drill::read(get).ok_or(Problem::NotFound)?;
        let found = web.services().report_lines(&caller, &query, &drill, usize::MAX).await.map_err(problem)?;
        let mut lines = vec![csv::list_head()];
        lines.extend(found.lines.iter().map(|line| csv::list_line(line, &found)));
        (lines, format!("{}-{}", drill.measure.word(), drill.day.unwrap_or(found.days.first)))
    } else {
        let table = Table::from_word(name).ok_or(Problem::NotFound)?;
        let report = web.services().report(&caller, &query).await.map_err(problem)?;
        (csv::table(&report, table), format!("{name}-{}-{}", report.days.first, report.days.last))
    };
    Ok(answer(lines, &first))
}

/// The file, line by line.
fn answer(lines: Vec<String>, name: &str) -> Response {
    let lines = std::iter::once(BOM.to_owned()).chain(lines).map(Ok::<_, Infallible>);
    let mut response = Response::new(Body::from_stream(futures_util::stream::iter(lines)));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8; header=present"));
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"deskbell-{name}.csv\""));
    headers.insert(header::CONTENT_DISPOSITION, disposition.unwrap_or(HeaderValue::from_static("attachment")));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
