//! The form of a ticket, filled in from the chat as far as it goes.

use crate::{
    console::{browser, words::use_words},
    ui::{Choice, Field, Select, TextArea},
};
use domain::{
    desk::Card,
    ticket::{FieldProblem, MAX_DESCRIPTION, MAX_SUBJECT, Priority, TicketDraft},
};
use leptos::{html, prelude::*};

/// The fields of the form; they keep what is typed, and are read once it is sent.
#[derive(Clone, Copy)]
pub struct TicketFields {
    subject: NodeRef<html::Input>,
    description: NodeRef<html::Textarea>,
    requester: NodeRef<html::Input>,
    email: NodeRef<html::Input>,
    priority: NodeRef<html::Select>,
    /// The field that is wrong, by its name in the draft, and why.
    wrong: RwSignal<Option<(String, String)>>,
}

impl TicketFields {
    pub fn new() -> Self {
        Self {
            subject: NodeRef::new(),
            description: NodeRef::new(),
            requester: NodeRef::new(),
            email: NodeRef::new(),
            priority: NodeRef::new(),
            wrong: RwSignal::new(None),
        }
    }

    /// What stands in the form now.
    fn draft(self) -> TicketDraft {
        let line = |field: NodeRef<html::Input>| field.get_untracked().map(|field| field.value()).unwrap_or_default();
        let email = line(self.email);
        TicketDraft {
            subject: line(self.subject),
            description: self.description.get_untracked().map(|area| area.value()).unwrap_or_default(),
            requester_name: line(self.requester),
            requester_email: (!email.trim().is_empty()).then_some(email),
            priority: self.priority.get_untracked().and_then(|select| Priority::from_word(&select.value())).unwrap_or_default(),
        }
    }

    /// The draft, if nothing in it is wrong that can be seen here; else the fault is shown at its field.
    pub fn checked(self) -> Option<TicketDraft> {
        self.wrong.set(None);
        match self.draft().parse() {
            Ok(draft) => Some(draft),
            Err(FieldProblem { field, why }) => {
                self.tell(field.to_owned(), why.to_owned());
                None
            }
        }
    }

    /// Shows what is wrong at its field and goes there.
    pub fn tell(self, field: String, why: String) {
        browser::focus_soon(field_id(&field).to_owned());
        self.wrong.set(Some((field, why)));
    }

    /// Forgets what was wrong.
    pub fn begin(self) {
        self.wrong.set(None);
    }

    fn error(self, field: &'static str) -> Signal<Option<String>> {
        let texts = use_words();
        Signal::derive(move || {
            let why = self.wrong.with(|wrong| wrong.as_ref().filter(|(name, _)| name == field).map(|(_, why)| why.clone()));
            why.map(|why| texts.get(&why))
        })
    }
}

/// The id of a field of the draft in the page.
fn field_id(field: &str) -> &'static str {
    match field {
        "description" => "ticket-description",
        "requester_name" => "ticket-requester",
        "requester_email" => "ticket-email",
        _ => "ticket-subject",
    }
}

/// The subject that a chat's first words make.
pub fn subject_of(words: &str) -> String {
    const LONGEST: usize = 80;
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    let cut: String = line.chars().take(LONGEST - 1).collect();
    let whole_words = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{whole_words}…")
}

#[component]
pub fn TicketForm(fields: TicketFields, card: Card) -> impl IntoView {
    let texts = use_words();
    let get = |key: &str| texts.get(key);
    let priorities =
        Priority::ALL.map(|priority| Choice { value: priority.word().into(), label: get(&format!("ticket.priority.{}", priority.word())) });
    view! {
        <div class="ticket-form">
            <Field
                id=field_id("subject")
                name="subject"
                label=get("ticket.subject")
                value=subject_of(&card.words)
                error=fields.error("subject")
                required=true
                maxlength=MAX_SUBJECT
                node_ref=fields.subject
            />
            <TextArea
                id=field_id("description")
                name="description"
                label=get("ticket.description")
                note=get("ticket.optional")
                value=card.words
                error=fields.error("description")
                rows=3
                maxlength=MAX_DESCRIPTION
                node_ref=fields.description
            />
            <div class="ticket-form__row">
                <Field
                    id=field_id("requester_name")
                    name="requester_name"
                    label=get("ticket.requester")
                    value=card.customer
                    error=fields.error("requester_name")
                    required=true
                    node_ref=fields.requester
                />
                <Field
                    id=field_id("requester_email")
                    name="requester_email"
                    label=get("ticket.email")
                    note=get("ticket.optional")
                    kind="email"
                    value=card.email.unwrap_or_default()
                    error=fields.error("requester_email")
                    node_ref=fields.email
                />
            </div>
            <Select
                id="ticket-priority"
                name="priority"
                label=get("ticket.priority")
                choices=priorities.to_vec()
                value=Priority::default().word()
                node_ref=fields.priority
            />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_one_line_of_whole_words() {
        assert_eq!(subject_of(" The lamp\n flickers "), "The lamp flickers");
        let long = subject_of(&"word ".repeat(40));
        assert!(long.chars().count() <= 80 && long.ends_with("word…"), "{long}");
    }
}
