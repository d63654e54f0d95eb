//! Which queue's chats are listed.

use crate::console::{desk::use_desk, words::use_words};
use domain::ids::QueueId;
use leptos::prelude::*;

/// Select "Queue", where there is more than one to choose from.
#[component]
pub fn QueueFilter(queue: Signal<Option<QueueId>>, #[prop(into)] on_choose: Callback<Option<QueueId>>) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    // A queue that is not followed has no cards to show.
    let choices = Memo::new(move |_| {
        let followed = desk.live.queues.with(|queues| queues.keys().copied().collect::<Vec<_>>());
        desk.queues.with(|all| {
            all.iter().filter(|brief| followed.contains(&brief.id)).map(|brief| (brief.id, brief.name.clone())).collect::<Vec<_>>()
        })
    });
    let option = move |(id, name): (QueueId, String)| {
        view! { <option value=id.to_string() selected=move || queue.get() == Some(id)>{name}</option> }
    };
    view! {
        <Show when=move || { choices.with(Vec::len) > 1 }>
            <div class="manager__filter">
                <select
                    class="input"
                    aria-label=texts.get("console.filter.queue")
                    on:change=move |event| on_choose.run(event_target_value(&event).parse().ok())
                >
                    <option value="" selected=move || queue.get().is_none()>{texts.get("console.filter.all_queues")}</option>
                    {move || choices.get().into_iter().map(option).collect_view()}
                </select>
            </div>
        </Show>
    }
}
