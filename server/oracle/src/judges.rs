//! Pure judges over what clients saw and what the database has. Each gives a line for every breach, so that none is good.

use crate::{Audience, Bubble, Eyes, History, Log, Message, Outcome, Side, Step, Verdict, View, log::Row, tables};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

#[cfg(test)]
mod tests;

/// Everything at once: the tables, and the history against the log.
pub async fn judge(eyes: &Eyes, history: &History) -> sqlx::Result<Verdict> {
    let mut verdict = weigh(history, &Log::read(eyes).await?);
    verdict.findings.extend(tables::findings(eyes).await?);
    Ok(verdict)
}

/// The history against the log.
pub fn weigh(history: &History, log: &Log) -> Verdict {
    let mut verdict = Verdict::default();
    verdict.lost = verdict.note(lost(&history.messages, log));
    verdict.duplicated = verdict.note([stored_twice(log), shown_twice(&history.views)].concat());
    verdict.reordered = verdict.note([stored_in_disorder(&history.messages, log), shown_in_disorder(&history.views)].concat());
    verdict.contradictions = verdict.note([disagreements(&history.views), differences(&history.views, log)].concat());
    verdict.phantoms = verdict.note([unwritten(&history.messages, log), unstored(&history.views, log)].concat());
    verdict.limbo = verdict.note(limbo(&history.messages));
    verdict.leaked = verdict.note(leaked(history));
    verdict
}

/// What a crash has left, before anybody is back: nothing lost, doubled, out of order or made up.
pub fn survivors(messages: &[Message], log: &Log) -> Verdict {
    let mut verdict = Verdict::default();
    verdict.lost = verdict.note(lost(messages, log));
    verdict.duplicated = verdict.note(stored_twice(log));
    verdict.reordered = verdict.note(stored_in_disorder(messages, log));
    verdict.phantoms = verdict.note(unwritten(messages, log));
    verdict
}

/// M1: what was acknowledged and is not in the log as it was acknowledged.
pub fn lost(messages: &[Message], log: &Log) -> Vec<String> {
    let stored = log.by_key();
    let acknowledged = messages.iter().filter_map(|message| match message.outcome {
        Outcome::Acknowledged { seq, .. } => Some((message, seq)),
        Outcome::Pending | Outcome::Refused { .. } => None,
    });
    let missing = acknowledged.filter_map(|(message, seq)| {
        let same = |row: &&Row| is_of(row, message) && number(row, message.side) == Some(seq);
        let found = stored.get(&message.key).is_some_and(|rows| rows.iter().any(same));
        (!found).then(|| format!("M1 lost: {} acknowledged as {seq} in {}", message.key, message.chat))
    });
    missing.collect()
}

/// M2: keys that the log has more than once.
pub fn stored_twice(log: &Log) -> Vec<String> {
    let doubled = log.by_key().into_iter().filter(|(_, rows)| rows.len() > 1);
    doubled.map(|(key, rows)| format!("M2 stored twice: {key} {} times", rows.len())).collect()
}

/// M7: bubbles that a screen showed more than once at a time.
pub fn shown_twice(views: &[View]) -> Vec<String> {
    let mut found = Vec::new();
    for view in views {
        let mut shown = HashSet::new();
        for step in &view.steps {
            let added = match step {
                Step::Whole(list) => {
                    shown.clear();
                    list.as_slice()
                }
                Step::Added(bubble) => std::slice::from_ref(bubble),
            };
            let twice = added.iter().filter(|bubble| !shown.insert(bubble.key));
            found.extend(twice.map(|bubble| format!("M7 shown twice: {} to {}", bubble.key, view.viewer)));
        }
    }
    found
}

/// M5: what a device wrote earlier and the log has later.
pub fn stored_in_disorder(messages: &[Message], log: &Log) -> Vec<String> {
    let stored = log.by_key();
    let mut outboxes: HashMap<_, Vec<&Message>> = HashMap::new();
    for message in messages {
        outboxes.entry((message.outbox, message.chat)).or_default().push(message);
    }
    let mut found = Vec::new();
    for ((outbox, _), mut written) in outboxes {
        written.sort_by_key(|message| message.ordinal);
        let numbers: Vec<_> = written.iter().filter_map(|message| Some((message.key, stored.get(&message.key)?.first()?.seq))).collect();
        let swapped = numbers.windows(2).filter(|pair| pair[1].1 <= pair[0].1);
        found.extend(swapped.map(|pair| format!("M5 out of order: {} written after {} by device {outbox}", pair[1].0, pair[0].0)));
    }
    found
}

/// Bubbles that stand below one with a higher number.
pub fn shown_in_disorder(views: &[View]) -> Vec<String> {
    let mut found = Vec::new();
    for view in views {
        let mut last = 0;
        for step in &view.steps {
            let added = match step {
                Step::Whole(list) => {
                    last = 0;
                    list.as_slice()
                }
                Step::Added(bubble) => std::slice::from_ref(bubble),
            };
            for bubble in added {
                let number = bubble.number(view.side);
                // Twice the same is the other judge's.
                if number < last || number == 0 {
                    found.push(format!("M4 shown out of order: {} as {number} after {last} to {}", bubble.key, view.viewer));
                }
                last = number;
            }
        }
    }
    found
}

