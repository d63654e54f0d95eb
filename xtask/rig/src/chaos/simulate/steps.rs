//! What somebody does next. A new use case is a variant here, a line in [`Step::draw`] and an arm in [`Step::act`].

use super::{
    day::{Day, is_an_answer},
    look::agent_id,
    people::{self, Guest, Person, Tab, site_key},
};
use anyhow::Result;
use domain::{
    conversation::Refusal,
    ids::{ClientKey, ConversationId, InstanceId, OfferId},
    presence::Wish,
    queue::Policy,
    settings::{Member, QueueDraft},
    ticket::{Priority, TicketDraft},
    time::Millis,
    wire::{AskCallback, Closing},
};
use engine::{caller::Caller, database::Left, failure::Failure, services::StartChat};
use rand::{Rng, seq::IndexedRandom};

/// One thing that happens. Agents and guests by their number, chats and offers by their place in the last look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Arrive {
        queue: usize,
    },
    Burst {
        queue: usize,
        count: usize,
    },
    /// Twice for a second tab, or an answer that was lost.
    Accept {
        offer: usize,
        twice: bool,
    },
    Reject {
        offer: usize,
    },
    /// An answer that was under way for long.
    LateAnswer {
        offer: usize,
        yes: bool,
    },
    Join {
        agent: usize,
        chat: usize,
    },
    AgentWrites {
        chat: usize,
    },
    GuestWrites {
        guest: usize,
        again: bool,
    },
    GuestEnds {
        guest: usize,
    },
    GuestCrashes {
        guest: usize,
    },
    GuestCloses {
        guest: usize,
    },
    GuestReturns {
        guest: usize,
    },
    AsksCallback {
        guest: usize,
    },
    Ends {
        chat: usize,
        ticket: bool,
    },
    Leaves {
        chat: usize,
    },
    Wishes {
        agent: usize,
        wish: Wish,
    },
    TabOpens {
        agent: usize,
    },
    TabCloses {
        agent: usize,
    },
    TabCrashes {
        agent: usize,
    },
    Capacity {
        agent: usize,
        places: i64,
    },
    Membership {
        agent: usize,
    },
    Policy {
        queue: usize,
    },
    Transfer {
        chat: usize,
        to: usize,
    },
    TransferQueue {
        chat: usize,
        queue: usize,
    },
    MoveQueue {
        chat: usize,
        queue: usize,
    },
    TakeOver {
        chat: usize,
    },
    EndWorkItem {
        chat: usize,
    },
    Wait {
        seconds: i64,
    },
    Restart {
        seconds: i64,
    },
}

