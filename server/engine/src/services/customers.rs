//! The customer's side: starting a chat, being there, ending and leaving.

use super::{Services, access, callbacks, hours, ledger, offers, parking, waits};
use crate::{
    caller::{Caller, CustomerCaller},
    database::{ChatFacts, Left, NewConversation, NewCustomer, TimerKind, Tx},
    failure::Failure,
    secrets::{random_token, token_hash},
};
use domain::{
    conversation::{Conversation, Opening, Refusal, Status},
    desk::QueueEvent,
    event::Pulse,
    ids::{ClientKey, ConversationId, CustomerId, InstanceId},
    live::Stream,
    message::{Body, one_line},
    queue::{MayEnd, Policy},
    routing::needs,
    settings::language_of,
    site::is_site_key,
    state::ChatState,
    ticket::parse_email,
    time::{Millis, Timestamp},
    wire::{Availability, CustomerChat, EndRule},
};
use uuid::Uuid;

/// How long a customer token works.
const TOKEN_LIFE: Millis = Millis::minutes(60 * 24 * 30);
/// How long a customer without a socket is waited for who has only forms to show that they are there.
const FORM_PATIENCE: Millis = Millis::minutes(10);
pub(super) const LONGEST_NAME: usize = 100;
const CARD_WORDS: usize = 160;

/// What the form of a widget brings.
#[derive(Debug, Clone)]
pub struct StartChat {
    pub site_key: String,
    /// The random bits of the signed start: the same bits give the same chat.
    pub start: Uuid,
    pub name: String,
    pub email: Option<String>,
    /// Where the customer works, as their page says.
    pub company: Option<String>,
    pub text: String,
    pub page: Option<String>,
    pub user_agent: Option<String>,
    pub locale: Option<String>,
    /// The page works without scripts: no socket will tell that the customer is there.
    pub by_form: bool,
}

pub struct Started {
    pub token: String,
    pub chat: CustomerChat,
}

/// The parsed form.
struct Parsed {
    name: String,
    email: Option<String>,
    company: Option<String>,
    body: Body,
}

fn parse(start: &StartChat) -> Result<Parsed, Failure> {
    let name = one_line(&start.name);
    if name.is_empty() {
        return Err(Failure::Invalid { field: "name", why: "problem.required" });
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(Failure::Invalid { field: "name", why: "problem.too_long" });
    }
    let email = match start.email.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => Some(parse_email(text).ok_or(Failure::Invalid { field: "email", why: "problem.email" })?),
        None => None,
    };
    let company = start.company.as_deref().map(one_line).map(|text| text.chars().take(LONGEST_NAME).collect::<String>());
    Ok(Parsed { name, email, company: company.filter(|text| !text.is_empty()), body: Body::parse(&start.text)? })
}