/// M4 and M6: two screens that give one number to two messages, and messages that a screen no longer shows.
pub fn disagreements(views: &[View]) -> Vec<String> {
    let mut found = Vec::new();
    let mut said: HashMap<(Uuid, Audience, u64), (&Bubble, &str)> = HashMap::new();
    for view in views {
        for bubble in view.bubbles() {
            let internal = bubble.seq.map(|seq| (Audience::Internal, seq));
            let public = bubble.pub_seq.map(|seq| (Audience::Public, seq));
            for (numbering, number) in internal.into_iter().chain(public) {
                let (first, by) = said.entry((view.chat, numbering, number)).or_insert((bubble, &view.viewer));
                if (first.key, &first.text) != (bubble.key, &bubble.text) {
                    found.push(format!("M4 contradiction: {number} is {} to {by} and {} to {}", first.key, bubble.key, view.viewer));
                }
            }
        }
        found.extend(vanished(view));
    }
    found
}

fn vanished(view: &View) -> Vec<String> {
    let mut found = Vec::new();
    let mut shown: HashSet<Uuid> = HashSet::new();
    for step in &view.steps {
        match step {
            Step::Added(bubble) => drop(shown.insert(bubble.key)),
            Step::Whole(list) => {
                let now: HashSet<_> = list.iter().map(|bubble| bubble.key).collect();
                found.extend(shown.difference(&now).map(|key| format!("M6 vanished: {key} from {}", view.viewer)));
                shown = now;
            }
        }
    }
    found
}

/// M4 in quiet: a screen that does not end with exactly what its side may see of the log.
pub fn differences(views: &[View], log: &Log) -> Vec<String> {
    let mut chats: HashMap<Uuid, Vec<(Uuid, &Row)>> = HashMap::new();
    for (key, row) in log.written() {
        chats.entry(row.conversation).or_default().push((key, row));
    }
    let mut found = Vec::new();
    for view in views.iter().filter(|view| view.quiet) {
        let rows = chats.get(&view.chat).map_or(&[][..], Vec::as_slice);
        let due: Vec<Uuid> = rows.iter().filter(|(_, row)| may_see(view.side, row)).map(|(key, _)| *key).collect();
        let shown: Vec<Uuid> = view.rendered().iter().map(|bubble| bubble.key).collect();
        if due != shown {
            let place = due.iter().zip(&shown).take_while(|(due, shown)| due == shown).count();
            let (viewer, due, shown) = (&view.viewer, due.len(), shown.len());
            found.push(format!("M4 not equal in quiet: {viewer} shows {shown} of {due}, the first {place} alike, in {}", view.chat));
        }
    }
    found
}

/// M8: rows that nobody wrote, or wrote otherwise, or that their author was told do not exist.
pub fn unwritten(messages: &[Message], log: &Log) -> Vec<String> {
    let written: HashMap<_, _> = messages.iter().map(|message| (message.key, message)).collect();
    let mut found = Vec::new();
    for (key, row) in log.written() {
        match written.get(&key) {
            None => found.push(format!("M8 nobody wrote {key}: {} {} of {}", row.kind, row.seq, row.conversation)),
            Some(message) if !is_of(row, message) => found.push(format!("M8 altered: {key} in {}", row.conversation)),
            Some(Message { outcome: Outcome::Refused { why, .. }, .. }) => found.push(format!("M8 stored though refused ({why}): {key}")),
            Some(_) => {}
        }
    }
    found
}

/// M8: bubbles without a row of the same number and words.
pub fn unstored(views: &[View], log: &Log) -> Vec<String> {
    let stored = log.by_key();
    let mut found = Vec::new();
    for view in views {
        for bubble in view.bubbles() {
            let same = |row: &&Row| {
                row.conversation == view.chat
                    && row.text.as_deref() == Some(&bubble.text)
                    && number(row, view.side) == Some(bubble.number(view.side))
                    && may_see(view.side, row)
            };
            if !stored.get(&bubble.key).is_some_and(|rows| rows.iter().any(same)) {
                found.push(format!("M8 phantom: {} on the screen of {}", bubble.key, view.viewer));
            }
        }
    }
    found
}

/// M9: what is neither acknowledged nor shown as failed once everything is quiet.
pub fn limbo(messages: &[Message]) -> Vec<String> {
    let pending = messages.iter().filter(|message| message.outcome == Outcome::Pending);
    pending.map(|message| format!("M9 limbo: {} of device {} in {}", message.key, message.outbox, message.chat)).collect()
}

/// M12: canaries among the bytes that customers received.
pub fn leaked(history: &History) -> Vec<String> {
    let mut found = Vec::new();
    for heard in &history.heard {
        let inside = history.canaries.iter().filter(|canary| heard.bytes.contains(canary.as_str()));
        found.extend(inside.map(|canary| format!("M12 leaked: {canary} to {}", heard.viewer)));
    }
    found
}

/// Whether this row is that message: the same words in the same chat for the same people.
fn is_of(row: &Row, message: &Message) -> bool {
    row.conversation == message.chat && row.audience == message.audience && row.text.as_deref() == Some(&message.text)
}

fn number(row: &Row, side: Side) -> Option<u64> {
    match side {
        Side::Customer => row.pub_seq,
        Side::Agent => Some(row.seq),
    }
}

fn may_see(side: Side, row: &Row) -> bool {
    side == Side::Agent || row.audience == Audience::Public
}
