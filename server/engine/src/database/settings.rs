//! What admins set: skills, reasons, office hours, and what holds for the whole desk.

use super::{Tx, on};
use crate::failure::Failure;
use domain::{
    conversation::Extra,
    hours::Hours,
    ids::{AgentId, ConversationId, HoursId, QueueId, SkillId},
    presence::{AlertPrefs, Reason, Role},
    queue::{Policy, Queue},
    settings::{AgentDraft, AgentSettings, Change, Changed, DeskSettings, HoursSettings, Member, QueueDraft, QueueSettings, Skill},
    time::Timestamp,
};
use sqlx::types::Json;
use uuid::Uuid;

impl Tx {
    pub async fn desk_settings(&mut self) -> Result<DeskSettings, Failure> {
        let settings: Json<DeskSettings> = on!(self, c => sqlx::query_scalar("select settings from desk where id = 1").fetch_one(c).await)?;
        Ok(settings.0)
    }

    /// Stores what holds for the whole desk. Those who are ready already are watched for silence by the new time at once.
    pub async fn set_desk_settings(&mut self, settings: &DeskSettings) -> Result<(), Failure> {
        on!(self, c => sqlx::query("update desk set settings = $1 where id = 1").bind(Json(settings)).execute(c).await.map(|_| ()))?;
        if let Some(after) = settings.agent_idle_after {
            on!(self, c => sqlx::query(
                "insert into timer (kind, subject, due_at) select $1, id, coalesce(input_at, wish_since) + $2 from agent where wish = 'ready' \
                 on conflict (kind, subject) do update set due_at = excluded.due_at"
            ).bind(super::TimerKind::AgentIdle.word()).bind(after.0).execute(c).await.map(|_| ()))?;
            self.outgoing.push(super::Outgoing::Deadline);
        }
        Ok(())
    }

    /// The Not ready reasons in the order in which they are shown.
    pub async fn reasons(&mut self) -> Result<Vec<Reason>, Failure> {
        let rows: Vec<(String, String, Option<String>)> =
            on!(self, c => sqlx::query_as("select key, name, team from reason order by position, key").fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(key, name, team)| Reason { key, name, team }).collect())
    }

    pub async fn skills(&mut self) -> Result<Vec<Skill>, Failure> {
        let rows: Vec<(Uuid, String, Option<String>)> =
            on!(self, c => sqlx::query_as("select id, name, language from skill order by name").fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(id, name, language)| Skill { id: SkillId::new(id), name, language }).collect())
    }

    pub async fn skills_of(&mut self, agent: AgentId) -> Result<Vec<SkillId>, Failure> {
        let ids: Vec<Uuid> = on!(self, c => sqlx::query_scalar("select skill from agent_skill where agent = $1 order by skill")
            .bind(agent.uuid()).fetch_all(c).await)?;
        Ok(ids.into_iter().map(SkillId::new).collect())
    }

    pub async fn find_hours(&mut self, id: HoursId) -> Result<Option<Hours>, Failure> {
        let plan: Option<Json<Hours>> =
            on!(self, c => sqlx::query_scalar("select plan from hours where id = $1").bind(id.uuid()).fetch_optional(c).await)?;
        Ok(plan.map(|plan| plan.0))
    }

    pub(crate) async fn set_prefs(&mut self, agent: AgentId, prefs: &AlertPrefs) -> Result<(), Failure> {
        on!(self, c => sqlx::query("update agent set prefs = $2 where id = $1").bind(agent.uuid()).bind(Json(prefs)).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    /// How an agent wants to be alerted.
    pub async fn prefs(&mut self, agent: AgentId) -> Result<AlertPrefs, Failure> {
        let prefs: Option<Json<AlertPrefs>> =
            on!(self, c => sqlx::query_scalar("select prefs from agent where id = $1").bind(agent.uuid()).fetch_optional(c).await)?;
        Ok(prefs.map(|prefs| prefs.0).unwrap_or_default())
    }
}

/// A change of a setting, to be written down.
pub(crate) struct NewChange<'a> {
    pub id: Uuid,
    pub by: &'a str,
    pub kind: &'a str,
    pub subject_id: &'a str,
    pub subject: &'a str,
    pub what: &'a str,
    pub fields: &'a [String],
}

