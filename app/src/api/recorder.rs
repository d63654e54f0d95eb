//! The flight recorder's questions.

use crate::boundary::Answer;
use domain::{
    ids::{AgentId, ConversationId},
    recorder::{AskReplay, Decision, Replay, WhyNone},
};
use leptos::{prelude::*, server_fn::codec::Json};

/// "Why did this chat go there?": all decisions about it, oldest first.
#[server(prefix = "/api/console", endpoint = "recorder.why_chat", input = Json, output = Json)]
pub async fn why_chat(conversation: ConversationId) -> Answer<Vec<Decision>> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.why_chat(&caller, conversation).await.reply()
}

/// "Why did I get none?": of oneself, or for supervisors of anybody.
#[server(name = AskWhyNone, prefix = "/api/console", endpoint = "recorder.why_none", input = Json, output = Json)]
pub async fn why_none(agent: AgentId) -> Answer<WhyNone> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.why_none(&caller, agent).await.reply()
}

/// "What would have happened with these rules?": a day's log against a queue's edited settings. Changes nothing.
#[server(name = PlayAgain, prefix = "/api/console", endpoint = "recorder.replay", input = Json, output = Json)]
pub async fn replay(ask: AskReplay) -> Answer<Replay> {
    use crate::boundary::{Reply, request};
    let (services, caller) = request()?;
    services.replay(&caller, ask).await.reply()
}
