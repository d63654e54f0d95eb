//! Catching up: what a follower missed, from the database, by its cursor.

use super::{Services, access, board, customers, desk, waits};
use crate::{bugs::Bug, caller::Caller, database::Tx, failure::Failure};
use domain::{
    board::Board,
    desk::{AgentEvent, AgentState, Numbered, QueueEvent, QueueState},
    event::{Event, PublicEvent, Pulse},
    ids::{ConversationId, Epoch},
    live::{Cursor, LONGEST_DELTA, Stream},
    message::Side,
    state::ChatState,
};

/// The answer to a cursor: what brings its holder to `head`, all of one moment.
#[derive(Debug)]
pub struct CatchUp {
    pub epoch: Epoch,
    pub head: u64,
    pub content: Content,
    /// Short-lived signs that a new follower should know.
    pub pulses: Vec<Pulse>,
}

#[derive(Debug)]
pub enum Content {
    ChatSnapshot(ChatState),
    ChatDelta(Vec<Event>),
    PublicSnapshot(ChatState),
    PublicDelta(Vec<PublicEvent>),
    AgentSnapshot(AgentState),
    AgentDelta(Vec<Numbered<AgentEvent>>),
    QueueSnapshot(QueueState),
    QueueDelta(Vec<Numbered<QueueEvent>>),
    /// Always the whole.
    Board(Board),
}

impl Services {
    /// What `caller` missed of `stream` after `cursor`: a delta, or a snapshot when the gap is over
    /// [`LONGEST_DELTA`], the epoch differs or the cursor is past the head. *Not found* for what may not be followed.
    pub async fn catch_up(&self, caller: &Caller, stream: Stream, cursor: Cursor) -> Result<CatchUp, Failure> {
        let mut tx = self.database.read().await?;
        access::stream(&mut tx, caller, stream).await?;
        let epoch = tx.epoch().await?;
        let head = head(&mut tx, stream).await?;
        let is_known = cursor.epoch == Some(epoch) && cursor.seq <= head && head - cursor.seq <= LONGEST_DELTA;
        if cursor.epoch == Some(epoch) && cursor.seq > head {
            metrics::counter!("deskbell_cursor_ahead_total").increment(1);
        }
        let delta = if is_known { delta(&mut tx, stream, cursor.seq, head).await? } else { None };
        let content = match delta {
            Some(content) => content,
            None => self.whole(&mut tx, caller, stream).await?,
        };
        let pulses = self.pulses(&mut tx, stream).await?;
        Ok(CatchUp { epoch, head, content, pulses })
    }

    /// The numbers of the last events of these streams, for a heartbeat.
    pub async fn heads(&self, streams: &[Stream]) -> Result<Vec<(Stream, u64)>, Failure> {
        self.database.read().await?.heads_of(streams).await
    }

    /// Those of `streams` that the caller may not follow any more.
    pub async fn lost(&self, caller: &Caller, streams: &[Stream]) -> Result<Vec<Stream>, Failure> {
        let mut tx = self.database.read().await?;
        let mut lost = Vec::new();
        for stream in streams {
            match access::stream(&mut tx, caller, *stream).await {
                Ok(()) => {}
                Err(Failure::NotFound) => lost.push(*stream),
                Err(failure) => return Err(failure),
            }
        }
        Ok(lost)
    }

    /// Tells the other side that the caller is typing.
    pub async fn typing(&self, caller: &Caller, conversation: ConversationId) -> Result<(), Failure> {
        let mut tx = self.database.read().await?;
        access::conversation_to_read(&mut tx, caller, conversation).await?;
        drop(tx);
        match caller {
            Caller::Customer(_) => self.bus.pulse(Stream::ChatInternal(conversation), Pulse::Typing { by: Side::Customer, name: None }),
            Caller::Agent(agent) => {
                let pulse = Pulse::Typing { by: Side::Agent, name: Some(agent.name.clone()) };
                self.bus.pulse(Stream::ChatPublic(conversation), pulse.clone());
                self.bus.pulse(Stream::ChatInternal(conversation), pulse);
            }
        }
        Ok(())
    }

