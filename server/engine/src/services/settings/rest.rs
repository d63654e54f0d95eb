//! Office hours, skills, reasons, and what holds for the whole desk.

use super::{Noted, admin, check, note, wrong};
use crate::{
    caller::Caller,
    database::{Outgoing, Tx},
    failure::Failure,
    services::{Services, access, hours::Iana},
};
use domain::{
    hours::Hours,
    ids::{HoursId, SkillId},
    message::one_line,
    presence::{OWN_REASONS, Reason},
    settings::{DeskSettings, Skill},
};
use std::collections::BTreeSet;

impl Services {
    /// Makes a set of office hours, or changes one; queues that keep them open and close accordingly at once.
    pub async fn save_hours(&self, caller: &Caller, id: Option<HoursId>, hours: Hours) -> Result<HoursId, Failure> {
        let hours = hours.tidy();
        check(&hours.problems())?;
        if Iana::find(&hours.zone).is_none() {
            return Err(wrong("zone", "settings.problem.zone"));
        }
        let (caller, services, now) = (caller.clone(), self.clone(), self.clock.now());
        let new = HoursId::new(self.secrets.id());
        self.database
            .write(async move |tx: &mut Tx| {
                let by = access::supervisor(&caller)?;
                let known = tx.hours_settings().await?;
                if known.iter().any(|other| other.hours.name == hours.name && Some(other.id) != id) {
                    return Err(wrong("name", "settings.problem.taken"));
                }
                if id.is_some_and(|id| !known.iter().any(|one| one.id == id)) {
                    return Err(Failure::NotFound);
                }
                let (hours_id, what) = (id.unwrap_or(new), if id.is_some() { "changed" } else { "made" });
                tx.save_hours(hours_id, &hours, &by.name, now).await?;
                let noted = Noted { kind: "hours", subject_id: hours_id.to_string(), subject: &hours.name, what, fields: Vec::new() };
                note(tx, &services, by, noted, now).await?;
                tx.outgoing.push(Outgoing::Route);
                Ok(hours_id)
            })
            .await
    }

    /// Refused while a queue keeps these hours.
    pub async fn remove_hours(&self, caller: &Caller, id: HoursId) -> Result<(), Failure> {
        let (caller, services, now) = (caller.clone(), self.clone(), self.clock.now());
        self.database
            .write(async move |tx: &mut Tx| {
                let by = access::supervisor(&caller)?;
                let hours = tx.hours_settings().await?.into_iter().find(|one| one.id == id).ok_or(Failure::NotFound)?;
                if !hours.queues.is_empty() {
                    return Err(wrong("hours", "settings.problem.hours_used"));
                }
                tx.remove_hours(id).await?;
                let noted =
                    Noted { kind: "hours", subject_id: id.to_string(), subject: &hours.hours.name, what: "removed", fields: Vec::new() };
                note(tx, &services, by, noted, now).await
            })
            .await
    }

    /// Makes a skill, or changes one.
    pub async fn save_skill(&self, caller: &Caller, id: Option<SkillId>, name: String, language: Option<String>) -> Result<Skill, Failure> {
        let skill = Skill { id: id.unwrap_or(SkillId::new(self.secrets.id())), name, language }.tidy();
        check(&skill.problems())?;
        let (caller, services, now) = (caller.clone(), self.clone(), self.clock.now());
        self.database
            .write(async move |tx: &mut Tx| {
                let by = access::supervisor(&caller)?;
                let known = tx.skills().await?;
                if known.iter().any(|other| other.name == skill.name && other.id != skill.id) {
                    return Err(wrong("name", "settings.problem.taken"));
                }
                if known.iter().any(|other| other.language.is_some() && other.language == skill.language && other.id != skill.id) {
                    return Err(wrong("language", "settings.problem.taken"));
                }
                if id.is_some() && !known.iter().any(|one| one.id == skill.id) {
                    return Err(Failure::NotFound);
                }
                tx.save_skill(&skill).await?;
                let what = if id.is_some() { "changed" } else { "made" };
                let noted = Noted { kind: "skill", subject_id: skill.id.to_string(), subject: &skill.name, what, fields: Vec::new() };
                note(tx, &services, by, noted, now).await?;
                tx.outgoing.push(Outgoing::Route);
                Ok(skill.clone())
            })
            .await
    }

