//! Offers: one at a time, one end each, whoever races whom; and never to somebody who cannot answer.

use crate::support::{Agent, Chat, SITE, TestApp, both, see};
use domain::{
    conversation::Refusal,
    desk::AgentEvent,
    ids::{AgentId, ConversationId, InstanceId, OfferId, QueueId},
    live::Stream,
    offer::{GRACE, OfferEnd},
    presence::{MISSED_OFFER, REJECTED_OFFER, Wish},
    queue::{MayEnd, Policy},
    time::Millis,
    wire::Problem,
};
use engine::{caller::Caller, database::Tx, failure::Failure};
use futures_util::future::join_all;
use std::{collections::HashMap, sync::Arc};
use tokio::sync::Barrier;
use uuid::Uuid;

/// Races of each kind on each database, in rounds.
const ROUNDS: usize = 4;
const RACES_A_ROUND: usize = 50;
const TIMEOUT: Millis = Millis::seconds(30);

/// A chat that rings at somebody.
pub struct Ringing {
    pub chat: Chat,
    pub offer: OfferId,
    pub agent: Caller,
}

pub fn agent_id(caller: &Caller) -> AgentId {
    caller.agent().unwrap().id
}

/// A queue of its own with as many chats as agents, each ringing at one of them.
pub async fn all_ring(app: &TestApp, round: usize) -> Vec<Ringing> {
    let policy = Policy { may_end: MayEnd::Always, reject_makes_not_ready: false, accept_timeout: TIMEOUT, ..Policy::default() };
    let (name, site) = (format!("Race {round}"), format!("race-{round}"));
    let queue = app.add_queue(&name, policy).await;
    app.add_site(&site, queue.id).await;
    let agents: HashMap<AgentId, Caller> =
        app.crowd(RACES_A_ROUND, queue.id).await.into_iter().map(|caller| (agent_id(&caller), caller)).collect();
    let starts = join_all((0..RACES_A_ROUND).map(|_| app.starts(&site, "Hello?"))).await;
    let chats: HashMap<ConversationId, Chat> = starts.into_iter().map(|chat| (chat.id, chat)).collect();
    let pending = || pending_of(app, queue.id);
    let all = app.until("all ring", &[queue.id], async || Some(pending().await).filter(|found| found.len() == RACES_A_ROUND)).await;
    let ringing = |(offer, chat, agent)| Ringing { chat: chats[&chat].clone(), offer, agent: agents[&agent].clone() };
    all.into_iter().map(ringing).collect()
}

async fn pending_of(app: &TestApp, queue: QueueId) -> Vec<(OfferId, ConversationId, AgentId)> {
    let sql = "select o.id, o.conversation, o.agent from offer o join conversation c on c.id = o.conversation where o.state = 'pending' and c.queue = $1";
    let rows: Vec<(Uuid, Uuid, Uuid)> = see!(app.eyes(), c => sqlx::query_as(sql).bind(queue.uuid()).fetch_all(c).await.unwrap());
    rows.into_iter().map(|(offer, chat, agent)| (OfferId::new(offer), ConversationId::new(chat), AgentId::new(agent))).collect()
}

async fn state_of(app: &TestApp, offer: OfferId) -> Option<OfferEnd> {
    app.services().database.read().await.unwrap().find_offer(offer).await.unwrap().unwrap().offer.ended
}

/// How the agent's own stream says that the offer ended: once, and with this reason.
async fn told_of(app: &TestApp, ringing: &Ringing) -> Vec<OfferEnd> {
    let stream = Stream::Agent(agent_id(&ringing.agent));
    let events = app.services().database.read().await.unwrap().stream_after::<AgentEvent>(stream, 0).await.unwrap();
    let end = |event| match event {
        AgentEvent::OfferGone { offer, end } if offer == ringing.offer => Some(end),
        _ => None,
    };
    events.into_iter().filter_map(|numbered| end(numbered.event)).collect()
}

pub async fn holder_of(app: &TestApp, chat: ConversationId) -> Option<AgentId> {
    let facts = app.services().database.read().await.unwrap().find_conversation(chat).await.unwrap().unwrap();
    facts.chat.status.holder()
}

type Answer = Result<ConversationId, Failure>;

