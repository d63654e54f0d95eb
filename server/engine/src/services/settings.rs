//! What admins and supervisors set in the app. Every change is checked by the rules that the browser's form has, written with
//! who made it, and works at once.

mod agents;
mod queues;
mod rest;

use super::{Services, access};
use crate::{
    caller::{AgentCaller, Caller},
    database::{NewChange, Tx},
    failure::Failure,
};
use domain::{
    presence::Role,
    settings::{Settings, Wrong},
    time::Timestamp,
};

/// The newest changes that are shown.
const CHANGES: i64 = 50;

impl Services {
    /// Everything that the settings screens show.
    pub async fn settings(&self, caller: &Caller) -> Result<Settings, Failure> {
        access::supervisor(caller)?;
        let mut tx = self.database.read().await?;
        Ok(Settings {
            queues: tx.queue_settings().await?,
            agents: tx.agent_settings().await?,
            hours: tx.hours_settings().await?,
            skills: tx.skills().await?,
            reasons: tx.reasons().await?,
            desk: tx.desk_settings().await?,
            changes: tx.changes(CHANGES).await?,
            zones: super::hours::zones(),
        })
    }
}

/// The admin behind a call; others are refused.
fn admin(caller: &Caller) -> Result<&AgentCaller, Failure> {
    access::agent(caller).and_then(|agent| if agent.role == Role::Admin { Ok(agent) } else { Err(Failure::Forbidden) })
}

/// Refuses what has a problem, with the first one.
fn check(wrong: &[Wrong]) -> Result<(), Failure> {
    match wrong.first() {
        Some(one) => Err(Failure::Wrong { field: one.field.clone(), why: one.why.clone() }),
        None => Ok(()),
    }
}

fn wrong(field: &str, why: &str) -> Failure {
    Failure::Wrong { field: field.into(), why: why.into() }
}

/// A change as it is written down.
struct Noted<'a> {
    kind: &'static str,
    subject_id: String,
    subject: &'a str,
    what: &'static str,
    fields: Vec<String>,
}

async fn note(tx: &mut Tx, services: &Services, by: &AgentCaller, noted: Noted<'_>, now: Timestamp) -> Result<(), Failure> {
    let Noted { kind, subject_id, subject, what, fields } = noted;
    tx.add_change(NewChange { id: services.secrets.id(), by: &by.name, kind, subject_id: &subject_id, subject, what, fields: &fields }, now)
        .await
}

/// The names of the fields whose values differ.
fn changed_fields<T: serde::Serialize>(before: &T, after: &T) -> Result<Vec<String>, Failure> {
    let value = |one: &T| serde_json::to_value(one).map_err(anyhow::Error::from);
    let (before, after) = (value(before)?, value(after)?);
    let (Some(before), Some(after)) = (before.as_object(), after.as_object()) else { return Ok(Vec::new()) };
    let mut fields = Vec::new();
    for (name, value) in after {
        match (value, before.get(name)) {
            (value, Some(old)) if value == old => {}
            (serde_json::Value::Object(inner), Some(serde_json::Value::Object(old))) => {
                fields.extend(inner.iter().filter(|(name, value)| old.get(*name) != Some(*value)).map(|(name, _)| name.clone()));
            }
            (_, _) => fields.push(name.clone()),
        }
    }
    Ok(fields)
}