    /// Refused while a queue asks for it. Agents lose it; chats that need it need it no more.
    pub async fn remove_skill(&self, caller: &Caller, id: SkillId) -> Result<(), Failure> {
        let (caller, services, now) = (caller.clone(), self.clone(), self.clock.now());
        self.database
            .write(async move |tx: &mut Tx| {
                let by = access::supervisor(&caller)?;
                let skill = tx.skills().await?.into_iter().find(|one| one.id == id).ok_or(Failure::NotFound)?;
                if tx.queue_settings().await?.iter().any(|queue| queue.draft.policy.skills.contains(&id)) {
                    return Err(wrong("skill", "settings.problem.skill_used"));
                }
                if tx.is_needed(id).await? {
                    return Err(wrong("skill", "settings.problem.skill_needed"));
                }
                tx.remove_skill(id).await?;
                let noted = Noted { kind: "skill", subject_id: id.to_string(), subject: &skill.name, what: "removed", fields: Vec::new() };
                note(tx, &services, by, noted, now).await
            })
            .await
    }

    /// Sets the Not ready reasons in the order in which they are shown. Who is Not ready for one that is gone stays so.
    pub async fn save_reasons(&self, caller: &Caller, reasons: Vec<Reason>) -> Result<Vec<Reason>, Failure> {
        let reasons = keyed(reasons)?;
        let (caller, services, now) = (caller.clone(), self.clone(), self.clock.now());
        self.database
            .write(async move |tx: &mut Tx| {
                let by = access::supervisor(&caller)?;
                tx.set_reasons(&reasons).await?;
                let noted = Noted { kind: "reason", subject_id: String::new(), subject: "", what: "changed", fields: Vec::new() };
                note(tx, &services, by, noted, now).await?;
                Ok(reasons.clone())
            })
            .await
    }

    pub async fn save_desk(&self, caller: &Caller, settings: DeskSettings) -> Result<(), Failure> {
        check(&settings.problems())?;
        let (caller, services, now) = (caller.clone(), self.clone(), self.clock.now());
        self.database
            .write(async move |tx: &mut Tx| {
                let by = admin(&caller)?;
                tx.set_desk_settings(&settings).await?;
                let noted = Noted { kind: "desk", subject_id: String::new(), subject: "", what: "changed", fields: Vec::new() };
                note(tx, &services, by, noted, now).await?;
                for agent in tx.ready_agents().await? {
                    crate::services::silence::watch_agent(tx, agent, now).await?;
                }
                Ok(())
            })
            .await
    }
}

/// Tidied, with keys for those that are new. Names are unique within a team.
fn keyed(reasons: Vec<Reason>) -> Result<Vec<Reason>, Failure> {
    let mut keys: BTreeSet<String> = reasons.iter().map(|reason| reason.key.clone()).filter(|key| !key.is_empty()).collect();
    let mut names = BTreeSet::new();
    let mut out = Vec::new();
    for reason in reasons {
        let team = reason.team.as_deref().map(one_line).filter(|team| !team.is_empty());
        let mut reason = Reason { name: one_line(&reason.name), team, key: reason.key };
        check(&reason.problems())?;
        if !names.insert((reason.name.to_lowercase(), reason.team.clone())) {
            return Err(wrong("name", "settings.problem.taken"));
        }
        if reason.key.is_empty() {
            reason.key = free_key(&reason.name, &keys);
            keys.insert(reason.key.clone());
        }
        if OWN_REASONS.contains(&reason.key.as_str()) {
            return Err(wrong("name", "settings.problem.taken"));
        }
        out.push(reason);
    }
    Ok(out)
}

fn free_key(name: &str, taken: &BTreeSet<String>) -> String {
    let word: String = name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).take(40).collect();
    let word = word.trim_matches('_');
    let base = if word.is_empty() { "reason" } else { word };
    let free = |key: &String| !taken.contains(key) && !OWN_REASONS.contains(&key.as_str());
    std::iter::once(base.to_owned()).chain((2..).map(|n| format!("{base}_{n}"))).find(free).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_reason_gets_a_key_of_its_own() {
        let reason = |key: &str, name: &str| Reason { key: key.into(), name: name.into(), team: None };
        let keys = |reasons: Vec<Reason>| keyed(reasons).map(|all| all.into_iter().map(|one| one.key).collect::<Vec<_>>());
        let made = keys(vec![reason("break", "Coffee"), reason("", "Break"), reason("", " Idle "), reason("", "昼休み")]).unwrap();
        assert_eq!(made, ["break", "break_2", "idle_2", "reason"]);
        assert!(keys(vec![reason("", "Lunch"), reason("", "lunch")]).is_err(), "a name stands once");
        assert!(keys(vec![reason("", " ")]).is_err());
    }
}
