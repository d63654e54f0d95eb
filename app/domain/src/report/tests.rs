use super::*;
use crate::{
    event::{AbandonReason, Ender, EventBody, InternalBody, PublicBody},
    hours::{Date, Zone},
    ids::OfferId,
    message::AgentRef,
    presence::Wish,
};
use uuid::Uuid;

/// Clocks that are some minutes ahead of UTC, always.
struct Ahead(i64);

impl Zone for Ahead {
    fn local(&self, at: Timestamp) -> (Date, u16) {
        let minutes = at.0.div_euclid(60_000) + self.0;
        (Date(minutes.div_euclid(1_440)), u16::try_from(minutes.rem_euclid(1_440)).unwrap())
    }
    fn instant(&self, date: Date, minute: u16) -> Timestamp {
        Timestamp((date.0 * 1_440 + i64::from(minute) - self.0) * 60_000)
    }
}

fn agent(n: u128) -> AgentRef {
    AgentRef { id: AgentId::new(Uuid::from_u128(n)), name: format!("Agent {n}") }
}

fn queue(n: u128) -> QueueId {
    QueueId::new(Uuid::from_u128(n))
}

fn chat() -> ConversationId {
    ConversationId::new(Uuid::from_u128(1))
}

/// Steps at so many seconds each, with when an agent wrote next.
fn steps(list: Vec<(i64, EventBody, Option<i64>)>) -> Vec<Step> {
    let step = |(seq, (at, body, reply)): (u64, (i64, EventBody, Option<i64>))| Step {
        seq,
        at: Timestamp(at * 1_000),
        by: Some(agent(1).id),
        body,
        reply_at: reply.map(|at| Timestamp(at * 1_000)),
    };
    (1..).zip(list).map(step).collect()
}

fn arrived() -> (i64, EventBody, Option<i64>) {
    (0, InternalBody::Arrived { queue: queue(1), email: None, page: None, user_agent: None, locale: None }.into(), None)
}

fn joined(at: i64, n: u128, reply: Option<i64>) -> (i64, EventBody, Option<i64>) {
    (at, PublicBody::Joined { agent: agent(n), waited: Millis::seconds(at) }.into(), reply)
}

fn offered(at: i64, offer: u128, n: u128) -> (i64, EventBody, Option<i64>) {
    (at, InternalBody::Offered { offer: OfferId::new(Uuid::from_u128(offer)), agent: agent(n), deadline: Timestamp(0) }.into(), None)
}

fn offer_ended(at: i64, offer: u128, n: u128, end: OfferEnd) -> (i64, EventBody, Option<i64>) {
    (at, InternalBody::OfferEnded { offer: OfferId::new(Uuid::from_u128(offer)), agent: agent(n), end }.into(), None)
}

fn read(list: Vec<(i64, EventBody, Option<i64>)>) -> Vec<Fact> {
    facts(chat(), steps(list), |_| Millis::seconds(30))
}

fn parts(facts: &[Fact]) -> Vec<(AgentId, Part)> {
    let part = |fact: &Fact| match &fact.what {
        What::Part(part) => Some((fact.agent.unwrap(), part.clone())),
        _ => None,
    };
    facts.iter().filter_map(part).collect()
}

/// Missed by the first, accepted by the second, handed to another queue, taken from the list there, ended and left.
fn a_long_way() -> Vec<Fact> {
    read(vec![
        arrived(),
        offered(0, 1, 1),
        offer_ended(30, 1, 1, OfferEnd::Expired),
        offered(30, 2, 2),
        offer_ended(34, 2, 2, OfferEnd::Accepted),
        joined(34, 2, Some(40)),
        (94, PublicBody::Transferred { from: agent(2), to: None, service: Some("Billing".into()) }.into(), None),
        (94, InternalBody::HandedOver { by: Some(agent(2)), to: None, queue: queue(2), note: None }.into(), None),
        joined(100, 3, Some(101)),
        (160, PublicBody::Ended { by: Ender::Customer }.into(), None),
        (161, PublicBody::TicketRaised { number: 7 }.into(), None),
        (175, InternalBody::Left { agent: agent(3) }.into(), None),
    ])
}