#[derive(sqlx::FromRow)]
struct QueueRow {
    id: Uuid,
    name: String,
    service: String,
    policy: Json<Policy>,
    archived: bool,
    changed_by: Option<String>,
    changed_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct AgentRow {
    id: Uuid,
    name: String,
    email: String,
    role: String,
    team: Option<String>,
    capacity: i64,
    disabled: bool,
    changed_by: Option<String>,
    changed_at: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct ChangeRow {
    at: i64,
    by_name: String,
    kind: String,
    subject: String,
    what: String,
    fields: Json<Vec<String>>,
}

fn changed(by: Option<String>, at: Option<i64>) -> Option<Changed> {
    Some(Changed { by: by?, at: Timestamp(at?) })
}

/// Reading what the settings screens show.
impl Tx {
    pub(crate) async fn queue_settings(&mut self) -> Result<Vec<QueueSettings>, Failure> {
        let rows: Vec<QueueRow> = on!(self, c => sqlx::query_as(
            "select id, name, service, policy, archived, changed_by, changed_at from queue order by name"
        ).fetch_all(c).await)?;
        let members = self.memberships().await?;
        let of = |queue: QueueId| {
            members
                .iter()
                .filter(|(id, _, _)| *id == queue)
                .map(|(_, agent, priority)| Member { agent: *agent, priority: *priority })
                .collect()
        };
        Ok(rows
            .into_iter()
            .map(|row| QueueSettings {
                id: QueueId::new(row.id),
                draft: QueueDraft { members: of(QueueId::new(row.id)), name: row.name, service: row.service, policy: row.policy.0 },
                archived: row.archived,
                changed: changed(row.changed_by, row.changed_at),
            })
            .collect())
    }

    pub(crate) async fn agent_settings(&mut self) -> Result<Vec<AgentSettings>, Failure> {
        let rows: Vec<AgentRow> = on!(self, c => sqlx::query_as(
            "select id, name, email, role, team, capacity, disabled, changed_by, changed_at from agent order by name, id"
        ).fetch_all(c).await)?;
        let (members, skills) = (self.memberships().await?, self.all_agent_skills().await?);
        rows.into_iter()
            .map(|row| {
                let id = AgentId::new(row.id);
                let role = Role::from_word(&row.role).ok_or(Failure::BadRow { table: "agent", column: "role", id: id.to_string() })?;
                let draft = AgentDraft {
                    name: row.name,
                    email: row.email,
                    role,
                    team: row.team,
                    capacity: row.capacity,
                    queues: members.iter().filter(|(_, agent, _)| *agent == id).map(|(queue, _, priority)| (*queue, *priority)).collect(),
                    skills: skills.iter().filter(|(agent, _)| *agent == id).map(|(_, skill)| *skill).collect(),
                    disabled: row.disabled,
                    password: None,
                };
                Ok(AgentSettings { id, draft, changed: changed(row.changed_by, row.changed_at) })
            })
            .collect()
    }

    pub(crate) async fn hours_settings(&mut self) -> Result<Vec<HoursSettings>, Failure> {
        let rows: Vec<(Uuid, Json<Hours>, Option<String>, Option<i64>)> =
            on!(self, c => sqlx::query_as("select id, plan, changed_by, changed_at from hours order by name").fetch_all(c).await)?;
        let queues = self.queue_settings().await?;
        let keep = |id: HoursId| {
            queues.iter().filter(|queue| queue.draft.policy.hours == Some(id)).map(|queue| queue.draft.name.clone()).collect()
        };
        Ok(rows
            .into_iter()
            .map(|(id, plan, by, at)| HoursSettings {
                id: HoursId::new(id),
                hours: plan.0,
                changed: changed(by, at),
                queues: keep(HoursId::new(id)),
            })
            .collect())
    }

    /// The newest changes, newest first.
    pub(crate) async fn changes(&mut self, most: i64) -> Result<Vec<Change>, Failure> {
        let rows: Vec<ChangeRow> = on!(self, c => sqlx::query_as(
            "select at, by_name, kind, subject, what, fields from change order by at desc, id desc limit $1"
        ).bind(most).fetch_all(c).await)?;
        Ok(rows
            .into_iter()
            .map(|row| Change {
                changed: Changed { by: row.by_name, at: Timestamp(row.at) },
                kind: row.kind,
                subject: row.subject,
                fields: row.fields.0,
                what: row.what,
            })
            .collect())
    }

    pub(crate) async fn members_of(&mut self, queue: QueueId) -> Result<Vec<Member>, Failure> {
        let rows: Vec<(Uuid, i64)> = on!(self, c => sqlx::query_as("select agent, priority from queue_member where queue = $1 order by agent")
            .bind(queue.uuid()).fetch_all(c).await)?;
        Ok(rows.into_iter().map(|(agent, priority)| Member { agent: AgentId::new(agent), priority }).collect())
    }

    /// Chats of a queue that are not closed.
    pub(crate) async fn count_open(&mut self, queue: QueueId) -> Result<i64, Failure> {
        Ok(on!(self, c => sqlx::query_scalar("select count(*) from conversation where queue = $1 and status <> 'closed'")
            .bind(queue.uuid()).fetch_one(c).await)?)
    }

    /// Chats of a queue that stand at one of these words of `conversation.status`.
    pub(crate) async fn chats_in(&mut self, queue: QueueId, one: &str, other: &str) -> Result<Vec<ConversationId>, Failure> {
        let ids: Vec<Uuid> = on!(self, c => sqlx::query_scalar("select id from conversation where queue = $1 and status in ($2, $3) order by id")
                .bind(queue.uuid()).bind(one).bind(other).fetch_all(c).await)?;
        Ok(ids.into_iter().map(ConversationId::new).collect())
    }

    pub(crate) async fn count_sites(&mut self, queue: QueueId) -> Result<i64, Failure> {
        Ok(on!(self, c => sqlx::query_scalar("select count(*) from site where queue = $1").bind(queue.uuid()).fetch_one(c).await)?)
    }

    /// Whether an open chat needs this skill.
    pub(crate) async fn is_needed(&mut self, skill: SkillId) -> Result<bool, Failure> {
        let rows: Vec<Json<Extra>> = on!(self, c => sqlx::query_scalar("select extra from conversation where status in ('waiting', 'offered', 'parked')").fetch_all(c).await)?;
        Ok(rows.iter().any(|extra| extra.0.needs.contains(&skill)))
    }

    pub(crate) async fn ready_agents(&mut self) -> Result<Vec<AgentId>, Failure> {
        let ids: Vec<Uuid> =
            on!(self, c => sqlx::query_scalar("select id from agent where wish = 'ready' order by id").fetch_all(c).await)?;
        Ok(ids.into_iter().map(AgentId::new).collect())
    }
}

/// Changing them.
impl Tx {
    pub(crate) async fn add_change(&mut self, new: NewChange<'_>, now: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query("insert into change (id, at, by_name, kind, subject_id, subject, what, fields) values ($1, $2, $3, $4, $5, $6, $7, $8)")
            .bind(new.id).bind(now.0).bind(new.by).bind(new.kind).bind(new.subject_id).bind(new.subject).bind(new.what).bind(Json(new.fields))
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    pub(crate) async fn save_queue(&mut self, queue: &Queue) -> Result<(), Failure> {
        on!(self, c => sqlx::query("update queue set name = $2, service = $3, policy = $4 where id = $1")
            .bind(queue.id.uuid()).bind(&queue.name).bind(&queue.service).bind(Json(&queue.policy)).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    pub(crate) async fn archive_queue(&mut self, id: QueueId, archived: bool) -> Result<(), Failure> {
        on!(self, c => sqlx::query("update queue set archived = $2 where id = $1").bind(id.uuid()).bind(archived).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    pub(crate) async fn changed_queue(&mut self, id: QueueId, by: &str, now: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query("update queue set changed_by = $2, changed_at = $3 where id = $1")
            .bind(id.uuid()).bind(by).bind(now.0).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    pub(crate) async fn changed_agent(&mut self, id: AgentId, by: &str, now: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query("update agent set changed_by = $2, changed_at = $3 where id = $1")
            .bind(id.uuid()).bind(by).bind(now.0).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    pub(crate) async fn remove_member(&mut self, queue: QueueId, agent: AgentId) -> Result<(), Failure> {
        on!(self, c => sqlx::query("delete from queue_member where queue = $1 and agent = $2")
            .bind(queue.uuid()).bind(agent.uuid()).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    pub(crate) async fn save_agent(&mut self, id: AgentId, draft: &AgentDraft) -> Result<(), Failure> {
        on!(self, c => sqlx::query("update agent set name = $2, email = $3, role = $4, team = $5, disabled = $6 where id = $1")
            .bind(id.uuid()).bind(&draft.name).bind(&draft.email).bind(draft.role.word()).bind(&draft.team).bind(draft.disabled)
            .execute(c).await.map(|_| ()))?;
        Ok(())
    }

    pub async fn set_skills(&mut self, agent: AgentId, skills: &[SkillId]) -> Result<(), Failure> {
        on!(self, c => sqlx::query("delete from agent_skill where agent = $1").bind(agent.uuid()).execute(c).await.map(|_| ()))?;
        for skill in skills {
            on!(self, c => sqlx::query("insert into agent_skill (agent, skill) values ($1, $2) on conflict (agent, skill) do nothing")
                .bind(agent.uuid()).bind(skill.uuid()).execute(c).await.map(|_| ()))?;
        }
        Ok(())
    }

    pub(crate) async fn remove_leases_of(&mut self, agent: AgentId) -> Result<(), Failure> {
        on!(self, c => sqlx::query("delete from lease where agent = $1").bind(agent.uuid()).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    pub async fn save_hours(&mut self, id: HoursId, hours: &Hours, by: &str, now: Timestamp) -> Result<(), Failure> {
        on!(self, c => sqlx::query(
            "insert into hours (id, name, plan, changed_by, changed_at) values ($1, $2, $3, $4, $5) on conflict (id) do update set \
             name = excluded.name, plan = excluded.plan, changed_by = excluded.changed_by, changed_at = excluded.changed_at"
        ).bind(id.uuid()).bind(&hours.name).bind(Json(hours)).bind(by).bind(now.0).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    pub(crate) async fn remove_hours(&mut self, id: HoursId) -> Result<(), Failure> {
        on!(self, c => sqlx::query("delete from hours where id = $1").bind(id.uuid()).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    pub async fn save_skill(&mut self, skill: &Skill) -> Result<(), Failure> {
        on!(self, c => sqlx::query(
            "insert into skill (id, name, language) values ($1, $2, $3) on conflict (id) do update set name = excluded.name, language = excluded.language"
        ).bind(skill.id.uuid()).bind(&skill.name).bind(&skill.language).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    pub(crate) async fn remove_skill(&mut self, id: SkillId) -> Result<(), Failure> {
        on!(self, c => sqlx::query("delete from skill where id = $1").bind(id.uuid()).execute(c).await.map(|_| ()))?;
        Ok(())
    }

    pub(crate) async fn set_reasons(&mut self, reasons: &[Reason]) -> Result<(), Failure> {
        on!(self, c => sqlx::query("delete from reason").execute(c).await.map(|_| ()))?;
        for (position, reason) in (1_i64..).zip(reasons) {
            on!(self, c => sqlx::query("insert into reason (key, name, team, position) values ($1, $2, $3, $4)")
                .bind(&reason.key).bind(&reason.name).bind(&reason.team).bind(position).execute(c).await.map(|_| ()))?;
        }
        Ok(())
    }
}
