//! What admins and supervisors set in the app.

use crate::boundary::Answer;
use domain::{
    hours::Hours,
    ids::{AgentId, HoursId, QueueId, SkillId},
    presence::Reason,
    settings::{AgentDraft, DeskSettings, QueueDraft, Settings, Skill},
};
use leptos::{prelude::*, server_fn::codec::Json};

/// Everything that the settings screens show.
#[server(prefix = "/api/console", endpoint = "settings.read", input = Json, output = Json)]
pub async fn read() -> Answer<Settings> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.settings(&caller).await.reply()
}

/// Makes a queue, or changes one.
#[server(prefix = "/api/console", endpoint = "settings.save_queue", input = Json, output = Json)]
pub async fn save_queue(id: Option<QueueId>, draft: QueueDraft) -> Answer<QueueId> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.save_queue(&caller, id, draft).await.reply()
}

/// Puts a queue away, or takes it out again. Refused while chats are open in it, or a site or another queue leads to it.
#[server(prefix = "/api/console", endpoint = "settings.archive_queue", input = Json, output = Json)]
pub async fn archive_queue(id: QueueId, archived: bool) -> Answer<()> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.archive_queue(&caller, id, archived).await.reply()
}

/// Makes an agent, or changes one.
#[server(prefix = "/api/console", endpoint = "settings.save_agent", input = Json, output = Json)]
pub async fn save_agent(id: Option<AgentId>, draft: AgentDraft) -> Answer<AgentId> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.save_agent(&caller, id, draft).await.reply()
}

#[server(prefix = "/api/console", endpoint = "settings.save_hours", input = Json, output = Json)]
pub async fn save_hours(id: Option<HoursId>, hours: Hours) -> Answer<HoursId> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.save_hours(&caller, id, hours).await.reply()
}

/// Refused while a queue keeps these hours.
#[server(prefix = "/api/console", endpoint = "settings.remove_hours", input = Json, output = Json)]
pub async fn remove_hours(id: HoursId) -> Answer<()> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.remove_hours(&caller, id).await.reply()
}

/// Makes a skill (`id` is `None`), or changes one.
#[server(prefix = "/api/console", endpoint = "settings.save_skill", input = Json, output = Json)]
pub async fn save_skill(id: Option<SkillId>, name: String, language: Option<String>) -> Answer<Skill> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.save_skill(&caller, id, name, language).await.reply()
}

/// Refused while a queue asks for it.
#[server(prefix = "/api/console", endpoint = "settings.remove_skill", input = Json, output = Json)]
pub async fn remove_skill(id: SkillId) -> Answer<()> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.remove_skill(&caller, id).await.reply()
}

/// The Not ready reasons in the order in which they are shown; new ones come with an empty key.
#[server(prefix = "/api/console", endpoint = "settings.save_reasons", input = Json, output = Json)]
pub async fn save_reasons(reasons: Vec<Reason>) -> Answer<Vec<Reason>> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.save_reasons(&caller, reasons).await.reply()
}

#[server(prefix = "/api/console", endpoint = "settings.save_desk", input = Json, output = Json)]
pub async fn save_desk(settings: DeskSettings) -> Answer<()> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.save_desk(&caller, settings).await.reply()
}
