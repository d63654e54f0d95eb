//! Tickets: raised from chats, listed and read.

use super::{Services, access};
use crate::{
    caller::Caller,
    database::{NewFile, NewTicket, Tx},
    failure::Failure,
};
use domain::{
    conversation::Conversation,
    ids::{FileId, TicketId},
    message::{AgentRef, one_line},
    ticket::{TicketDraft, TicketStatus, TicketSummary, TicketView},
    time::Timestamp,
    transcript,
};

/// The most tickets of one list.
const PAGE: i64 = 200;

#[derive(Debug, Clone, Default)]
pub struct TicketFilter {
    pub status: Option<TicketStatus>,
    /// Part of the subject, the requester's name or e-mail, or the number.
    pub search: Option<String>,
}

/// A file as it is downloaded.
pub struct FileContent {
    pub name: String,
    pub media_type: String,
    pub bytes: Vec<u8>,
}

pub(crate) struct Raised<'a> {
    pub number: i64,
    pub draft: &'a TicketDraft,
    pub chat: &'a Conversation,
    pub by: &'a AgentRef,
}

/// Creates the ticket of a chat, with the log as an internal note and the transcript as a file.
pub(crate) async fn raise(tx: &mut Tx, services: &Services, raised: Raised<'_>, now: Timestamp) -> Result<(), Failure> {
    let Raised { number, draft, chat, by } = raised;
    let id = TicketId::new(services.secrets.id());
    tx.add_ticket(NewTicket { id, number, conversation: chat.id, queue: chat.queue, requester: chat.customer, draft, by: by.id }, now)
        .await?;
    let lines = transcript::of_organisation(&tx.all_events(chat.id).await?, &services.texts);
    let text = transcript::to_text(&lines, &services.texts);
    tx.add_ticket_note(services.secrets.id(), id, by, &text, now).await?;
    let name = format!("transcript-{number}.txt");
    let file = NewFile {
        id: FileId::new(services.secrets.id()),
        ticket: id,
        name: &name,
        media_type: "text/plain; charset=utf-8",
        content: text.as_bytes(),
    };
    tx.add_ticket_file(file, now).await
}

impl Services {
    /// The newest tickets of the caller's queues that fit the filter.
    pub async fn tickets(&self, caller: &Caller, filter: TicketFilter) -> Result<Vec<TicketSummary>, Failure> {
        let agent = access::agent(caller)?;
        let only = (!access::sees_all(agent)).then_some(agent.id);
        let search = filter.search.as_deref().map(one_line).filter(|text| !text.is_empty());
        self.database.read().await?.list_tickets(only, filter.status, search.as_deref(), PAGE).await
    }

    /// A ticket with its notes, files and the conversation behind it.
    pub async fn ticket(&self, caller: &Caller, number: i64) -> Result<TicketView, Failure> {
        let mut tx = self.database.read().await?;
        let row = readable(&mut tx, caller, number).await?;
        let notes = tx.ticket_notes(row.summary.id).await?;
        let files = tx.ticket_files(row.summary.id).await?;
        let transcript = match row.conversation {
            Some(chat) => transcript::of_organisation(&tx.all_events(chat).await?, &self.texts),
            None => Vec::new(),
        };
        Ok(TicketView { summary: row.summary, description: row.description, conversation: row.conversation, notes, files, transcript })
    }

    /// A file of a ticket that the caller may read.
    pub async fn ticket_file(&self, caller: &Caller, id: FileId) -> Result<FileContent, Failure> {
        let mut tx = self.database.read().await?;
        let (number, name, media_type, bytes) = tx.find_ticket_file(id).await?.ok_or(Failure::NotFound)?;
        readable(&mut tx, caller, number).await?;
        Ok(FileContent { name, media_type, bytes })
    }
}

/// The ticket, if the caller serves its queue, is its assignee or sees everything.
async fn readable(tx: &mut Tx, caller: &Caller, number: i64) -> Result<crate::database::TicketRow, Failure> {
    let agent = access::agent(caller)?;
    let row = tx.find_ticket(number).await?.ok_or(Failure::NotFound)?;
    let allowed =
        access::sees_all(agent) || tx.is_member(row.summary.queue, agent.id).await? || tx.is_assignee(row.summary.id, agent.id).await?;
    if allowed { Ok(row) } else { Err(Failure::NotFound) }
}
