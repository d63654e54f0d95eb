//! What admins set in the app: the forms' drafts, checked by the same code in the browser and on the server.

use crate::{
    hours::Hours,
    ids::{AgentId, HoursId, QueueId, SkillId},
    message::{one_line, plain_text},
    presence::{Reason, Role},
    queue::Policy,
    ticket::parse_email,
    time::{Millis, Timestamp},
};
use serde::{Deserialize, Serialize};

pub const LONGEST_NAME: usize = 100;
/// The most chats that one agent may have at a time.
pub const MOST_CAPACITY: i64 = 50;
pub const SHORTEST_PASSWORD: usize = 10;

/// A field of a form that cannot stay as it is; `why` is a text key, in whose text `{least}` and `{most}` may stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wrong {
    pub field: String,
    pub why: String,
    /// Bounds, as clocks (`0:05`) or numbers.
    pub bounds: Option<(String, String)>,
}

impl Wrong {
    pub fn new(field: &str, why: &str) -> Self {
        Self { field: field.into(), why: why.into(), bounds: None }
    }
    pub fn between(field: &str, least: Millis, most: Millis) -> Self {
        Self { bounds: Some((least.clock(), most.clock())), ..Self::new(field, "settings.problem.between") }
    }
}

/// Who changed a setting last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    pub by: String,
    pub at: Timestamp,
}

/// One entry of the log of changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    #[serde(flatten)]
    pub changed: Changed,
    /// `queue`, `agent`, `hours`, `skill`, `reason` or `desk`.
    pub kind: String,
    /// The name of what was changed.
    pub subject: String,
    /// Names of the fields that were changed; empty when it was made or archived.
    pub fields: Vec<String>,
    /// `made`, `changed` or `archived`.
    pub what: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub agent: AgentId,
    /// Higher is asked first.
    pub priority: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueDraft {
    pub name: String,
    pub service: String,
    pub policy: Policy,
    pub members: Vec<Member>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueSettings {
    pub id: QueueId,
    #[serde(flatten)]
    pub draft: QueueDraft,
    pub archived: bool,
    pub changed: Option<Changed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentDraft {
    pub name: String,
    pub email: String,
    pub role: Role,
    /// Not ready reasons may belong to a team.
    pub team: Option<String>,
    pub capacity: i64,
    /// Queue and priority in it.
    pub queues: Vec<(QueueId, i64)>,
    pub skills: Vec<SkillId>,
    /// May not sign in, and is offered nothing.
    pub disabled: bool,
    /// A new password; wanted for a new agent.
    pub password: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentSettings {
    pub id: AgentId,
    #[serde(flatten)]
    pub draft: AgentDraft,
    pub changed: Option<Changed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoursSettings {
    pub id: HoursId,
    #[serde(flatten)]
    pub hours: Hours,
    pub changed: Option<Changed>,
    /// Names of the queues that keep these hours.
    pub queues: Vec<String>,
}

/// Something that an agent can do. One with a language stands for speaking it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skill {
    pub id: SkillId,
    pub name: String,
    /// `de`, `pt`: the first part of a language tag.
    pub language: Option<String>,
}

/// What holds for the whole desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeskSettings {
    /// An agent without input for this long becomes Not ready (idle); `None` for never.
    pub agent_idle_after: Option<Millis>,
    /// How many chats a new agent has at a time.
    pub capacity: i64,
}

impl Default for DeskSettings {
    fn default() -> Self {
        Self { agent_idle_after: Some(Millis::minutes(5)), capacity: 4 }
    }
}

/// Everything that the settings screens show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    pub queues: Vec<QueueSettings>,
    pub agents: Vec<AgentSettings>,
    pub hours: Vec<HoursSettings>,
    pub skills: Vec<Skill>,
    pub reasons: Vec<Reason>,
    pub desk: DeskSettings,
    /// The newest changes, newest first.
    pub changes: Vec<Change>,
    /// Names of the time zones that the server knows.
    pub zones: Vec<String>,
}

fn name_problem(field: &str, name: &str) -> Option<Wrong> {
    match name.chars().count() {
        0 => Some(Wrong::new(field, "problem.required")),
        n if n > LONGEST_NAME => Some(Wrong::new(field, "problem.too_long")),
        _ => None,
    }
}

fn priority_problem(priorities: impl IntoIterator<Item = i64>) -> Option<Wrong> {
    let bad = priorities.into_iter().any(|priority| !(0..=100).contains(&priority));
    bad.then(|| Wrong { bounds: Some(("0".into(), "100".into())), ..Wrong::new("priority", "settings.problem.between") })
}

impl QueueDraft {
    /// White space made tidy.
    pub fn tidy(self) -> Self {
        let policy = Policy { description: plain_text(&self.policy.description), ..self.policy };
        Self { name: one_line(&self.name), service: one_line(&self.service), policy, members: self.members }
    }
    /// What cannot be saved of the tidied draft of the queue `own`.
    pub fn problems(&self, own: Option<QueueId>) -> Vec<Wrong> {
        let mut wrong: Vec<_> = [name_problem("name", &self.name), name_problem("service", &self.service)].into_iter().flatten().collect();
        wrong.extend(self.policy.problems(own));
        wrong.extend(priority_problem(self.members.iter().map(|member| member.priority)));
        wrong
    }
}

impl AgentDraft {
    pub fn tidy(self) -> Self {
        let team = self.team.as_deref().map(one_line).filter(|team| !team.is_empty());
        let password = self.password.filter(|password| !password.is_empty());
        Self { name: one_line(&self.name), email: self.email.trim().to_lowercase(), team, password, ..self }
    }
    /// What cannot be saved of the tidied draft; a `new` agent needs a password.
    pub fn problems(&self, new: bool) -> Vec<Wrong> {
        let mut wrong: Vec<_> = name_problem("name", &self.name).into_iter().collect();
        if parse_email(&self.email).is_none() {
            wrong.push(Wrong::new("email", "problem.email"));
        }
        if !(1..=MOST_CAPACITY).contains(&self.capacity) {
            wrong.push(Wrong {
                bounds: Some(("1".into(), MOST_CAPACITY.to_string())),
                ..Wrong::new("capacity", "settings.problem.between")
            });
        }
        if self.team.as_deref().is_some_and(|team| team.chars().count() > LONGEST_NAME) {
            wrong.push(Wrong::new("team", "problem.too_long"));
        }
        wrong.extend(priority_problem(self.queues.iter().map(|(_, priority)| *priority)));
        match &self.password {
            None if new => wrong.push(Wrong::new("password", "problem.required")),
            Some(password) if password.chars().count() < SHORTEST_PASSWORD => {
                wrong.push(Wrong::new("password", "settings.problem.password_short"))
            }
            Some(_) | None => {}
        }
        wrong
    }
}

impl Skill {
    pub fn tidy(self) -> Self {
        let language = self.language.map(|tag| language_of(&tag)).filter(|tag| !tag.is_empty());
        Self { name: one_line(&self.name), language, ..self }
    }
    pub fn problems(&self) -> Vec<Wrong> {
        let mut wrong: Vec<_> = name_problem("name", &self.name).into_iter().collect();
        let is_tag = |tag: &str| (2..=3).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_lowercase());
        if self.language.as_deref().is_some_and(|tag| !is_tag(tag)) {
            wrong.push(Wrong::new("language", "settings.problem.language"));
        }
        wrong
    }
}

