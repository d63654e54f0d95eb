//! Delivered and read: watermarks, stored like messages.

use super::{Services, access};
use crate::{
    caller::Caller,
    database::batch::{Action, Command},
    failure::Failure,
};
use domain::{ids::ConversationId, wire::MarkSeen};

impl Services {
    /// Moves the caller's marks forward; what is not news changes nothing. Marks of an agent who does not hold the chat
    /// are not the desk's and change nothing either.
    pub async fn mark(&self, caller: &Caller, conversation: ConversationId, seen: MarkSeen) -> Result<(), Failure> {
        if caller.agent().is_some() {
            let mut tx = self.database.read().await?;
            access::conversation_to_read(&mut tx, caller, conversation).await?;
        }
        let command = Command { caller: caller.clone(), conversation, action: Action::Mark(seen), now: self.clock.now() };
        self.database.submit(command).await?;
        Ok(())
    }
}