#[test]
fn a_chat_is_read_into_facts() {
    let facts = a_long_way();
    let parts = parts(&facts);
    let seconds = |n| Some(Millis::seconds(n));
    let first = First { waited: Millis::seconds(34), in_time: false, reply: seconds(40) };
    assert_eq!(
        parts,
        [
            (agent(2).id, Part { way: Way::Offer, first: Some(first), reply: seconds(6), held: seconds(60), wrap_up: None }),
            (agent(3).id, Part { way: Way::List, first: None, reply: seconds(1), held: seconds(60), wrap_up: seconds(15) }),
        ]
    );
    let count = |measure: Measure| facts.iter().filter(|fact| measure.counts(fact)).count();
    let counts: Vec<_> = Measure::ALL.into_iter().map(count).collect();
    //                   chats answ time aband callb offer acc rej miss withdr parts taken in out tickets
    assert_eq!(counts, [1, 1, 0, 0, 0, 2, 1, 0, 1, 0, 2, 1, 1, 1, 1]);
    let queues: Vec<_> = facts.iter().filter(|fact| fact.queue == queue(2)).map(|fact| fact.agent).collect();
    assert_eq!(queues, [Some(agent(3).id), Some(agent(1).id)], "what happens after a move counts in the new queue");
}

#[test]
fn what_a_colleague_wrote_is_nobody_elses_reply() {
    let facts =
        read(vec![arrived(), joined(10, 1, Some(90)), (60, PublicBody::TakenOver { agent: agent(2), from: agent(1) }.into(), Some(90))]);
    let parts = parts(&facts);
    assert_eq!((parts[0].1.reply, parts[0].1.held), (None, Some(Millis::seconds(50))));
    assert_eq!((parts[1].1.reply, parts[1].1.held, parts[1].1.way), (Some(Millis::seconds(30)), None, Way::TakenOver));
    assert!(facts.iter().any(|fact| fact.what == What::HandedOn && fact.agent == Some(agent(1).id)));
}

#[test]
fn who_comes_back_has_not_left() {
    let left = || (20, PublicBody::Abandoned { reason: AbandonReason::Gone }.into(), None);
    let is_left = |facts: &[Fact]| facts.iter().any(|fact| Measure::Abandoned.counts(fact));
    assert!(is_left(&read(vec![arrived(), left()])));
    assert!(!is_left(&read(vec![arrived(), left(), (25, PublicBody::Resumed.into(), None)])));
    let called = read(vec![arrived(), left(), (25, PublicBody::CallbackAsked.into(), None)]);
    assert!(!is_left(&called) && called.iter().any(|fact| Measure::Callbacks.counts(fact)));
}

#[test]
fn days_begin_where_the_reader_is() {
    let now = Timestamp(1_800_000_000_000); // 2027-01-15 08:00 UTC
    let days = Period::Today.days(&Ahead(60), now).unwrap();
    assert_eq!((days.first.to_string(), days.from().rfc3339()), ("2027-01-15".into(), "2027-01-14T23:00:00Z".into()));
    assert_eq!(days.day_of(Timestamp(days.from().0 - 1)), None);
    assert_eq!(days.day_of(days.from()), Some(days.first));
    assert_eq!(days.day_of(days.to()), None);
    let week = Period::Week.days(&Ahead(-300), now).unwrap();
    assert_eq!((week.dates().count(), week.borders.len(), week.last.to_string()), (7, 8, "2027-01-15".into()));
    assert_eq!(Period::Month.days(&Ahead(0), now).unwrap().dates().count(), 30);
    let dates = |from: &str, to: &str| Period::Dates { from: from.parse().unwrap(), to: to.parse().unwrap() }.days(&Ahead(0), now);
    assert_eq!(dates("2027-01-02", "2027-01-01"), Err(WrongPeriod));
    assert_eq!(dates("2025-01-01", "2026-01-02"), Err(WrongPeriod));
    assert_eq!(dates("2025-01-01", "2026-01-01").unwrap().dates().count(), 366);
}