impl Reason {
    pub fn problems(&self) -> Vec<Wrong> {
        let mut wrong: Vec<_> = name_problem("name", &self.name).into_iter().collect();
        if self.team.as_deref().is_some_and(|team| team.chars().count() > LONGEST_NAME) {
            wrong.push(Wrong::new("team", "problem.too_long"));
        }
        wrong
    }
}

impl DeskSettings {
    pub fn problems(&self) -> Vec<Wrong> {
        let mut wrong = Vec::new();
        let (least, most) = (Millis::seconds(30), Millis::minutes(24 * 60));
        if self.agent_idle_after.is_some_and(|after| after < least || after > most) {
            wrong.push(Wrong::between("agent_idle_after", least, most));
        }
        if !(1..=MOST_CAPACITY).contains(&self.capacity) {
            wrong.push(Wrong {
                bounds: Some(("1".into(), MOST_CAPACITY.to_string())),
                ..Wrong::new("capacity", "settings.problem.between")
            });
        }
        wrong
    }
}

/// The language of a tag: `de` of `de-AT`.
pub fn language_of(tag: &str) -> String {
    tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent() -> AgentDraft {
        AgentDraft {
            name: "Ana".into(),
            email: "ana@desk.example".into(),
            role: Role::Agent,
            team: None,
            capacity: 4,
            queues: Vec::new(),
            skills: Vec::new(),
            disabled: false,
            password: Some("long enough".into()),
        }
    }

    #[test]
    fn an_agent_says_which_fields_are_wrong() {
        assert_eq!(agent().tidy().problems(true), Vec::new());
        let draft = AgentDraft { name: " ".into(), email: "x".into(), capacity: 0, password: Some("short".into()), ..agent() };
        let fields: Vec<_> = draft.tidy().problems(true).into_iter().map(|wrong| wrong.field).collect();
        assert_eq!(fields, ["name", "email", "capacity", "password"]);
        let known = AgentDraft { password: Some(String::new()), ..agent() }.tidy();
        assert_eq!((known.problems(false).len(), known.problems(true).len()), (0, 1), "only a new agent needs a password");
    }

    #[test]
    fn a_skill_for_a_language_has_its_tag() {
        let skill =
            |language: &str| Skill { id: SkillId::new(uuid::Uuid::nil()), name: "German".into(), language: Some(language.into()) }.tidy();
        assert_eq!(skill("DE-at").language.as_deref(), Some("de"));
        assert_eq!(skill("de").problems(), Vec::new());
        assert_eq!(skill("deutsch").problems(), [Wrong::new("language", "settings.problem.language")]);
    }
}