fn first_words(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(CARD_WORDS) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

impl Services {
    /// Makes customer, chat and first message; the same start gives the same chat and another token of its customer, until
    /// they have left: then the start is as good as expired.
    pub async fn start_chat(&self, start: StartChat) -> Result<Started, Failure> {
        let parsed = parse(&start)?;
        if !is_site_key(&start.site_key) {
            return Err(Failure::NotFound);
        }
        let (services, token, now) = (self.clone(), random_token(), self.clock.now());
        let hash = token_hash(&token);
        let caller = self
            .database
            .write(async move |tx: &mut Tx| {
                let caller = match tx.find_conversation_by_start(start.start).await? {
                    Some(id) => again(tx, id).await?,
                    None => open(tx, &services, &start, &parsed, now).await?,
                };
                tx.add_customer_token(&hash, (caller.id, caller.conversation), now, now + TOKEN_LIFE).await?;
                Ok(caller)
            })
            .await?;
        let chat = self.customer_chat(&Caller::Customer(caller)).await?;
        Ok(Started { token, chat })
    }

    /// Who a customer token stands for.
    pub async fn customer_by_token(&self, token: &str) -> Result<Option<Caller>, Failure> {
        Ok(self.database.token_owner(token_hash(token), self.clock.now()).await?.map(Caller::Customer))
    }

    /// The customer's conversation as of now.
    pub async fn customer_chat(&self, caller: &Caller) -> Result<CustomerChat, Failure> {
        let customer = access::customer(caller)?;
        let (id, now) = (customer.conversation, self.clock.now());
        let mut tx = self.database.read().await?;
        let facts = access::conversation_to_read(&mut tx, caller, id).await?;
        let policy = tx.queue(facts.chat.queue).await?.policy;
        let openness = hours::of(&mut tx, &policy, now).await?;
        let state = ChatState::replay_public(&tx.public_events_after(id, 0, i64::MAX).await?);
        let pace = waits::pace(&mut tx, facts.chat.queue, now).await?;
        let place = if facts.card.is_waiting() { place_in_line(&tx.line(facts.chat.queue).await?, id) } else { None };
        let expected = place.and_then(|place| pace.expected(place, now));
        Ok(CustomerChat {
            conversation: id,
            epoch: tx.epoch().await?,
            now,
            state,
            end_right: facts.chat.end_right(&policy, openness.is_open()),
            end_rule: end_rule(&policy),
            place,
            expected,
            availability: Availability { open: openness.is_open(), opens_at: openness.opens() },
            callback_from: callbacks::offered_from(&facts, &policy, openness),
            called_at: facts.chat.extra.callback.as_ref().map(domain::callback::Callback::masked),
        })
    }

    /// A sign of life from a page without scripts.
    pub async fn customer_seen(&self, caller: &Caller) -> Result<(), Failure> {
        let (id, now) = (access::customer(caller)?.conversation, self.clock.now());
        self.database
            .write(async move |tx: &mut Tx| {
                back(tx, id, now).await?;
                if !tx.is_customer_connected(id, now).await? {
                    tx.set_timer(TimerKind::CustomerGone, id.uuid(), now + FORM_PATIENCE).await?;
                }
                Ok(())
            })
            .await
    }

    /// "End chat", by the rule of the queue. Ending again changes nothing.
    pub async fn customer_ends(&self, caller: &Caller) -> Result<CustomerChat, Failure> {
        let (who, now) = (caller.clone(), self.clock.now());
        self.database
            .write(async move |tx: &mut Tx| {
                let id = access::customer(&who)?.conversation;
                let facts = access::conversation(tx, &who, id).await?;
                let policy = tx.queue(facts.chat.queue).await?.policy;
                let open = hours::of(tx, &policy, now).await?.is_open();
                // Asked first on a copy, so that a refused end withdraws no offer.
                facts.chat.clone().customer_ends(&policy, open, now)?;
                offers::cancel_of(tx, &facts, now).await?;
                let before = access::conversation(tx, &who, id).await?;
                let mut after = before.chat.clone();
                let events = after.customer_ends(&policy, open, now)?;
                let sender = who.sender();
                ledger::store(tx, ledger::Step { before: &before, after, events, sender: &sender, offered_to: None }, now).await?;
                tx.clear_timer(TimerKind::CustomerGone, id.uuid()).await
            })
            .await?;
        self.customer_chat(caller).await
    }

    /// "Leave chat": the customer's tokens are worthless from now on and their sockets close. Refused while the chat goes
    /// on.
    pub async fn customer_leaves(&self, caller: &Caller) -> Result<(), Failure> {
        let (caller, id) = (caller.clone(), access::customer(caller)?.id);
        self.database
            .write(async move |tx: &mut Tx| {
                let customer = access::customer(&caller)?;
                let facts = access::conversation(tx, &caller, customer.conversation).await?;
                match facts.chat.status {
                    Status::WrapUp { .. } | Status::Closed { .. } | Status::Abandoned { .. } | Status::Callback { .. } => {
                        tx.revoke_customer_tokens(customer.id).await
                    }
                    Status::Waiting { .. } | Status::Offered { .. } | Status::Active { .. } | Status::Parked { .. } => {
                        Err(Refusal::NotEnded.into())
                    }
                }
            })
            .await?;
        self.bus.end_customer(id);
        Ok(())
    }

    /// A socket of the customer is open: somebody is there, and a chat that was given up waits at its old place again. Takes or
    /// renews the lease, and gives when.
    pub async fn customer_connected(&self, caller: &Caller, instance: InstanceId) -> Result<Timestamp, Failure> {
        let (id, now) = (access::customer(caller)?.conversation, self.clock.now());
        let first = self
            .database
            .write(async move |tx: &mut Tx| {
                let first = tx.take_customer_lease(id, instance, now).await?;
                tx.clear_timer(TimerKind::CustomerGone, id.uuid()).await?;
                back(tx, id, now).await?;
                Ok(first)
            })
            .await?;
        if first {
            self.bus.pulse(Stream::ChatInternal(id), Pulse::Link { connected: true });
        }
        Ok(now)
    }

    /// A socket of the customer ended; with the last one the wait for their return began. A lease that another socket has
    /// renewed stays.
    pub async fn customer_disconnected(&self, caller: &Caller, instance: InstanceId, left: Left) -> Result<(), Failure> {
        let id = access::customer(caller)?.conversation;
        let last = self
            .database
            .write(async move |tx: &mut Tx| {
                let last = tx.release_customer_lease(id, instance, left).await?;
                if last {
                    await_return(tx, id, left.left_at).await?;
                }
                Ok(last)
            })
            .await?;
        if last {
            self.bus.pulse(Stream::ChatInternal(id), Pulse::Link { connected: false });
        }
        Ok(())
    }
}

/// 1 for the next one to be served.
pub(crate) fn place_in_line(line: &[ConversationId], id: ConversationId) -> Option<u32> {
    line.iter().position(|other| *other == id).and_then(|n| u32::try_from(n + 1).ok())
}

fn end_rule(policy: &Policy) -> EndRule {
    match policy.may_end {
        MayEnd::Restricted { unanswered, idle } => EndRule::Restricted { unanswered, idle },
        MayEnd::Always => EndRule::Always,
        MayEnd::AgentOnly => EndRule::AgentOnly,
    }
}

/// The customer of a chat that was started before. Tokens outlive starts: one who has none has given them back.
async fn again(tx: &mut Tx, id: ConversationId) -> Result<CustomerCaller, Failure> {
    let chat = tx.lock_conversation(id).await?.ok_or(Failure::NotFound)?.chat;
    if !tx.has_customer_token(id).await? {
        return Err(Failure::Invalid { field: "start", why: "problem.start_expired" });
    }
    Ok(CustomerCaller { id: chat.customer, site: chat.site, conversation: chat.id, name: chat.customer_name })
}

async fn open(tx: &mut Tx, services: &Services, start: &StartChat, parsed: &Parsed, now: Timestamp) -> Result<CustomerCaller, Failure> {
    let site = tx.find_site_by_key(&start.site_key).await?.ok_or(Failure::NotFound)?;
    let queue = tx.queue(site.queue).await?;
    let (customer, id) = (CustomerId::new(services.secrets.id()), ConversationId::new(services.secrets.id()));
    let new = NewCustomer {
        id: customer,
        site: site.id,
        name: &parsed.name,
        email: parsed.email.as_deref(),
        company: parsed.company.as_deref(),
        locale: start.locale.as_deref(),
    };
    let language = start.locale.as_deref().map(language_of).filter(|tag| !tag.is_empty());
    let needs = needs(&queue.policy, language.as_deref(), &tx.skills().await?);
    let last_agent = match &parsed.email {
        Some(email) if queue.policy.prefer_last_agent => tx.last_agent_of(site.id, email).await?,
        Some(_) | None => None,
    };
    if let Some(email) = parsed.email.as_deref().filter(|_| queue.policy.one_chat)
        && tx.has_open_chat(site.id, email).await?
    {
        return Err(Failure::Invalid { field: "email", why: "problem.one_chat" });
    }
    tx.add_customer(new, now).await?;
    let opening = Opening {
        id,
        site: site.id,
        queue: queue.id,
        service: queue.service.clone(),
        customer,
        customer_name: parsed.name.clone(),
        email: parsed.email.clone(),
        page: start.page.clone(),
        user_agent: start.user_agent.clone(),
        locale: start.locale.clone(),
        first: parsed.body.clone(),
        client: ClientKey(start.start),
        needs,
        last_agent,
    };
    let (chat, events) = Conversation::open(opening, now);
    tx.add_conversation(NewConversation { chat: &chat, start_key: start.start, words: &first_words(parsed.body.as_str()) }).await?;
    let caller = CustomerCaller { id: customer, site: site.id, conversation: id, name: parsed.name.clone() };
    tx.add_events(id, &Caller::Customer(caller.clone()).sender(), events).await?;
    let patience = if start.by_form { FORM_PATIENCE } else { queue.policy.abandon_after };
    tx.set_timer(TimerKind::CustomerGone, id.uuid(), now + patience).await?;
    let facts = tx.find_conversation(id).await?.ok_or(Failure::NotFound)?;
    tx.tell_queue(queue.id, QueueEvent::Card { card: facts.card }, now).await?;
    tx.outgoing.push(crate::database::Outgoing::Route);
    parking::arrived(tx, id, now).await?;
    Ok(caller)
}

/// A chat that was given up because its customer was gone goes back to its place.
async fn back(tx: &mut Tx, id: ConversationId, now: Timestamp) -> Result<(), Failure> {
    let Some(seen) = tx.find_conversation(id).await? else { return Err(Failure::NotFound) };
    if !matches!(seen.chat.status, Status::Abandoned { .. }) {
        return Ok(());
    }
    let before = tx.lock_conversation(id).await?.ok_or(Failure::NotFound)?;
    let mut after = before.chat.clone();
    let events = after.resume(now);
    ledger::store(tx, ledger::Step { before: &before, after, events, sender: ledger::DESK, offered_to: None }, now).await?;
    Ok(())
}

/// Nobody is connected any more: while the chat waits, the queue's patience begins.
pub(crate) async fn await_return(tx: &mut Tx, id: ConversationId, now: Timestamp) -> Result<(), Failure> {
    let Some(facts) = tx.find_conversation(id).await? else { return Ok(()) };
    if facts.card.is_unanswered() {
        let policy = tx.queue(facts.chat.queue).await?.policy;
        tx.set_timer(TimerKind::CustomerGone, id.uuid(), now + policy.abandon_after).await?;
    }
    Ok(())
}

/// Fired by the timer of a customer who did not come back: the chat becomes a work item.
pub(crate) async fn give_up(tx: &mut Tx, id: ConversationId, now: Timestamp) -> Result<(), Failure> {
    if tx.is_customer_connected(id, now).await? {
        return Ok(());
    }
    let Some(facts) = tx.lock_conversation(id).await? else { return Ok(()) };
    if matches!(facts.chat.status, Status::Parked { .. }) {
        // They were told that nobody is there; the chat waits for those who will be.
        return Ok(());
    }
    offers::cancel_of(tx, &facts, now).await?;
    let before: ChatFacts = tx.lock_conversation(id).await?.ok_or(Failure::NotFound)?;
    let mut after = before.chat.clone();
    let events = after.customer_gone(now);
    ledger::store(tx, ledger::Step { before: &before, after, events, sender: ledger::DESK, offered_to: None }, now).await?;
    Ok(())
}