#[test]
fn an_address_reads_back() {
    let dates = Period::Dates { from: "2027-01-02".parse().unwrap(), to: "2027-01-05".parse().unwrap() };
    for period in [Period::Today, Period::Yesterday, Period::Week, Period::Month, dates] {
        let query = Query { period, zone: Some("Etc/GMT+3".into()), queue: Some(queue(1)), agent: Some(agent(2).id) };
        let drill = Drill { measure: Measure::TransferredIn, day: Some("2027-01-03".parse().unwrap()) };
        let address = query.address(Some(&drill));
        let get = |name: &str| {
            let found = address.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name);
            found.map(|(_, value)| value.replace("%2F", "/").replace("%2B", "+"))
        };
        assert_eq!((Query::read(get), Drill::read(get)), (query, Some(drill)), "{address}");
    }
    assert_eq!(Query::read(|_| Some("?".into())), Query { zone: Some("?".into()), ..Query::default() });
}

#[test]
fn numbers_are_what_their_lists_are() {
    let facts = a_long_way();
    let days = Period::Today.days(&Ahead(0), Timestamp(0)).unwrap();
    let rows = Rows {
        queues: vec![(queue(1), "Orders".into()), (queue(2), "Billing".into())],
        agents: (1..=3).map(|n| (agent(n).id, agent(n).name, StateTimes::default())).collect(),
    };
    let report = count(&days, &Query::default(), &facts, rows);
    for measure in Measure::ALL {
        let list = |query: &Query| facts.iter().filter(|fact| query.wants(fact) && measure.counts(fact)).count() as u64;
        assert_eq!(report.total.count(measure), list(&Query::default()), "{measure:?}");
        for row in &report.by_queue {
            assert_eq!(row.numbers.count(measure), list(&Query { queue: Some(row.queue), ..Query::default() }), "{measure:?}");
        }
        for row in &report.by_agent {
            assert_eq!(row.numbers.count(measure), list(&Query { agent: Some(row.agent), ..Query::default() }), "{measure:?}");
        }
    }
    assert_eq!(report.waits, [0, 0, 1, 0, 0, 0, 0]);
    assert_eq!((report.total.level_percent(), report.total.accepted_percent()), (Some(0), Some(50)));
    let handle = report.total.length(Length::Handle).unwrap();
    assert_eq!((handle.of, handle.average, handle.ninety), (2, Millis::seconds(60), Millis::seconds(60)));
}

#[test]
fn nine_of_ten_stay_below() {
    let part = |n: i64| Fact {
        at: Timestamp(0),
        chat: chat(),
        queue: queue(1),
        agent: None,
        what: What::Part(Part { way: Way::Offer, first: None, reply: Some(Millis(n)), held: None, wrap_up: None }),
    };
    let of = |upto: i64| Numbers::of(&(1..=upto).map(part).collect::<Vec<_>>()).length(Length::Reply).map(|summary| summary.ninety);
    assert_eq!([of(1), of(9), of(10), of(11), of(100)], [1, 9, 9, 10, 90].map(|n| Some(Millis(n))));
    assert_eq!(of(0), None);
}

#[test]
fn times_are_cut_at_the_borders() {
    let logged = |n: u128, at: i64, wish: Wish| Logged { agent: agent(n).id, at: Timestamp(at), wish };
    let log = [
        logged(1, 0, Wish::Ready),
        logged(1, 150, Wish::NotReady(Some("break".into()))),
        logged(1, 180, Wish::NotReady(None)),
        logged(1, 190, Wish::Offline),
        logged(2, 170, Wish::Ready),
    ];
    let times = state_times(&log, Timestamp(100), Timestamp(200));
    let of = |n| times[&agent(n).id].clone();
    assert_eq!(
        (of(1).ready, of(1).not_ready["break"], of(1).not_ready[""], of(1).offline),
        (Millis(50), Millis(30), Millis(10), Millis(10))
    );
    assert_eq!((of(1).known(), of(2).known()), (Millis(100), Millis(30)), "nothing is said of the time before somebody came");
}

#[test]
fn chats_at_the_same_time_count_once() {
    let part = |at: i64, held: Option<i64>| Fact {
        at: Timestamp(at),
        chat: chat(),
        queue: queue(1),
        agent: Some(agent(1).id),
        what: What::Part(Part { way: Way::Offer, first: None, reply: None, held: held.map(Millis), wrap_up: None }),
    };
    let facts = [part(0, Some(120)), part(110, Some(20)), part(115, Some(5)), part(180, None)];
    assert_eq!(with_customers(&facts, Timestamp(100), Timestamp(200))[&agent(1).id], Millis(50));
}
