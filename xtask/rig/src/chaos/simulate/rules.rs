//! The promises R1 to R13, held against two looks: before a step, and after the desk has come to rest.

use super::{
    day::Day,
    look::{Chat, Look, Offer},
};
use anyhow::Result;
use std::collections::HashMap;
use uuid::Uuid;

/// Every promise that these two looks break, a line each.
pub fn broken(day: &Day, before: &Look, after: &Look) -> Vec<String> {
    let mut found = Vec::new();
    found.extend(one_offer(after));
    found.extend(nobody_forgotten(after));
    found.extend(places(before, after));
    found.extend(ends(before, after));
    found.extend(one_state(after));
    found.extend(no_dead_hands(after));
    found.extend(after.pending().filter_map(|offer| rightly_asked(day, before, after, offer)));
    found
}

/// R1
fn one_offer(after: &Look) -> Vec<String> {
    let mut rings: HashMap<Uuid, usize> = HashMap::new();
    after.pending().for_each(|offer| *rings.entry(offer.conversation).or_default() += 1);
    rings.into_iter().filter(|(_, n)| *n > 1).map(|(chat, n)| format!("R1 {n} offers of {chat} ring")).collect()
}

/// R2: at rest no chat waits while somebody could take it.
fn nobody_forgotten(after: &Look) -> Vec<String> {
    let mut found = Vec::new();
    for chat in after.of_status("waiting").chain(after.of_status("parked")) {
        if let Some(agent) = after.agents.values().find(|agent| after.could_take(chat, agent)) {
            found.push(format!("R2 {} is {} and {} is free for it", chat.id, chat.status, agent.id));
        }
    }
    found
}

/// R3 and R13
fn places(before: &Look, after: &Look) -> Vec<String> {
    let mut found = Vec::new();
    for agent in after.agents.values() {
        let held = after.chats.iter().filter(|chat| chat.agent == Some(agent.id)).count() as i64;
        if held != agent.load {
            found.push(format!("R13 {} has a load of {} and {held} chats", agent.id, agent.load));
        }
        if agent.load > agent.ceiling {
            found.push(format!("R3 {} has a load of {} above {}", agent.id, agent.load, agent.ceiling));
        }
        let old = before.agents.get(&agent.id);
        let most = old.map_or(agent.capacity, |old| old.capacity.max(agent.capacity));
        if old.is_some_and(|old| agent.load > old.load) && agent.load > most {
            found.push(format!("R3 {} was given more at a load of {} with {most} places", agent.id, agent.load));
        }
    }
    found
}

/// R4: what has ended stays as it ended.
fn ends(before: &Look, after: &Look) -> Vec<String> {
    let now: HashMap<Uuid, &Offer> = after.offers.iter().map(|offer| (offer.id, offer)).collect();
    let ended = before.offers.iter().filter(|offer| offer.state != "pending");
    let changed = ended.filter(|old| now.get(&old.id).is_none_or(|new| (&new.state, new.ended_at) != (&old.state, old.ended_at)));
    changed.map(|old| format!("R4 an offer that was {} ended again: {}", old.state, old.id)).collect()
}

/// R6: each chat is in one state, and what belongs to that is there.
fn one_state(after: &Look) -> Vec<String> {
    let rings: HashMap<Uuid, &Offer> = after.pending().map(|offer| (offer.conversation, offer)).collect();
    let mut found = Vec::new();
    for chat in &after.chats {
        let fits = match chat.status.as_str() {
            "offered" => rings.get(&chat.id).is_some_and(|offer| chat.offer == Some(offer.id) && chat.agent == Some(offer.agent)),
            "active" | "wrap_up" => chat.agent.is_some() && !rings.contains_key(&chat.id),
            "waiting" | "parked" | "abandoned" | "callback" | "closed" => chat.agent.is_none() && !rings.contains_key(&chat.id),
            _ => false,
        };
        if !fits {
            found.push(format!("R6 {} is {} and its offer or agent is not so", chat.id, chat.status));
        }
    }
    found
}