/// Starts both deeds of all pairs at once and gives their answers.
pub async fn race<A, B>(pairs: Vec<(A, B)>) -> Vec<(A::Output, B::Output)>
where
    A: Future<Output: Send + 'static> + Send + 'static,
    B: Future<Output: Send + 'static> + Send + 'static,
{
    let start = Arc::new(Barrier::new(pairs.len() * 2));
    let runs = pairs.into_iter().map(|(one, other)| {
        let (here, there) = (Arc::clone(&start), Arc::clone(&start));
        let one = tokio::spawn(async move {
            here.wait().await;
            one.await
        });
        let other = tokio::spawn(async move {
            there.wait().await;
            other.await
        });
        async move { (one.await.unwrap(), other.await.unwrap()) }
    });
    join_all(runs).await
}

/// Does all `deeds`, a few at a time, while the timers end one offer after the other. The clock stands at the moment that
/// is the last at which a yes counts and the first at which the timers fire.
async fn while_they_expire<D>(app: &TestApp, deeds: Vec<D>) -> Vec<D::Output>
where
    D: Future<Output: Send + 'static> + Send + 'static,
{
    app.advance(Millis(TIMEOUT.0 + GRACE.0));
    let (mut answers, mut deeds) = (Vec::new(), deeds.into_iter().peekable());
    while deeds.peek().is_some() {
        let wave: Vec<_> = deeds.by_ref().take(5).map(tokio::spawn).collect();
        answers.extend(join_all(wave).await.into_iter().map(Result::unwrap));
    }
    app.fires_all().await;
    answers
}

pub fn accepts(app: &TestApp, ringing: &Ringing) -> impl Future<Output = Answer> + Send + use<> {
    let (services, agent, offer) = (app.services(), ringing.agent.clone(), ringing.offer);
    async move { services.accept(&agent, offer).await }
}

/// After a race: the offer ended once, the agent was told so once, and the winner has what they won.
async fn one_won(app: &TestApp, ringing: &Ringing, accepted: &Answer) -> OfferEnd {
    let end = state_of(app, ringing.offer).await.expect("the race is over");
    assert_eq!(told_of(app, ringing).await, vec![end], "R4: ended once, and told once");
    let mine = holder_of(app, ringing.chat.id).await == Some(agent_id(&ringing.agent));
    match accepted {
        Ok(chat) => assert_eq!((end, *chat, mine), (OfferEnd::Accepted, ringing.chat.id, true)),
        Err(Failure::OfferGone(told)) => assert_eq!((*told, mine), (end, false), "the loser is told why"),
        Err(other) => panic!("neither won nor lost: {other:?}"),
    }
    end
}