impl Step {
    pub fn draw(day: &mut Day) -> Self {
        let (agents, queues) = (day.agents.len(), day.queues.len());
        let (chats, offers, guests) = (day.look.chats.len(), day.look.offers.len(), day.guests.len());
        let pending: Vec<usize> = places(&day.look.offers, |offer| offer.state == "pending");
        let with = |status: &str| places(&day.look.chats, |chat| chat.status == status);
        let (active, wrap_up, waiting) = (with("active"), with("wrap_up"), with("waiting"));
        let items = [with("abandoned"), with("callback")].concat();
        let chance = &mut day.chance;
        let agent = chance.random_range(0..agents);
        let queue = chance.random_range(0..queues);
        let any = |n: usize, chance: &mut rand::rngs::StdRng| (n > 0).then(|| chance.random_range(0..n));
        let wait = Step::Wait { seconds: chance.random_range(1..=15) };
        let drawn = match chance.random_range(0..100) {
            0..12 => Some(Step::Arrive { queue }),
            12..14 => Some(Step::Burst { queue, count: chance.random_range(3..=8) }),
            14..27 => pending.choose(chance).map(|&offer| Step::Accept { offer, twice: chance.random_bool(0.3) }),
            27..31 => pending.choose(chance).map(|&offer| Step::Reject { offer }),
            31..33 => any(offers, chance).map(|offer| Step::LateAnswer { offer, yes: chance.random_bool(0.5) }),
            33..36 => any(chats, chance).map(|chat| Step::Join { agent, chat }),
            36..39 => active.choose(chance).map(|&chat| Step::AgentWrites { chat }),
            39..44 => any(guests, chance).map(|guest| Step::GuestWrites { guest, again: chance.random_bool(0.2) }),
            44..47 => any(guests, chance).map(|guest| Step::GuestEnds { guest }),
            47..49 => any(guests, chance).map(|guest| Step::GuestCrashes { guest }),
            49..51 => any(guests, chance).map(|guest| Step::GuestCloses { guest }),
            51..54 => any(guests, chance).map(|guest| Step::GuestReturns { guest }),
            54..55 => any(guests, chance).map(|guest| Step::AsksCallback { guest }),
            55..60 => active.choose(chance).map(|&chat| Step::Ends { chat, ticket: chance.random_bool(0.4) }),
            60..65 => wrap_up.choose(chance).map(|&chat| Step::Leaves { chat }),
            65..72 => Some(Step::Wishes { agent, wish: Wish::Ready }),
            72..74 => Some(Step::Wishes { agent, wish: Wish::NotReady(Some("break".into())) }),
            74..75 => Some(Step::Wishes { agent, wish: Wish::Offline }),
            75..81 => Some(Step::TabOpens { agent }),
            81..82 => Some(Step::TabCloses { agent }),
            82..84 => Some(Step::TabCrashes { agent }),
            84..85 => Some(Step::Capacity { agent, places: chance.random_range(1..=4) }),
            85..86 => Some(Step::Membership { agent }),
            86..87 => Some(Step::Policy { queue }),
            87..88 => active.choose(chance).map(|&chat| Step::Transfer { chat, to: agent }),
            88..89 => active.choose(chance).map(|&chat| Step::TransferQueue { chat, queue }),
            89..90 => waiting.choose(chance).map(|&chat| Step::MoveQueue { chat, queue }),
            90..91 => active.choose(chance).map(|&chat| Step::TakeOver { chat }),
            91..92 => items.choose(chance).map(|&chat| Step::EndWorkItem { chat }),
            92..98 => None,
            98..99 => Some(Step::Wait { seconds: chance.random_range(40..=150) }),
            _ => Some(Step::Restart { seconds: chance.random_range(0..=120) }),
        };
        drawn.unwrap_or(wait)
    }

    /// Does it; gives what was answered, in a word. What the answer itself breaks goes into [`Day::wrong`].
    pub async fn act(&self, day: &mut Day) -> Result<String> {
        let answer = match self {
            Step::Arrive { queue } => arrive(day, *queue).await,
            Step::Burst { queue, count } => burst(day, *queue, *count).await,
            Step::Accept { offer, twice } => accept(day, *offer, *twice).await,
            Step::Reject { offer } => answer_offer(day, *offer, false).await.map(|_| ()),
            Step::LateAnswer { offer, yes } => late(day, *offer, *yes).await,
            Step::Join { agent, chat } => {
                let (caller, chat) = (day.agents[*agent].caller.clone(), chat_at(day, *chat));
                day.node.services.join(&caller, chat).await
            }
            Step::AgentWrites { .. }
            | Step::Ends { .. }
            | Step::Leaves { .. }
            | Step::Transfer { .. }
            | Step::TransferQueue { .. }
            | Step::MoveQueue { .. }
            | Step::TakeOver { .. }
            | Step::EndWorkItem { .. } => self.act_on_chat(day).await,
            Step::GuestWrites { .. }
            | Step::GuestEnds { .. }
            | Step::GuestCrashes { .. }
            | Step::GuestCloses { .. }
            | Step::GuestReturns { .. }
            | Step::AsksCallback { .. } => self.act_as_guest(day).await,
            Step::Wishes { .. }
            | Step::TabOpens { .. }
            | Step::TabCloses { .. }
            | Step::TabCrashes { .. }
            | Step::Capacity { .. }
            | Step::Membership { .. }
            | Step::Policy { .. } => self.act_on_desk(day).await,
            Step::Wait { seconds } => return day.pass(Millis::seconds(*seconds)).await.map(|()| "ok".into()),
            Step::Restart { seconds } => return day.restart(Millis::seconds(*seconds)).await.map(|()| "ok".into()),
        };
        Ok(match answer {
            Ok(()) => "ok".into(),
            Err(failure) => {
                if !is_an_answer(&failure) {
                    day.wrong.push(format!("a fault: {self:?} was answered {failure}"));
                }
                failure.to_string()
            }
        })
    }