/// R7: nothing rings at somebody who is gone, and their chats have a way back.
fn no_dead_hands(after: &Look) -> Vec<String> {
    let mut found = Vec::new();
    for offer in after.pending().filter(|offer| !after.online.contains(&offer.agent)) {
        found.push(format!("R7 an offer rings at {} who is gone", offer.agent));
    }
    for chat in after.of_status("active").chain(after.of_status("wrap_up")) {
        let Some(agent) = chat.agent.filter(|agent| !after.online.contains(agent)) else { continue };
        if !after.timers.iter().any(|(kind, subject, due)| kind == "chats_return" && *subject == agent && *due > after.now) {
            found.push(format!("R7 {} stays with {agent} who is gone", chat.id));
        }
    }
    found
}

/// R8 and R9 of one offer that rings.
fn rightly_asked(day: &Day, before: &Look, after: &Look, offer: &Offer) -> Option<String> {
    let agent = after.agents.get(&offer.agent)?;
    if agent.wish != "ready" {
        return Some(format!("R9 an offer rings at {} who is {}", agent.id, agent.wish));
    }
    let said_ready = day.agents.iter().find(|person| person.id.uuid() == agent.id).map_or(0, |person| person.said_ready.0);
    let missed = |old: &&Offer| old.agent == agent.id && old.state == "expired" && old.ended_at.is_some_and(|at| at > said_ready);
    if let Some(old) = after.offers.iter().find(missed) {
        return Some(format!("R9 {} is asked although they missed {}", agent.id, old.id));
    }
    if before.offers.iter().any(|old| old.id == offer.id) {
        return None;
    }
    let chat = after.chat(offer.conversation)?;
    // Who hands a chat to somebody by name has chosen for the rules.
    let by_name = chat.extra.0.handover.as_ref().and_then(|handover| handover.to.as_ref()).is_some_and(|to| to.id.uuid() == agent.id);
    if !by_name && !after.suits(chat, agent.id, offer.created_at) {
        return Some(format!("R9 {} is asked for {} and is no member, lacks a skill or has rejected it", agent.id, chat.id));
    }
    overtaken(after, chat, offer).map(|first| {
        let offers: Vec<_> = after.offers.iter().filter(|one| one.conversation == first.id).collect();
        format!("R8 {offer:?} overtook {first:?} with {offers:?} at {agent:?}")
    })
}

/// Who stood before a chat in the same line, could have been offered to the same agent, and still waits. One that was handed
/// to somebody by name has no line.
fn overtaken<'a>(after: &'a Look, chat: &Chat, offer: &Offer) -> Option<&'a Chat> {
    if chat.extra.0.handover.is_some() {
        return None;
    }
    let place = |chat: &Chat| (-chat.priority, chat.enqueued_at, chat.id);
    let mut first = after.of_status("waiting").filter(|other| other.queue == chat.queue && place(other) < place(chat));
    // Who rang at somebody, or came back to the line after the offer was made, did not stand there.
    let rang = |other: &Chat| {
        let mut offers = after.offers.iter().filter(|one| one.conversation == other.id && one.created_at <= offer.created_at);
        offers.any(|one| one.ended_at.is_none_or(|end| end >= offer.created_at))
    };
    first.find(|other| other.since < offer.created_at && !rang(other) && after.suits(other, offer.agent, offer.created_at))
}

/// R6: everybody who may see the whole desk finds each open chat in one list, as it stands.
pub async fn lists(day: &Day) -> Result<Vec<String>> {
    let desk = day.node.services.snapshot(&day.admin).await?;
    let mut seen: HashMap<Uuid, usize> = HashMap::new();
    for queue in &desk.queues {
        queue.cards.keys().for_each(|chat| *seen.entry(chat.uuid()).or_default() += 1);
    }
    let open = day.look.chats.iter().filter(|chat| chat.status != "closed");
    let lost = open.filter(|chat| seen.get(&chat.id) != Some(&1));
    let mut found: Vec<String> = lost.map(|chat| format!("R6 {} is {} and in no list, or in two", chat.id, chat.status)).collect();
    for person in &day.agents {
        let own = day.node.services.snapshot(&person.caller).await?.agent;
        let count = |status: &'static str| day.look.held_by(person.id.uuid(), status).count();
        let (mine, rings) = (count("active") + count("wrap_up"), count("offered"));
        if own.mine.len() != mine || own.offers.len() != rings || own.me.ringing != rings as i64 {
            found.push(format!(
                "R13 the screen of {} shows {} chats and {} offers of {mine} and {rings}",
                person.id,
                own.mine.len(),
                own.offers.len()
            ));
        }
    }
    Ok(found)
}
