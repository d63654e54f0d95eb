//! `/settings/hours/ID` and `/settings/hours/new`. The spans of a day are one field: `9:00-12:00, 13:00-17:30`.

use super::{
    ChangedLine, Loaded,
    controls::{FaultLine, Setting, fault},
    form::{SettingsForm, use_relook},
    open_now::OpenNow,
    values::Values,
};
use crate::{
    api,
    console::words::use_words,
    ui::{Button, ButtonSize, Empty, Field, Variant},
};
use domain::{
    hours::{Date, Exception, Hours, Span},
    settings::{HoursSettings, Settings, Wrong},
};
use leptos::{html, prelude::*};
use leptos_router::hooks::use_params_map;

const BACK: &str = "/settings/hours";
/// The most dates that are unlike others.
const MOST_EXCEPTIONS: usize = 200;

#[component]
pub fn OneHoursPage() -> impl IntoView {
    let texts = use_words();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get_str("id").unwrap_or_default().to_owned()));
    view! {
        <Loaded view=move |settings: Settings, _| {
            let wanted = id.get_untracked();
            let known = settings.hours.iter().find(|hours| hours.id.to_string() == wanted).cloned();
            match known {
                None if wanted != "new" => {
                    view! {
                        <section class="sheet">
                            <Empty icon="calendar" title=texts.get("settings.hours.missing") text=texts.get("settings.hours.missing_text")>
                                <a class="button button--secondary" href=BACK>{texts.get("settings.hours")}</a>
                            </Empty>
                        </section>
                    }
                    .into_any()
                }
                known => view! { <HoursForm zones=settings.zones known=known /> }.into_any(),
            }
        } />
    }
}

#[component]
fn HoursForm(zones: Vec<String>, known: Option<HoursSettings>) -> impl IntoView {
    let texts = use_words();
    let id = known.as_ref().map(|hours| hours.id);
    let changed = known.as_ref().and_then(|hours| hours.changed.clone());
    let day = vec![Span { from: 9 * 60, to: 17 * 60 }];
    let week = [day.clone(), day.clone(), day.clone(), day.clone(), day, Vec::new(), Vec::new()];
    let new = Hours { name: String::new(), zone: String::new(), week, exceptions: Vec::new() };
    let hours = known.map_or(new, |hours| hours.hours);
    let title = if id.is_some() { hours.name.clone() } else { texts.get("settings.hours.new") };
    let check = Callback::new(move |values: Values| {
        let (hours, mut wrong) = read(&values);
        let more: Vec<_> = hours.problems().into_iter().map(|one| at_its_row(one, &values)).collect();
        wrong.extend(more.into_iter().filter(|one| !wrong.iter().any(|known| known.field == one.field)).collect::<Vec<_>>());
        wrong
    });
    let save = Action::new_local(move |values: &Values| {
        let hours = read(values).0;
        async move { api::settings::save_hours(id, hours).await.map(|_| ()).map_err(|error| error.0) }
    });
    let shown = RwSignal::new(hours.clone());
    let on_change = Callback::new(move |values: Values| shown.set(read(&values).0));
    let aside = view! { <OpenNow hours=shown.into() /> }.into_any();
    view! {
        <SettingsForm title=title about=texts.get("settings.hours.about") check=check save=save back=BACK on_change=on_change aside=aside>
            <Setting title=texts.get("settings.hours.names") text=texts.get("settings.hours.names_text")>
                <div class="two">
                    <Field id="f-name" name="name" label=texts.get("settings.name") value=hours.name error=fault("name") />
                    <ZoneField zones=zones zone=hours.zone />
                </div>
            </Setting>
            <Week week=hours.week />
            <Exceptions exceptions=hours.exceptions />
            <ChangedLine changed=changed />
        </SettingsForm>
    }
}

/// A field with the names of the time zones to choose from.
#[component]
fn ZoneField(zones: Vec<String>, zone: String) -> impl IntoView {
    let (texts, error) = (use_words(), fault("zone"));
    let options = zones.into_iter().map(|zone| view! { <option value=zone></option> }).collect_view();
    view! {
        <div class="field">
            <label class="field__label" for="f-zone">{texts.get("settings.zone")}</label>
            <input
                class="input"
                id="f-zone"
                name="zone"
                list="zones"
                value=zone
                autocomplete="off"
                placeholder="Europe/Berlin"
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby="f-zone-error"
            />
            <datalist id="zones">{options}</datalist>
            <FaultLine id="f-zone-error" error=error />
        </div>
    }
}