    async fn act_on_chat(&self, day: &mut Day) -> Result<(), Failure> {
        let services = day.node.services.clone();
        match *self {
            Step::AgentWrites { chat } => {
                let key = ClientKey(day.id());
                let Some(caller) = owner(day, chat) else { return Ok(()) };
                day.told.messages += 1;
                services.send(&caller, chat_at(day, chat), key, "How can I help?", 0).await.map(|_| ())
            }
            Step::Ends { chat, ticket } => {
                let Some(caller) = owner(day, chat) else { return Ok(()) };
                let closing = if ticket { Closing::Ticket { draft: draft() } } else { Closing::NoTicket };
                services.end(&caller, chat_at(day, chat), closing).await.map(|_| ())
            }
            Step::Leaves { chat } => match owner(day, chat) {
                Some(caller) => services.leave(&caller, chat_at(day, chat)).await,
                None => Ok(()),
            },
            Step::Transfer { chat, to } => match owner(day, chat) {
                Some(caller) => services.transfer(&caller, chat_at(day, chat), day.agents[to].id, "").await,
                None => Ok(()),
            },
            Step::TransferQueue { chat, queue } => match owner(day, chat) {
                Some(caller) => services.transfer_queue(&caller, chat_at(day, chat), day.queues[queue], "").await,
                None => Ok(()),
            },
            Step::MoveQueue { chat, queue } => services.move_queue(&day.admin, chat_at(day, chat), day.queues[queue], "").await,
            Step::TakeOver { chat } => services.take_over(&day.admin, chat_at(day, chat)).await,
            Step::EndWorkItem { chat } => {
                let key = ClientKey(day.id());
                services.end_work_item(&day.admin, chat_at(day, chat), key, "Called back").await
            }
            _ => Ok(()),
        }
    }

    async fn act_as_guest(&self, day: &mut Day) -> Result<(), Failure> {
        let (services, now) = (day.node.services.clone(), day.now());
        match *self {
            Step::GuestWrites { guest, again } => write(day, guest, again).await,
            Step::GuestEnds { guest } => {
                let caller = day.guests[guest].caller.clone();
                services.customer_ends(&caller).await.map(|_| ())
            }
            Step::GuestCrashes { guest } => {
                day.guests[guest].stays = false;
                Ok(())
            }
            Step::GuestCloses { guest } => {
                let guest = &mut day.guests[guest];
                guest.stays = false;
                let Some(tab) = guest.tab.take() else { return Ok(()) };
                services.customer_disconnected(&guest.caller, tab.instance, Left { renewed_at: tab.renewed_at, left_at: now }).await
            }
            Step::GuestReturns { guest } => {
                let instance = InstanceId::new(day.id());
                let guest = &mut day.guests[guest];
                guest.stays = true;
                guest.tab = Some(Tab { instance, renewed_at: now });
                services.customer_connected(&guest.caller, instance).await.map(|_| ())
            }
            Step::AsksCallback { guest } => {
                let ask = AskCallback { phone: "+44 20 7946 0018".into(), message: String::new(), when: String::new() };
                services.ask_callback(&day.guests[guest].caller, ask).await.map(|_| ())
            }
            _ => Ok(()),
        }
    }

