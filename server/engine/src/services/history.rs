//! Closed chats.

use super::{Services, access};
use crate::{caller::Caller, failure::Failure};
use domain::{
    desk::{HistoryFilter, PastChat},
    message::one_line,
};

/// The most chats of one page.
const PAGE: i64 = 50;

impl Services {
    /// The newest closed chats that fit the filter: of the caller's queues and their own, for supervisors all.
    pub async fn history(&self, caller: &Caller, filter: HistoryFilter) -> Result<Vec<PastChat>, Failure> {
        let agent = access::agent(caller)?;
        let only = (!access::sees_all(agent)).then_some(agent.id);
        let filter = HistoryFilter { search: one_line(&filter.search).to_lowercase(), ..filter };
        self.database.read().await?.closed_chats(only, &filter, PAGE).await
    }
}
