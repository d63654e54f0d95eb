//! The controls of settings forms. What is wrong with one stands at it; nothing is bound, the form is read as a whole.

use super::values::Unit;
use crate::{
    console::words::{Words, use_words},
    ui::Icon,
};
use domain::settings::Wrong;
use leptos::prelude::*;

/// What is wrong in the form around this component.
#[derive(Clone, Copy)]
pub struct Faults(pub RwSignal<Vec<Wrong>>);

impl Faults {
    pub fn of(self, name: &str, texts: Words) -> Signal<Option<String>> {
        let name = name.to_owned();
        Signal::derive(move || self.0.with(|all| all.iter().find(|wrong| wrong.field == name).map(|wrong| sentence(wrong, texts))))
    }
}

/// What is wrong, as a sentence.
pub fn sentence(wrong: &Wrong, texts: Words) -> String {
    match &wrong.bounds {
        Some((least, most)) => texts.with(&wrong.why, &[("least", least), ("most", most)]),
        // The server does not send the bounds along.
        None if wrong.why == "settings.problem.between" => texts.get("settings.problem.out_of_bounds"),
        None => texts.get(&wrong.why),
    }
}

/// The fault of the field with this name, for controls of other kinds.
pub fn fault(name: &str) -> Signal<Option<String>> {
    expect_context::<Faults>().of(name, use_words())
}

/// A part of a form: what it is about on one side, its fields on the other.
#[component]
pub fn Setting(#[prop(into)] title: String, #[prop(into)] text: String, #[prop(optional)] wide: bool, children: Children) -> impl IntoView {
    view! {
        <section class=if wide { "setting setting--wide" } else { "setting" }>
            <div class="setting__about"><h2>{title}</h2><p>{text}</p></div>
            <div class="setting__fields">{children()}</div>
        </section>
    }
}

/// A number with its unit behind it.
#[component]
pub fn Number(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(into)] value: String,
    #[prop(optional, into)] unit: Option<String>,
    #[prop(optional, into)] hint: Option<String>,
) -> impl IntoView {
    let error = fault(&name);
    let (id, error_id, hint_id) = (format!("f-{name}"), format!("f-{name}-error"), format!("f-{name}-hint"));
    let described = {
        let (error_id, hint_id, has_hint) = (error_id.clone(), hint_id.clone(), hint.is_some());
        move || error.with(|error| if error.is_some() { Some(error_id.clone()) } else { has_hint.then(|| hint_id.clone()) })
    };
    view! {
        <div class="field">
            <label class="field__label" for=id.clone()>{label}</label>
            <div class="input-group">
                <input
                    class="input"
                    id=id
                    name=name
                    value=value
                    inputmode="numeric"
                    autocomplete="off"
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-describedby=described
                />
                {unit.map(|unit| view! { <span class="muted">{unit}</span> })}
            </div>
            {hint.map(|hint| view! { <p class="field__hint" id=hint_id hidden=move || error.with(Option::is_some)>{hint}</p> })}
            <FaultLine id=error_id error=error />
        </div>
    }
}

/// A duration.
#[component]
pub fn SpanField(
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    /// Empty for none.
    value: Option<domain::time::Millis>,
    unit: Unit,
    #[prop(optional, into)] hint: Option<String>,
) -> impl IntoView {
    let unit_word = use_words().get(unit.word());
    let value = value.map(|span| unit.shown(span)).unwrap_or_default();
    match hint {
        Some(hint) => view! { <Number name=name label=label value=value unit=unit_word hint=hint /> }.into_any(),
        None => view! { <Number name=name label=label value=value unit=unit_word /> }.into_any(),
    }
}

#[component]
pub fn FaultLine(#[prop(into)] id: String, error: Signal<Option<String>>) -> impl IntoView {
    view! {
        <p class="field__error" id=id hidden=move || error.with(Option::is_none)>
            <Icon name="warning" />
            <span>{move || error.get().unwrap_or_default()}</span>
        </p>
    }
}

#[component]
pub fn Check(#[prop(into)] name: String, #[prop(into)] label: String, on: bool) -> impl IntoView {
    view! { <label class="check"><input class="check__box" type="checkbox" name=name checked=on /><span>{label}</span></label> }
}

/// One out of a few, each with a sentence. `choices`: value, title, text.
#[component]
pub fn Options(
    name: &'static str,
    #[prop(into)] label: String,
    choices: Vec<(&'static str, String, String)>,
    #[prop(into)] value: String,
) -> impl IntoView {
    let one = choices.into_iter().map(|(word, title, text)| {
        let checked = word == value;
        view! {
            <label class="option">
                <input class="radio__dot" type="radio" name=name value=word checked=checked />
                <span><span class="option__title">{title}</span> <span class="option__text">{text}</span></span>
            </label>
        }
    });
    view! { <div class="two" role="radiogroup" aria-label=label>{one.collect_view()}</div> }
}