#[component]
fn Week(week: [Vec<Span>; 7]) -> impl IntoView {
    let (texts, relook) = (use_words(), use_relook());
    let inputs: [NodeRef<html::Input>; 7] = std::array::from_fn(|_| NodeRef::new());
    let copy = move |_| {
        let Some(monday) = inputs[0].get_untracked() else { return };
        for day in inputs[1..5].iter().filter_map(|day| day.get_untracked()) {
            day.set_value(&monday.value());
        }
        relook.look();
    };
    let days = week.into_iter().enumerate().map(move |(n, spans)| {
        let name = format!("day_{n}");
        let (id, error_id, error) = (format!("f-{name}"), format!("f-{name}-error"), fault(&name));
        view! {
            <div class="field field--row">
                <label class="field__label" for=id.clone()>{texts.get(&format!("settings.day.{n}"))}</label>
                <input
                    class="input"
                    id=id
                    name=name
                    value=spans_text(&spans)
                    node_ref=inputs[n]
                    placeholder=texts.get("settings.hours.closed")
                    autocomplete="off"
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=format!("{error_id} hours-hint")
                />
                <FaultLine id=error_id.clone() error=error />
            </div>
        }
    });
    view! {
        <Setting title=texts.get("settings.hours.week") text=texts.get("settings.hours.week_text")>
            {days.collect_view()}
            <p class="field__hint" id="hours-hint">{texts.get("settings.hours.hint")}</p>
            <div><Button variant=Variant::Plain size=ButtonSize::Small on_click=copy>{texts.get("settings.hours.copy")}</Button></div>
        </Setting>
    }
}

#[component]
fn Exceptions(exceptions: Vec<Exception>) -> impl IntoView {
    let (texts, relook) = (use_words(), use_relook());
    let first: Vec<(usize, Option<Exception>)> = exceptions.into_iter().enumerate().map(|(n, one)| (n, Some(one))).collect();
    let next = StoredValue::new(first.len());
    let rows = RwSignal::new(first);
    let add = move |_| {
        let n = next.get_value();
        if n < MOST_EXCEPTIONS {
            next.set_value(n + 1);
            rows.update(|rows| rows.push((n, None)));
            relook.look();
        }
    };
    let row = move |(n, one): (usize, Option<Exception>)| {
        let (date, name, spans) = one.map(|one| (one.date.to_string(), one.name, spans_text(&one.spans))).unwrap_or_default();
        let remove = texts.with("settings.remove_named", &[("name", if name.is_empty() { &date } else { &name })]);
        let (no_date, no_spans) = (fault(&format!("exception.{n}.date")), fault(&format!("exception.{n}.spans")));
        let (date_error, spans_error) = (format!("f-exception-{n}-date"), format!("f-exception-{n}-spans"));
        let bad = move |error: Signal<Option<String>>| move || error.with(Option::is_some).then_some("true");
        view! {
            <li class="exception">
                <input
                    class="input"
                    type="date"
                    name=format!("exception.{n}.date")
                    value=date
                    aria-label=texts.get("settings.hours.date")
                    aria-invalid=bad(no_date)
                    aria-describedby=date_error.clone()
                />
                <input class="input" name=format!("exception.{n}.name") value=name aria-label=texts.get("settings.hours.occasion") placeholder=texts.get("settings.hours.occasion") />
                <input
                    class="input"
                    name=format!("exception.{n}.spans")
                    value=spans
                    aria-label=texts.get("settings.hours.spans")
                    placeholder=texts.get("settings.hours.closed")
                    aria-invalid=bad(no_spans)
                    aria-describedby=spans_error.clone()
                />
                <Button
                    variant=Variant::Quiet
                    size=ButtonSize::Small
                    on_click=move |_| {
                        rows.update(|rows| rows.retain(|(other, _)| *other != n));
                        relook.look();
                    }
                    attr:aria-label=remove
                >
                    {texts.get("settings.remove")}
                </Button>
                <FaultLine id=date_error error=no_date />
                <FaultLine id=spans_error error=no_spans />
            </li>
        }
    };
    view! {
        <Setting title=texts.get("settings.hours.exceptions") text=texts.get("settings.hours.exceptions_text")>
            <ul class="exceptions"><For each=move || rows.get() key=|(n, _)| *n children=row /></ul>
            <FaultLine id="f-exceptions-error" error=fault("exceptions") />
            <div><Button variant=Variant::Plain on_click=add>{texts.get("settings.hours.add")}</Button></div>
        </Setting>
    }
}

/// `09:00-12:00, 13:00-17:30`
fn spans_text(spans: &[Span]) -> String {
    let one = |span: &Span| format!("{}-{}", Span::minute_text(span.from), Span::minute_text(span.to));
    spans.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// The spans of a field; `None` if it is not understood. Empty is closed.
fn parse_spans(text: &str) -> Option<Vec<Span>> {
    let parts = text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (from, to) = part.split_once(['-', '–', '—'])?;
            let (from, to) = (Span::parse_minute(from)?, Span::parse_minute(to)?);
            // Until midnight may be written either way.
            Some(Span { from, to: if to == 0 { domain::hours::DAY } else { to } })
        })
        .collect()
}