    async fn act_on_desk(&self, day: &mut Day) -> Result<(), Failure> {
        let (services, now) = (day.node.services.clone(), day.now());
        match self {
            Step::Wishes { agent, wish } => {
                let person = &mut day.agents[*agent];
                if *wish == Wish::Ready {
                    person.said_ready = now;
                }
                services.set_wish(&person.caller, wish.clone()).await
            }
            Step::TabOpens { agent } => {
                let instance = InstanceId::new(day.id());
                let person = &mut day.agents[*agent];
                person.tabs.push(Tab { instance, renewed_at: now });
                services.lease(&person.caller, instance).await.map(|_| ())
            }
            Step::TabCloses { agent } => {
                let person = &mut day.agents[*agent];
                let Some(tab) = person.tabs.pop() else { return Ok(()) };
                services.release(&person.caller, tab.instance, Left { renewed_at: tab.renewed_at, left_at: now }).await
            }
            Step::TabCrashes { agent } => {
                // All of a browser's tabs: nobody renews them any more.
                day.agents[*agent].tabs.clear();
                Ok(())
            }
            Step::Capacity { agent, places } => {
                day.agents[*agent].draft.capacity = *places;
                save(day, *agent).await
            }
            Step::Membership { agent } => {
                day.agents[*agent].draft.queues = people::memberships(&mut day.chance, &day.queues);
                save(day, *agent).await
            }
            Step::Policy { queue } => {
                let policy = people::policy(&mut day.chance, day.skill);
                let (id, draft) = (day.queues[*queue], queue_draft(day, *queue, policy));
                services.save_queue(&day.admin, Some(id), draft).await.map(|_| ())
            }
            _ => Ok(()),
        }
    }
}

fn places<T>(rows: &[T], wanted: impl Fn(&T) -> bool) -> Vec<usize> {
    rows.iter().enumerate().filter(|(_, row)| wanted(row)).map(|(place, _)| place).collect()
}

fn chat_at(day: &Day, place: usize) -> ConversationId {
    ConversationId::new(day.look.chats[place].id)
}

/// Who has a chat, as a caller.
fn owner(day: &Day, place: usize) -> Option<Caller> {
    let agent = agent_id(day.look.chats[place].agent?);
    if day.admin.agent().is_some_and(|admin| admin.id == agent) {
        return Some(day.admin.clone());
    }
    day.agents.iter().find(|person| person.id == agent).map(|person| person.caller.clone())
}

fn draft() -> TicketDraft {
    TicketDraft {
        subject: "A lamp".into(),
        description: String::new(),
        requester_name: "Priya".into(),
        requester_email: Some("priya@raman.example".into()),
        priority: Priority::Normal,
    }
}

/// A queue as its form would save it: with the members that the agents' own forms have given it.
fn queue_draft(day: &Day, n: usize, policy: Policy) -> QueueDraft {
    let served =
        |person: &Person| person.draft.queues.iter().find(|(queue, _)| *queue == day.queues[n]).map(|(_, priority)| (person.id, *priority));
    let members = day.agents.iter().filter_map(served).map(|(agent, priority)| Member { agent, priority }).collect();
    QueueDraft { name: people::queue_name(n), service: people::service_name(n), policy, members }
}

async fn save(day: &Day, agent: usize) -> Result<(), Failure> {
    let person = &day.agents[agent];
    day.node.services.save_agent(&day.admin, Some(person.id), person.draft.clone()).await.map(|_| ())
}

async fn burst(day: &mut Day, queue: usize, count: usize) -> Result<(), Failure> {
    for _ in 0..count {
        day.clock.advance(Millis(1));
        arrive(day, queue).await?;
    }
    Ok(())
}

async fn arrive(day: &mut Day, queue: usize) -> Result<(), Failure> {
    let (start, instance, now) = (day.id(), InstanceId::new(day.id()), day.now());
    let services = day.node.services.clone();
    let form = StartChat {
        site_key: site_key(queue),
        start,
        name: format!("Guest {}", day.guests.len()),
        email: None,
        company: None,
        text: "Hello?".into(),
        page: None,
        user_agent: None,
        locale: None,
        by_form: false,
    };
    let started = services.start_chat(form).await?;
    let caller = services.customer_by_token(&started.token).await?.ok_or(Failure::NotFound)?;
    services.customer_connected(&caller, instance).await?;
    day.guests.push(Guest {
        caller,
        chat: started.chat.conversation,
        tab: Some(Tab { instance, renewed_at: now }),
        stays: true,
        acknowledged: vec![(start, "Hello?".into())],
        last: None,
    });
    Ok(())
}

