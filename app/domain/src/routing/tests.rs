use super::*;
use crate::{queue::Policy, settings::Skill};
use uuid::Uuid;

const NOW: Timestamp = Timestamp(100_000);

fn candidate(n: u128) -> Candidate {
    Candidate {
        id: AgentId::new(Uuid::from_u128(n)),
        wish: Wish::Ready,
        online: true,
        load: 0,
        capacity: 4,
        priority: 0,
        idle_since: Timestamp(0),
        last_offer_at: None,
        skills: Vec::new(),
        cooling_down: false,
    }
}

fn skill(n: u128) -> SkillId {
    SkillId::new(Uuid::from_u128(n))
}

fn anybody() -> Wanted {
    Wanted::anybody(NOW)
}

#[test]
fn fewest_chats_then_longest_idle() {
    let busy = Candidate { load: 2, ..candidate(1) };
    let late = Candidate { idle_since: Timestamp(9), ..candidate(2) };
    let early = Candidate { idle_since: Timestamp(5), ..candidate(3) };
    assert_eq!(choose(&[busy.clone(), late.clone(), early.clone()], &anybody()), Some(early.id));
    let first = Candidate { priority: 5, load: 3, ..candidate(4) };
    assert_eq!(choose(&[busy, late, early, first.clone()], &anybody()), Some(first.id));
}

#[test]
fn round_robin_asks_who_was_asked_longest_ago() {
    let wanted = Wanted { order: Order::RoundRobin, ..anybody() };
    let [one, two, never] = [Some(7), Some(3), None].map(|at| at.map(Timestamp));
    let one = Candidate { last_offer_at: one, ..candidate(1) };
    let two = Candidate { last_offer_at: two, load: 3, ..candidate(2) };
    assert_eq!(choose(&[one.clone(), two.clone()], &wanted), Some(two.id), "however many chats they have");
    let never = Candidate { last_offer_at: never, ..candidate(3) };
    assert_eq!(choose(&[one, two, never.clone()], &wanted), Some(never.id));
}

#[test]
fn longest_idle_does_not_count_chats() {
    let wanted = Wanted { order: Order::LongestIdle, ..anybody() };
    let busy = Candidate { load: 3, idle_since: Timestamp(1), ..candidate(1) };
    let free = Candidate { idle_since: Timestamp(2), ..candidate(2) };
    assert_eq!(choose(&[busy.clone(), free], &wanted), Some(busy.id));
}

#[test]
fn the_preferred_one_goes_before_every_priority_if_free() {
    let known = Candidate { load: 3, ..candidate(1) };
    let first = Candidate { priority: 9, ..candidate(2) };
    let wanted = Wanted { preferred: Some(known.id), ..anybody() };
    assert_eq!(choose(&[known.clone(), first.clone()], &wanted), Some(known.id));
    let away = Candidate { wish: Wish::Offline, ..known };
    assert_eq!(choose(&[away, first.clone()], &wanted), Some(first.id));
}

#[test]
fn nobody_is_rung_who_cannot_answer() {
    let ramping = Wanted { ramp_up: Millis::seconds(10), needs: vec![skill(1)], ..anybody() };
    let able = Candidate { skills: vec![skill(1), skill(2)], ..candidate(1) };
    let recent = Timestamp(NOW.0 - 9_999);
    let cases = [
        (Candidate { wish: Wish::NotReady(None), ..able.clone() }, Skip::NotReady),
        (Candidate { wish: Wish::Offline, ..able.clone() }, Skip::NotReady),
        (Candidate { online: false, ..able.clone() }, Skip::NotOnline),
        (Candidate { load: 4, ..able.clone() }, Skip::Full),
        (Candidate { cooling_down: true, ..able.clone() }, Skip::CoolingDown),
        (Candidate { skills: vec![skill(2)], ..able.clone() }, Skip::LacksSkill),
        (Candidate { last_offer_at: Some(recent), ..able.clone() }, Skip::RampingUp { until: Timestamp(NOW.0 + 1) }),
    ];
    for (candidate, why) in cases {
        assert_eq!(candidate.skip(&ramping), Some(why));
        assert_eq!(choose(&[candidate], &ramping), None);
    }
    let after = Candidate { last_offer_at: Some(Timestamp(NOW.0 - 10_000)), ..able };
    assert_eq!(choose(std::slice::from_ref(&after), &ramping), Some(after.id));
}

#[test]
fn a_chat_needs_what_its_queue_asks_and_its_language_if_anybody_is_known_to_speak_it() {
    let german = Skill { id: skill(7), name: "German".into(), language: Some("de".into()) };
    let policy = Policy { skills: vec![skill(1)], match_language: true, ..Policy::default() };
    let all = [german];
    assert_eq!(needs(&policy, Some("de"), &all), [skill(1), skill(7)]);
    assert_eq!(needs(&policy, Some("fr"), &all), [skill(1)]);
    assert_eq!(needs(&policy, None, &all), [skill(1)]);
    assert_eq!(needs(&Policy { match_language: false, ..policy }, Some("de"), &all), [skill(1)]);
}

proptest::proptest! {
    #[test]
    fn the_order_of_the_list_does_not_matter(seeds in proptest::collection::vec((0_i64..4, 0_i64..3, 0_i64..3), 1..6), turn in 0_usize..6) {
        let mut all: Vec<_> = (1_u128..).zip(&seeds).map(|(n, (load, priority, idle))| Candidate {
            load: *load, priority: *priority, idle_since: Timestamp(*idle), ..candidate(n)
        }).collect();
        let chosen = choose(&all, &anybody());
        let turn = turn % all.len();
        all.rotate_left(turn);
        proptest::prop_assert_eq!(choose(&all, &anybody()), chosen);
    }
}
