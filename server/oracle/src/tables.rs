//! One query a promise: each finds the rows that break it, so that nothing found is good.

use crate::Eyes;

/// A promise and the rows that break it.
pub struct Check {
    pub name: &'static str,
    pub sql: &'static str,
}

const fn check(name: &'static str, sql: &'static str) -> Check {
    Check { name, sql }
}

pub const CHECKS: [Check; 24] = [
    check("M2 stored once", "select 1 from event where client_id is not null group by conversation, sender, client_id having count(*) > 1"),
    check(
        "M3 both numberings are dense",
        "select 1 from event group by conversation \
         having max(seq) <> count(*) or min(seq) <> 1 or count(pub_seq) <> coalesce(max(pub_seq), 0)",
    ),
    check(
        "M3 a conversation knows its last numbers",
        "select 1 from conversation c where c.last_seq <> (select count(*) from event e where e.conversation = c.id) \
         or c.last_pub_seq <> (select count(e.pub_seq) from event e where e.conversation = c.id)",
    ),
    check(
        "time never runs backwards in a conversation",
        "select 1 from event a join event b on b.conversation = a.conversation and b.seq = a.seq + 1 where b.ts < a.ts",
    ),
    check("M12 what is internal has no public number", "select 1 from event where (audience = 'internal') = (pub_seq is not null)"),
    check(
        "M12 notes, offers and sources are internal",
        "select 1 from event where audience = 'public' and kind in ('arrived', 'note', 'offered', 'offer_ended', 'closed', 'left')",
    ),
    check("R1 one pending offer a chat", "select 1 from offer where state = 'pending' group by conversation having count(*) > 1"),
    check("R3 load within its ceiling", "select 1 from agent where load > ceiling"),
    check(
        "R3 the ceiling comes down with the load",
        "select 1 from agent where ceiling > case when capacity > load then capacity else load end",
    ),
    check(
        "R13 load is what a recount gives",
        "select 1 from agent a where a.load <> (select count(*) from conversation c where c.agent = a.id)",
    ),
    check(
        "R6 offered means that an offer rings",
        "select 1 from conversation c where (c.status = 'offered') <> (exists (\
         select 1 from offer o where o.conversation = c.id and o.state = 'pending'))",
    ),
    check(
        "R6 a chat and its offer name each other",
        "select 1 from conversation c join offer o on o.conversation = c.id and o.state = 'pending' where c.offer <> o.id or c.agent <> o.agent",
    ),
    check(
        "R6 who holds a chat is known",
        "select 1 from conversation where (agent is null) <> (status in ('waiting', 'abandoned', 'parked', 'callback', 'closed')) \
         or (agent is not null and agent_name is null)",
    ),
    check("a closed chat has an outcome", "select 1 from conversation where status = 'closed' and outcome is null"),
    check(
        "R4 each offer begins and ends once in the log",
        "select 1 from conversation c where \
         (select count(*) from offer o where o.conversation = c.id) <> \
         (select count(*) from event e where e.conversation = c.id and e.kind = 'offered') \
         or (select count(*) from offer o where o.conversation = c.id and o.state <> 'pending') <> \
         (select count(*) from event e where e.conversation = c.id and e.kind = 'offer_ended')",
    ),
    check("R4 an offer that ended says when", "select 1 from offer where (state = 'pending') <> (ended_at is null)"),
    check(
        "R4 what rings has a deadline that fires",
        "select 1 from offer o where o.state = 'pending' and not exists (\
         select 1 from timer t where t.kind = 'offer_expires' and t.subject = o.id)",
    ),
    check(
        "no deadline outlives its offer",
        "select 1 from timer t where t.kind = 'offer_expires' and not exists (\
         select 1 from offer o where o.id = t.subject and o.state = 'pending')",
    ),
    check(
        "R10 nobody was joined by more offers than said yes",
        "select 1 from conversation c where \
         (select count(*) from offer o where o.conversation = c.id and o.state = 'accepted') > \
         (select count(*) from event e where e.conversation = c.id and e.kind = 'joined')",
    ),
    check(
        "M16 a chat's ticket exists",
        "select 1 from conversation c where c.ticket is not null and not exists (\
         select 1 from ticket t where t.number = c.ticket and t.conversation = c.id)",
    ),
    check(
        "M16 a ticket's chat knows it, and its note and file are there",
        "select 1 from ticket t where not exists (select 1 from conversation c where c.id = t.conversation and c.ticket = t.number) \
         or not exists (select 1 from ticket_note n where n.ticket = t.id) or not exists (select 1 from ticket_file f where f.ticket = t.id)",
    ),
    check(
        "M3 streams beside the chats are dense",
        "select 1 from stream s where s.last_seq <> (select coalesce(max(e.seq), 0) from stream_event e where e.stream = s.id) \
         or (select max(e.seq) - min(e.seq) + 1 from stream_event e where e.stream = s.id) <> \
         (select count(*) from stream_event e where e.stream = s.id)",
    ),
    check(
        "a conversation's first event opened it",
        "select 1 from conversation c where not exists (\
         select 1 from event e where e.conversation = c.id and e.seq = 1 and e.pub_seq = 1 and e.kind = 'opened')",
    ),
    check(
        "marks stay within the log",
        "select 1 from conversation where customer_read > customer_delivered or agent_read > agent_delivered \
         or customer_delivered > last_pub_seq or agent_delivered > last_pub_seq",
    ),
];

/// What is wrong, a line each. Fails only where the database cannot be asked.
pub async fn findings(eyes: &Eyes) -> sqlx::Result<Vec<String>> {
    let mut found = Vec::new();
    for check in &CHECKS {
        let rows = eyes.rows(check.sql).await?;
        if rows > 0 {
            found.push(format!("{}: {rows} rows break it", check.name));
        }
    }
    if let Eyes::Sqlite(_) = eyes {
        let words = eyes.texts("pragma integrity_check").await?;
        found.extend(words.into_iter().filter(|word| word != "ok").map(|word| format!("integrity: {word}")));
        let orphans = eyes.number("select count(*) from pragma_foreign_key_check").await?;
        if orphans > 0 {
            found.push(format!("foreign keys: {orphans} rows point nowhere"));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::CHECKS;

    #[test]
    fn every_check_has_a_name_of_its_own() {
        let mut names: Vec<_> = CHECKS.iter().map(|check| check.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CHECKS.len());
    }
}