/// The agent whom an offer was made to answers it.
async fn answer_offer(day: &Day, offer: usize, yes: bool) -> Result<Option<ConversationId>, Failure> {
    let row = &day.look.offers[offer];
    let Some(person) = day.agents.iter().find(|person| person.id.uuid() == row.agent) else { return Ok(None) };
    let id = OfferId::new(row.id);
    if yes {
        day.node.services.accept(&person.caller, id).await.map(Some)
    } else {
        day.node.services.reject(&person.caller, id).await.map(|()| None)
    }
}

/// R5 and R10: a yes that was told "success" is the owner, and a second one is told the same.
async fn accept(day: &mut Day, offer: usize, twice: bool) -> Result<(), Failure> {
    let first = answer_offer(day, offer, true).await?;
    day.told.joined += 1;
    if twice && answer_offer(day, offer, true).await.ok() != Some(first) {
        day.wrong.push(format!("R5 a second yes to {} was answered otherwise", day.look.offers[offer].id));
    }
    let row = &day.look.offers[offer];
    let (chat, agent) = (ConversationId::new(row.conversation), agent_id(row.agent));
    let facts = day.node.services.database.read().await?.find_conversation(chat).await?.ok_or(Failure::NotFound)?;
    if facts.chat.status.holder() != Some(agent) || facts.chat.status.word() != "active" {
        day.wrong.push(format!("R10 {agent} was told that {chat} is theirs, and it is {}", facts.chat.status.word()));
    }
    Ok(())
}

/// R4: an answer to an offer that has ended changes nothing, and a yes gets success only where it had been accepted.
async fn late(day: &mut Day, offer: usize, yes: bool) -> Result<(), Failure> {
    let before = day.look.offers[offer].clone();
    let answer = answer_offer(day, offer, yes).await;
    if yes && before.state != "pending" && before.state != "accepted" && answer.is_ok() {
        day.wrong.push(format!("R4 a yes to an offer that was {} succeeded: {}", before.state, before.id));
    }
    answer.map(|_| ())
}

/// R12: a customer's message before the end is stored; after it, it is refused as ended.
async fn write(day: &mut Day, guest: usize, again: bool) -> Result<(), Failure> {
    let fresh = (ClientKey(day.id()), format!("Message {} of guest {guest}", day.told.messages));
    let repeats = day.guests[guest].last.clone().filter(|_| again);
    let is_new = repeats.is_none();
    let (key, text) = repeats.unwrap_or(fresh);
    let (caller, chat) = (day.guests[guest].caller.clone(), day.guests[guest].chat);
    let answer = day.node.services.send(&caller, chat, key, &text, 0).await;
    let standing = day.look.chat(chat.uuid()).map(|row| (row.status.clone(), row.reason.clone())).unwrap_or_default();
    let has_ended = matches!((standing.0.as_str(), standing.1.as_deref()), ("wrap_up" | "closed", _) | ("abandoned", Some("ended")));
    match &answer {
        Ok(_) if has_ended && is_new => day.wrong.push(format!("R12 a message into {chat} was taken after its end")),
        Ok(_) => {
            day.told.messages += 1;
            if is_new {
                day.guests[guest].acknowledged.push((key.0, text.clone()));
                day.guests[guest].last = Some((key, text));
            }
        }
        Err(Failure::Refused(Refusal::Ended)) if has_ended => {}
        Err(failure) => day.wrong.push(format!("R12 a message into {chat}, which is {}, was refused: {failure}", standing.0)),
    }
    answer.map(|_| ())
}