both! {
    async fn r04_accept_against_expire(app: TestApp) {
        let mut wins = HashMap::new();
        for round in 0..ROUNDS {
            let all = all_ring(&app, round).await;
            let answers = while_they_expire(&app, all.iter().map(|ringing| accepts(&app, ringing)).collect()).await;
            let ends = join_all(all.iter().zip(&answers).map(|(ringing, answer)| one_won(&app, ringing, answer))).await;
            ends.into_iter().for_each(|end| *wins.entry(end).or_insert(0) += 1);
            app.advance(Millis::minutes(3));
            app.fires_all().await;
        }
        println!("{}: {wins:?}", app.half().word());
    }

    async fn r05_accept_against_accept_in_two_tabs(app: TestApp) {
        for round in 0..ROUNDS {
            let all = all_ring(&app, round).await;
            let pairs = all.iter().map(|ringing| (accepts(&app, ringing), accepts(&app, ringing))).collect();
            let looks = all.iter().zip(race(pairs).await).map(async |(ringing, (one, other))| {
                assert_eq!(one_won(&app, ringing, &one).await, OfferEnd::Accepted);
                assert_eq!(other.unwrap(), ringing.chat.id, "the second yes is the same success");
                assert_eq!(accepts(&app, ringing).await.unwrap(), ringing.chat.id, "and so is a resend");
            });
            join_all(looks).await;
        }
    }

    async fn r10_accept_against_the_customers_end(app: TestApp) {
        let mut wins = HashMap::new();
        for round in 0..ROUNDS {
            let all = all_ring(&app, round).await;
            let ends = |ringing: &Ringing| {
                let (services, customer) = (app.services(), ringing.chat.customer.clone());
                async move { services.customer_ends(&customer).await }
            };
            let pairs = all.iter().map(|ringing| (accepts(&app, ringing), ends(ringing))).collect();
            for (ringing, (accepted, ended)) in all.iter().zip(race(pairs).await) {
                // The policy lets customers end at any time: after an accept that won, the end came to an active chat.
                ended.unwrap();
                let end = state_of(&app, ringing.offer).await.unwrap();
                assert_eq!(told_of(&app, ringing).await, vec![end]);
                let open = app.services().customer_chat(&ringing.chat.customer).await.unwrap().state;
                assert!(open.has_ended(), "nobody opens a ghost chat");
                match accepted {
                    Ok(_) => assert_eq!((end, open.agent.is_some()), (OfferEnd::Accepted, true)),
                    Err(Failure::OfferGone(told)) => assert_eq!((told, end, open.agent), (OfferEnd::Cancelled, OfferEnd::Cancelled, None)),
                    Err(other) => panic!("neither won nor lost: {other:?}"),
                }
                *wins.entry(end).or_insert(0) += 1;
            }
        }
        println!("{}: {wins:?}", app.half().word());
    }

    async fn r04_reject_against_expire(app: TestApp) {
        let mut wins = HashMap::new();
        for round in 0..ROUNDS {
            let all = all_ring(&app, round).await;
            let rejects = |ringing: &Ringing| {
                let (services, agent, offer) = (app.services(), ringing.agent.clone(), ringing.offer);
                async move { services.reject(&agent, offer).await }
            };
            let answers = while_they_expire(&app, all.iter().map(rejects).collect()).await;
            for (ringing, answer) in all.iter().zip(answers) {
                answer.unwrap();
                let end = state_of(&app, ringing.offer).await.unwrap();
                assert!(matches!(end, OfferEnd::Rejected | OfferEnd::Expired), "{end:?}");
                assert_eq!(told_of(&app, ringing).await, vec![end], "R4: ended once, and told once");
                *wins.entry(end).or_insert(0) += 1;
            }
            app.advance(Millis::minutes(3));
            app.fires_all().await;
        }
        println!("{}: {wins:?}", app.half().word());
    }

    async fn r01_a_chat_that_many_want_has_one_owner(app: TestApp) {
        let queue = app.queue().id;
        let names = ["Ana", "Ben", "Cleo", "Dan"];
        let agents: Vec<Agent> = join_all(names.map(|name| app.agent(name))).await;
        for _ in 0..3 {
            let chat = app.starts(SITE, "Who wants me?").await;
            let joins = agents.iter().flat_map(|agent| {
                let (services, caller) = (app.services(), agent.caller.clone());
                [services.clone(), services].map(|services| {
                    let caller = caller.clone();
                    async move { (agent.id, services.join(&caller, chat.id).await) }
                })
            });
            let answers = join_all(joins).await;
            let owner = holder_of(&app, chat.id).await.expect("somebody has it");
            for (agent, answer) in answers {
                match answer {
                    Ok(()) => assert_eq!(agent, owner),
                    Err(Failure::Refused(Refusal::NotYours)) => assert_ne!(agent, owner),
                    Err(other) => panic!("{other:?}"),
                }
            }
        }
        assert_eq!(app.services().site_by_key(SITE).await.unwrap().unwrap().waiting, 0);
        assert_eq!(queue, app.queue().id);
    }

    async fn r01_two_routers_never_offer_one_chat_twice(app: TestApp) {
        let other = app.open_services().await;
        other.start();
        let queue = app.add_queue("Both", Policy::default()).await;
        app.add_site("both", queue.id).await;
        app.crowd(12, queue.id).await;
        for n in 0..20 {
            app.starts("both", &format!("Hello {n}")).await;
            other.hub.wake_router();
        }
        app.until("twelve ring", &[queue.id], async || {
            other.hub.wake_router();
            (pending_of(&app, queue.id).await.len() == 12).then_some(())
        })
        .await;
        let twice = "select count(*) from (select conversation from offer group by conversation having count(*) > 1) x";
        assert_eq!(app.eyes().number(twice).await, 0, "one offer each, and none beyond the places");
        other.stop().await;
    }

    async fn r09_nobody_is_rung_who_cannot_answer(app: TestApp) {
        let elsewhere = app.add_queue("Returns", Policy::default()).await;
        let (unready, absent, full) = (app.agent("Unready").await, app.agent("Absent").await, app.agent("Full").await);
        let stranger = app.agent_of("Stranger", &[elsewhere.id], domain::presence::Role::Agent).await;
        let able = app.agent("Able").await;
        let services = app.services();
        // All but the able one would be asked first.
        let (queue, first) = (app.queue().id, [unready.id, absent.id, full.id]);
        let prefer = async move |tx: &mut Tx| {
            for agent in first {
                tx.add_member(queue, agent, 5).await?;
            }
            tx.set_capacity(first[2], 1).await
        };
        services.database.write(prefer).await.unwrap();
        for agent in [&unready, &full, &stranger, &able] {
            services.lease(&agent.caller, InstanceId::new(Uuid::new_v4())).await.unwrap();
        }
        for agent in [&absent, &full, &stranger] {
            services.set_wish(&agent.caller, Wish::Ready).await.unwrap();
        }
        let filling = app.starts(SITE, "Fills the place").await;
        app.until("full", &[queue], async || (holder_of(&app, filling.id).await == Some(full.id)).then_some(())).await;
        services.set_wish(&able.caller, Wish::Ready).await.unwrap();
        for n in 0..3 {
            let chat = app.starts(SITE, &format!("Hello {n}")).await;
            let holder = app.until("an offer", &[queue], async || holder_of(&app, chat.id).await).await;
            assert_eq!(holder, able.id);
        }
        services.set_wish(&unready.caller, Wish::Ready).await.unwrap();
        let chat = app.starts(SITE, "And now").await;
        let holder = app.until("an offer", &[queue], async || holder_of(&app, chat.id).await).await;
        assert_eq!(holder, unready.id, "who has become ready is asked first");
    }

    async fn r09_a_missed_offer_makes_not_ready_and_the_chat_goes_on(app: TestApp) {
        let (ana, customer) = (app.agent("Ana").await, app.customer());
        ana.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        let offer = ana.is_offered(chat).await;
        app.pass(Millis(TIMEOUT.0 + GRACE.0)).await;
        ana.hears_silence().await;
        let missed = Wish::NotReady(Some(MISSED_OFFER.into()));
        ana.sees("missed offer", |screen| (screen.agent.as_ref()?.me.wish == missed).then_some(())).await;
        assert_eq!(ana.accept(offer).await, Err(Problem::OfferGone { end: OfferEnd::Expired }));
        let ben = app.agent("Ben").await;
        ben.comes_to_work().await;
        ben.accepts(chat).await;
        customer.sees_agent("Ben").await;
    }

    async fn a_yes_counts_within_the_grace(app: TestApp) {
        let (ana, customer) = (app.agent("Ana").await, app.customer());
        ana.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        let offer = ana.is_offered(chat).await;
        app.pass(Millis(TIMEOUT.0 + GRACE.0 - 1)).await;
        assert_eq!(ana.accept(offer).await, Ok(chat));
    }

    async fn who_rejects_is_passed_over_for_that_chat_and_not_ready_without_another(app: TestApp) {
        let (ana, ben) = (app.agent("Ana").await, app.agent("Ben").await);
        ana.comes_to_work().await;
        let customer = app.customer();
        let chat = customer.says("Hello?").await;
        ana.rejects(chat).await;
        let wish = ana.sees("a wish", |screen| Some(screen.agent.as_ref()?.me.wish.clone()).filter(|wish| *wish != Wish::Ready)).await;
        assert_eq!(wish, Wish::NotReady(Some(REJECTED_OFFER.into())));
        ana.is_ready().await;
        ben.comes_to_work().await;
        ben.is_offered(chat).await;
        ana.hears_silence().await;
        ben.wants(Wish::NotReady(None)).await;
        ben.hears_silence().await;
        app.pass(Millis::seconds(31)).await;
        ana.accepts(chat).await;
    }

    async fn taking_a_ringing_chat_from_the_list_withdraws_it_there(app: TestApp) {
        let (ana, ben, customer) = (app.agent("Ana").await, app.agent("Ben").await, app.customer());
        ana.comes_to_work().await;
        let chat = customer.says("Hello?").await;
        let offer = ana.is_offered(chat).await;
        ben.opens_console().await;
        ben.joins(chat).await.unwrap();
        ana.hears_silence().await;
        assert_eq!(ana.accept(offer).await, Err(Problem::OfferGone { end: OfferEnd::Cancelled }));
        assert_eq!(ana.joins(chat).await, Err(Problem::Refused { refusal: Refusal::NotYours }));
        assert_eq!(ben.joins(chat).await, Ok(()), "joining again is the same success");
        customer.sees_agent("Ben").await;
    }
}
