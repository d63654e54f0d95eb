use super::*;
use crate::{ids::SkillId, presence::Wish, queue::Order};
use uuid::Uuid;

const DAWN: Timestamp = Timestamp(1_000_000);

fn at(seconds: i64) -> Timestamp {
    DAWN + Millis::seconds(seconds)
}

fn id(n: u128) -> AgentId {
    AgentId::new(Uuid::from_u128(n))
}

fn seen(n: u128, when: i64) -> Seen {
    let candidate = Candidate {
        id: id(n),
        wish: Wish::Ready,
        online: true,
        load: 0,
        capacity: 1,
        priority: 0,
        idle_since: Timestamp(i64::try_from(n).unwrap()),
        last_offer_at: None,
        skills: Vec::new(),
        cooling_down: false,
    };
    Seen { at: at(when), name: format!("Agent {n}"), candidate }
}

fn chat(n: u128, when: i64) -> Arrival {
    Arrival {
        conversation: ConversationId::new(Uuid::from_u128(n)),
        customer: format!("Customer {n}"),
        at: at(when),
        language: None,
        preferred: None,
        before: Some((AgentRef { id: id(1), name: "Agent 1".into() }, at(when + 5))),
        left_at: None,
        handled: Some(Millis::seconds(60)),
    }
}

fn day(arrivals: Vec<Arrival>, seen: Vec<Seen>) -> Day {
    Day { arrivals, seen, skills: Vec::new(), until: at(3_600), is_cut: false }
}

fn members(ids: &[u128]) -> Vec<Member> {
    ids.iter().map(|n| Member { agent: id(*n), priority: 0 }).collect()
}

fn after(replay: &Replay) -> Vec<Option<AgentId>> {
    replay.rows.iter().map(|row| row.after.as_ref().map(|agent| agent.id)).collect()
}

#[test]
fn a_second_member_takes_what_the_first_had_no_place_for() {
    let day = day(vec![chat(1, 0), chat(2, 10)], vec![seen(1, 0), seen(2, 0)]);
    let alone = play(&day, &Policy::default(), &members(&[1]));
    assert_eq!(after(&alone), [Some(id(1)), Some(id(1))]);
    assert_eq!(alone.rows[1].waited_after, Some(Millis::seconds(50)), "until the first was over");
    let both = play(&day, &Policy::default(), &members(&[1, 2]));
    assert_eq!(after(&both), [Some(id(1)), Some(id(2))]);
    assert_eq!((both.chats, both.different, both.nobody), (2, 1, 0));
    assert_eq!((both.wait_before, both.wait_after), (Some(Millis::seconds(5)), Some(Millis(0))));
}

#[test]
fn skills_shut_out_until_they_are_dropped() {
    let skill = SkillId::new(Uuid::from_u128(9));
    let day = day(vec![chat(1, 0)], vec![seen(1, 0)]);
    let strict = Policy { skills: vec![skill], ..Policy::default() };
    let replay = play(&day, &strict, &members(&[1]));
    assert_eq!((replay.nobody, replay.rows[0].waited_after), (1, None));
    let patient = Policy { relax_skills_after: Some(Millis::seconds(90)), ..strict };
    let replay = play(&day, &patient, &members(&[1]));
    assert_eq!(replay.rows[0].waited_after, Some(Millis::seconds(90)));
}

#[test]
fn who_went_away_is_found_nobody_for_afterwards() {
    let left = Arrival { before: None, left_at: Some(at(30)), ..chat(1, 0) };
    let replay = play(&day(vec![left.clone()], vec![seen(1, 31)]), &Policy::default(), &members(&[1]));
    assert_eq!((replay.nobody, replay.different), (1, 0));
    let replay = play(&day(vec![left], vec![seen(1, 29)]), &Policy::default(), &members(&[1]));
    assert_eq!((replay.nobody, replay.rows[0].waited_after), (0, Some(Millis::seconds(29))));
}

#[test]
fn agents_stand_as_they_were_seen_last() {
    let away = Seen { candidate: Candidate { wish: Wish::NotReady(None), ..seen(1, 20).candidate }, ..seen(1, 20) };
    let back = seen(1, 100);
    let replay = play(&day(vec![chat(1, 50)], vec![seen(1, 0), away, back]), &Policy::default(), &members(&[1]));
    assert_eq!(replay.rows[0].waited_after, Some(Millis::seconds(50)));
}

#[test]
fn what_they_hold_of_other_queues_counts() {
    let busy = Seen { candidate: Candidate { load: 1, ..seen(1, 0).candidate }, ..seen(1, 0) };
    let replay = play(&day(vec![chat(1, 1)], vec![busy.clone()]), &Policy::default(), &members(&[1]));
    assert_eq!(replay.nobody, 1);
    // The one chat that was held then is of this queue: in the play somebody else may have it.
    let own = chat(1, -30);
    let replay = play(&day(vec![own, chat(2, 40)], vec![seen(1, -30), busy]), &Policy::default(), &members(&[1]));
    assert_eq!(replay.nobody, 0);
}

#[test]
fn a_ramp_spaces_out_what_one_agent_gets() {
    let wide = Seen { candidate: Candidate { capacity: 5, ..seen(1, 0).candidate }, ..seen(1, 0) };
    let policy = Policy { ramp_up: Millis::seconds(20), order: Order::RoundRobin, ..Policy::default() };
    let replay = play(&day(vec![chat(1, 0), chat(2, 0)], vec![wide]), &policy, &members(&[1]));
    let waits: Vec<_> = replay.rows.iter().map(|row| row.waited_after).collect();
    assert_eq!(waits, [Some(Millis(0)), Some(Millis::seconds(20))]);
}

#[test]
fn what_cannot_be_known_is_said() {
    let policy = Policy { distribution: Distribution::Announce, ..Policy::default() };
    let replay = play(&day(vec![chat(1, 0)], vec![seen(1, 0)]), &policy, &members(&[1, 2, 3]));
    assert_eq!(replay.unknown, [Unknown::Agents { count: 2 }, Unknown::WhoIsFirst]);
    assert_eq!((replay.rows[0].after.clone(), replay.rows[0].waited_after, replay.different), (None, Some(Millis(0)), 0));
}