    async fn whole(&self, tx: &mut Tx, caller: &Caller, stream: Stream) -> Result<Content, Failure> {
        Ok(match stream {
            Stream::ChatInternal(chat) => Content::ChatSnapshot(ChatState::replay(&tx.all_events(chat).await?)),
            Stream::ChatPublic(chat) => {
                let mut state = ChatState::replay_public(&tx.public_events_after(chat, 0, i64::MAX).await?);
                if Bug::LeakNotes.is_on() {
                    let everything = ChatState::replay(&tx.all_events(chat).await?);
                    state.entries.extend(everything.entries.into_iter().filter(|entry| entry.pub_seq.is_none()));
                }
                Content::PublicSnapshot(state)
            }
            Stream::Agent(agent) => {
                let all = caller.agent().is_some_and(access::sees_all);
                let queues = if all { tx.all_queues().await? } else { tx.queues_of(agent).await? };
                Content::AgentSnapshot(desk::agent_state(tx, agent, queues.into_iter().map(|queue| queue.id).collect()).await?)
            }
            Stream::Queue(id) => {
                let queue = tx.find_queue(id).await?.ok_or(Failure::NotFound)?;
                Content::QueueSnapshot(desk::queue_state(tx, queue).await?)
            }
            Stream::Board => Content::Board(board::board(tx, self.clock.now()).await?),
        })
    }

    async fn pulses(&self, tx: &mut Tx, stream: Stream) -> Result<Vec<Pulse>, Failure> {
        match stream {
            Stream::ChatInternal(chat) => {
                let connected = tx.is_customer_connected(chat, self.clock.now()).await?;
                Ok(vec![Pulse::Link { connected }])
            }
            Stream::ChatPublic(chat) => {
                let Some(facts) = tx.find_conversation(chat).await?.filter(|facts| facts.card.is_waiting()) else { return Ok(Vec::new()) };
                let place = customers::place_in_line(&tx.line(facts.chat.queue).await?, chat);
                let now = self.clock.now();
                let pace = waits::pace(tx, facts.chat.queue, now).await?;
                Ok(place.map(|place| Pulse::Position { place, expected: pace.expected(place, now) }).into_iter().collect())
            }
            Stream::Agent(_) | Stream::Queue(_) | Stream::Board => Ok(Vec::new()),
        }
    }
}

async fn head(tx: &mut Tx, stream: Stream) -> Result<u64, Failure> {
    match stream {
        Stream::ChatInternal(chat) => Ok(tx.conversation_heads(chat).await?.0),
        Stream::ChatPublic(chat) => Ok(tx.conversation_heads(chat).await?.1),
        Stream::Agent(_) | Stream::Queue(_) => tx.stream_head(stream).await,
        // It has no numbers.
        Stream::Board => Ok(0),
    }
}

/// The events between cursor and head; `None` if not all of them are kept any more.
async fn delta(tx: &mut Tx, stream: Stream, seq: u64, head: u64) -> Result<Option<Content>, Failure> {
    let limit = i64::try_from(LONGEST_DELTA).unwrap_or(i64::MAX);
    let (content, count) = match stream {
        Stream::ChatInternal(chat) => {
            let events = tx.events_after(chat, seq, limit).await?;
            let count = events.len();
            (Content::ChatDelta(events), count)
        }
        Stream::ChatPublic(chat) => {
            let events: Vec<PublicEvent> = tx.public_events_after(chat, seq, limit).await?.iter().filter_map(Event::to_public).collect();
            let count = events.len();
            (Content::PublicDelta(events), count)
        }
        Stream::Agent(_) => {
            let events = tx.stream_after(stream, seq).await?;
            let count = events.len();
            (Content::AgentDelta(events), count)
        }
        Stream::Queue(_) => {
            let events = tx.stream_after(stream, seq).await?;
            let count = events.len();
            (Content::QueueDelta(events), count)
        }
        Stream::Board => return Ok(None),
    };
    Ok((count as u64 == head - seq).then_some(content))
}