/// What is wrong with a date stands at the row in which it was typed; of a date that stands twice, at the second.
fn at_its_row(wrong: Wrong, values: &Values) -> Wrong {
    let date = |n: usize| values.text(&format!("exception.{n}.date"));
    let rows = || (0..MOST_EXCEPTIONS).filter(|n| !date(*n).is_empty());
    let (row, part) = match wrong.field.strip_prefix("exception_") {
        Some(day) => (rows().find(|n| date(*n) == day), "spans"),
        None if wrong.field == "exceptions" => (rows().find(|n| rows().any(|first| first < *n && date(first) == date(*n))), "date"),
        None => (None, ""),
    };
    match row {
        Some(n) => Wrong { field: format!("exception.{n}.{part}"), ..wrong },
        None => wrong,
    }
}

fn read(values: &Values) -> (Hours, Vec<Wrong>) {
    let mut wrong = Vec::new();
    let week = std::array::from_fn(|day| {
        let name = format!("day_{day}");
        parse_spans(&values.text(&name)).unwrap_or_else(|| {
            wrong.push(Wrong::new(&name, "settings.problem.spans"));
            Vec::new()
        })
    });
    let mut exceptions = Vec::new();
    for n in 0..MOST_EXCEPTIONS {
        let part = |what: &str| values.text(&format!("exception.{n}.{what}"));
        let (date, spans) = (part("date"), part("spans"));
        if date.is_empty() && spans.is_empty() && part("name").is_empty() {
            continue;
        }
        match (date.parse::<Date>(), parse_spans(&spans)) {
            (Ok(date), Some(spans)) => exceptions.push(Exception { date, name: part("name"), spans }),
            (Err(_), _) => wrong.push(Wrong::new(&format!("exception.{n}.date"), "settings.problem.date")),
            (_, None) => wrong.push(Wrong::new(&format!("exception.{n}.spans"), "settings.problem.spans")),
        }
    }
    exceptions.sort_by_key(|one| one.date);
    (Hours { name: values.text("name"), zone: values.text("zone"), week, exceptions }.tidy(), wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them() {
        let spans = vec![Span { from: 540, to: 720 }, Span { from: 780, to: 1_050 }];
        assert_eq!(parse_spans(" 9:00-12:00,13:00 – 17:30 "), Some(spans.clone()));
        assert_eq!(parse_spans(&spans_text(&spans)), Some(spans));
        assert_eq!(parse_spans("22:00-0:00"), Some(vec![Span { from: 1_320, to: 1_440 }]));
        assert_eq!(parse_spans(""), Some(Vec::new()));
        for wrong in ["9", "nine to five", "9:00-25:00", "9:00-"] {
            assert_eq!(parse_spans(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_form_reads_as_hours() {
        let pairs = [
            ("name", "Office"),
            ("zone", "Europe/Berlin"),
            ("day_0", "9:00-17:00"),
            ("exception.3.date", "2026-12-24"),
            ("exception.3.name", "Christmas Eve"),
            ("exception.3.spans", "9:00-12:00"),
            ("exception.4.date", "2026-12-25"),
        ];
        let values = Values(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect());
        let (hours, wrong) = read(&values);
        assert_eq!((wrong, hours.problems()), (Vec::new(), Vec::new()));
        assert_eq!(hours.week[0].len() + hours.week[1].len(), 1);
        assert_eq!(hours.exceptions.iter().map(|one| one.spans.len()).collect::<Vec<_>>(), [1, 0]);
    }

    #[test]
    fn what_is_wrong_with_a_date_stands_at_its_row() {
        let wrongs = |pairs: &[(&str, &str)]| {
            let values = Values(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect());
            let (hours, mut wrong) = read(&values);
            wrong.extend(hours.problems().into_iter().map(|one| at_its_row(one, &values)));
            wrong.into_iter().map(|one| one.field).filter(|field| field.starts_with("exception")).collect::<Vec<_>>()
        };
        assert_eq!(wrongs(&[("exception.2.name", "Easter")]), ["exception.2.date"]);
        assert_eq!(wrongs(&[("exception.2.date", "2026-12-24"), ("exception.2.spans", "noon")]), ["exception.2.spans"]);
        let overlap = [("exception.5.date", "2026-12-24"), ("exception.5.spans", "9:00-12:00, 11:00-13:00")];
        assert_eq!(wrongs(&overlap), ["exception.5.spans"]);
        assert_eq!(wrongs(&[("exception.1.date", "2026-12-24"), ("exception.4.date", "2026-12-24")]), ["exception.4.date"]);
    }
}
