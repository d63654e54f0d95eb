//! Fields of forms. They are the browser's own: nothing is bound, so what was typed before the scripts came stays.
//! Read them by `node_ref` when the form is sent.

use super::Icon;
use leptos::{html, prelude::*};

/// Ids and words around a control, in the order in which they are read.
#[derive(Clone)]
struct Around {
    id: String,
    label: String,
    note: Option<String>,
    hint: Option<String>,
    error: Signal<Option<String>>,
}

impl Around {
    fn described_by(&self) -> impl Fn() -> Option<String> + Send + Sync + Clone + use<> {
        let (hint, error_id, hint_id) = (self.hint.is_some(), format!("{}-error", self.id), format!("{}-hint", self.id));
        let error = self.error;
        move || match (error.with(Option::is_some), hint) {
            (true, _) => Some(error_id.clone()),
            (false, true) => Some(hint_id.clone()),
            (false, false) => None,
        }
    }

    fn view(self, grow: bool, control: impl IntoView + 'static) -> impl IntoView {
        let Self { id, label, note, hint, error } = self;
        let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
        let shows_error = move || error.with(Option::is_some);
        view! {
            <div class=if grow { "field field--grow" } else { "field" }>
                <label class="field__label" for=id>
                    {label}
                    {note.map(|note| view! { " " <span class="field__optional">{note}</span> })}
                </label>
                {control}
                {hint.map(|hint| view! { <p class="field__hint" id=hint_id hidden=shows_error>{hint}</p> })}
                <p class="field__error" id=error_id hidden=move || !shows_error()>
                    <Icon name="warning" />
                    <span>{move || error.get().unwrap_or_default()}</span>
                </p>
            </div>
        }
    }
}

fn invalid(error: Signal<Option<String>>) -> impl Fn() -> Option<&'static str> + Send + Sync + Clone + 'static {
    move || error.with(Option::is_some).then_some("true")
}

/// A line of text. `error` takes the hint's place.
#[component]
pub fn Field(
    #[prop(into)] id: String,
    /// The name in the form.
    name: &'static str,
    #[prop(into)] label: String,
    /// Said behind the label, such as "optional".
    #[prop(optional, into)]
    note: Option<String>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// `text`, `email`, `password`, `tel`, `search`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What stands in it at first.
    #[prop(optional, into)]
    value: String,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] required: bool,
    #[prop(optional)] autofocus: bool,
    #[prop(optional)] maxlength: Option<usize>,
    #[prop(optional)] node_ref: NodeRef<html::Input>,
) -> impl IntoView {
    let around = Around { id: id.clone(), label, note, hint, error };
    let described_by = around.described_by();
    let control = view! {
        <input
            class="input"
            id=id
            name=name
            type=kind
            value=value
            placeholder=placeholder
            autocomplete=autocomplete
            required=required
            autofocus=autofocus
            maxlength=maxlength.map(|n| n.to_string())
            aria-invalid=invalid(error)
            aria-describedby=described_by
            node_ref=node_ref
        />
    };
    around.view(false, control)
}

/// Several lines of text.
#[component]
pub fn TextArea(
    #[prop(into)] id: String,
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] note: Option<String>,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    #[prop(optional, into)] value: String,
    #[prop(optional, into)] placeholder: Option<String>,
    #[prop(default = 4)] rows: u32,
    #[prop(optional)] required: bool,
    #[prop(optional)] maxlength: Option<usize>,
    /// Takes the height that is left.
    #[prop(optional)]
    grow: bool,
    #[prop(optional)] node_ref: NodeRef<html::Textarea>,
) -> impl IntoView {
    let around = Around { id: id.clone(), label, note, hint, error };
    let described_by = around.described_by();
    let control = view! {
        <textarea
            class="input"
            id=id
            name=name
            rows=rows.to_string()
            placeholder=placeholder
            required=required
            maxlength=maxlength.map(|n| n.to_string())
            aria-invalid=invalid(error)
            aria-describedby=described_by
            inner_html=textarea_html(&value)
            node_ref=node_ref
        ></textarea>
    };
    around.view(grow, control)
}

/// The first text of a `<textarea>`, to be given as `inner_html`: as a child it would reach the page unescaped.
pub fn textarea_html(text: &str) -> String {
    let safe = text.replace('&', "&amp;").replace('<', "&lt;");
    if safe.starts_with('\n') { format!("\n{safe}") } else { safe }
}

/// One of the answers of a [`Select`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

/// One out of a few.
#[component]
pub fn Select(
    #[prop(into)] id: String,
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: Option<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    choices: Vec<Choice>,
    /// The value chosen at first.
    #[prop(optional, into)]
    value: String,
    #[prop(optional)] node_ref: NodeRef<html::Select>,
) -> impl IntoView {
    let around = Around { id: id.clone(), label, note: None, hint, error };
    let described_by = around.described_by();
    let options = choices
        .into_iter()
        .map(|choice| {
            let selected = choice.value == value;
            view! { <option value=choice.value selected=selected>{choice.label}</option> }
        })
        .collect_view();
    let control = view! {
        <select class="input" id=id name=name aria-invalid=invalid(error) aria-describedby=described_by node_ref=node_ref>
            {options}
        </select>
    };
    around.view(false, control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_a_textarea_stays_text() {
        for (text, html) in [("", ""), ("a</textarea><script>&amp;", "a&lt;/textarea>&lt;script>&amp;amp;"), ("\n\nb", "\n\n\nb")] {
            assert_eq!(textarea_html(text), html);
        }
    }
}
