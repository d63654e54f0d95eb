//! What the components write into a page: names, states and relations that people and tools rely on.

use super::*;
use crate::texts::{catalogue, provide_texts};
use domain::{
    ids::ClientKey,
    presence::Shown,
    time::{Millis, Timestamp},
};
use leptos::prelude::*;

const NOON: Timestamp = Timestamp(1_800_014_400_000);

/// The HTML of a view, without the comments that only hydration reads.
fn html<V: IntoView>(view: impl FnOnce() -> V) -> String {
    let owner = Owner::new();
    let html = owner.with(|| {
        provide_context(IconsUrl("/pkg/x/icons.svg".into()));
        provide_texts(catalogue("en"));
        provide_now(NOON, Signal::stored(Millis(0)));
        view().to_html()
    });
    owner.cleanup();
    html.replace("<!>", "").replace("<!---->", "")
}

fn says(page: &str, part: &str) {
    assert!(page.contains(part), "{part} is not in {page}");
}

fn bubble(text: &'static str, delivery: Option<Delivery>) -> String {
    let client = ClientKey(uuid::Uuid::nil());
    html(move || view! { <Bubble text=text side=Side::Mine author="Ana" client=client seq=Some(7) delivery=delivery /> })
}

#[test]
fn a_message_is_text_whatever_it_holds() {
    let page = bubble("<img src=x onerror=alert(1)> see https://desk.example/a\"b", Some(Delivery::Read));
    says(&page, "&lt;img src=x onerror=alert(1)&gt; see ");
    says(&page, r#"<a href="https://desk.example/a" target="_blank" rel="noopener noreferrer nofollow">https://desk.example/a</a>"#);
    assert!(!page.contains("<img"), "{page}");
}

#[test]
fn a_bubble_says_where_it_stands() {
    let page = bubble("Hello", Some(Delivery::Queued));
    for part in [
        "bubble--mine",
        "bubble--pending",
        r#"data-client-id="00000000-0000-0000-0000-000000000000""#,
        r#"data-seq="7""#,
        r#"data-delivery="queued""#,
        "Ana: ",
    ] {
        says(&page, part);
    }
    assert!(!bubble("Hello", Some(Delivery::Sent)).contains("bubble--pending"));
}

#[test]
fn delivery_is_said_in_words_too() {
    for (delivery, icon, word) in [
        (Delivery::Queued, "i-clock", "Waiting to send"),
        (Delivery::Sent, "i-check\"", "Sent"),
        (Delivery::Delivered, "i-check-double", "Delivered"),
        (Delivery::Read, "i-check-double", "Read"),
        (Delivery::Failed, "i-warning", "Not sent"),
    ] {
        let page = html(move || view! { <BubbleMeta side=Side::Mine at=NOON delivery=Some(delivery) /> });
        says(&page, icon);
        says(&page, word);
        says(&page, r#"datetime="2027-01-15T12:00:00Z""#);
        says(&page, ">12:00<");
    }
}

#[test]
fn notes_say_that_only_agents_see_them() {
    let client = ClientKey(uuid::Uuid::nil());
    let page = html(move || view! { <Bubble text="psst" side=Side::Theirs author="Marek" client=client note=true /> });
    says(&page, "bubble--private");
    says(&page, "only agents see this");
}

#[test]
fn a_field_is_named_and_its_error_described() {
    let page = html(|| {
        let error = Signal::stored(Some("Fill in this field.".to_owned()));
        view! { <Field id="email" name="email" label="Email" kind="email" hint="We write to it." error=error value="a\"b" /> }
    });
    for part in [
        r#"for="email""#,
        r#"id="email""#,
        r#"type="email""#,
        r#"aria-invalid="true""#,
        r#"aria-describedby="email-error""#,
        r#"id="email-error""#,
        "Fill in this field.",
        "a&quot;b",
    ] {
        says(&page, part);
    }
    let page = html(|| view! { <Field id="email" name="email" label="Email" hint="We write to it." /> });
    says(&page, r#"aria-describedby="email-hint""#);
    assert!(!page.contains("aria-invalid"), "{page}");
}

#[test]
fn a_text_area_keeps_its_text_as_text() {
    let page = html(|| view! { <TextArea id="words" name="message" label="Message" value="</textarea><b>" /> });
    says(&page, "&lt;/textarea>&lt;b>");
    let page = html(|| view! { <TextArea id="words" name="message" label="Message" /> });
    says(&page, "></textarea>");
}

#[test]
fn a_menu_opens_without_a_script() {
    let page = html(|| {
        view! {
            <Menu id="chat-menu" name="Chat menu" button=|| view! { <Icon name="more" /> }>
                <MenuItem on_choose=|()| () keys="Alt X">"End chat session"</MenuItem>
                <MenuRadio on_choose=|()| () checked=true>"Ready"</MenuRadio>
            </Menu>
        }
    });
    for part in [
        r#"popovertarget="chat-menu""#,
        r#"aria-haspopup="menu""#,
        r#"aria-label="Chat menu""#,
        r#"popover="auto""#,
        r#"role="menu""#,
        r#"role="menuitem""#,
        r#"aria-checked="true""#,
        r##"<use href="/pkg/x/icons.svg#i-more">"##,
    ] {
        says(&page, part);
    }
}

#[test]
fn one_tab_is_chosen_and_counts_describe() {
    let tabs = || {
        vec![
            Tab::new("mine", "My sessions".into()).counting(Signal::stored(2)),
            Tab::new("waiting", "Waiting".into()).counting(Signal::stored(5)),
        ]
    };
    let page = html(move || {
        view! {
            <Tabs id="lists" name="Lists" tabs=tabs() chosen="waiting" on_choose=|_| () />
            <TabPanel id="lists" key="mine" chosen="waiting">"a"</TabPanel>
            <TabPanel id="lists" key="waiting" chosen="waiting">"b"</TabPanel>
        }
    });
    assert_eq!((page.matches(r#"aria-selected="true""#).count(), page.matches(r#"tabindex="-1""#).count()), (1, 1), "{page}");
    for part in [
        r#"aria-controls="lists-waiting""#,
        r#"aria-labelledby="lists-waiting-tab""#,
        r#"aria-describedby="lists-mine-count""#,
        r#"id="lists-mine-count""#,
    ] {
        says(&page, part);
    }
    assert_eq!(page.matches(" hidden").count(), 1, "{page}");
}

#[test]
fn clocks_begin_with_the_time_of_the_page() {
    let page = html(|| view! { <Clock since=NOON + Millis(-177_000) /> });
    says(&page, "2:57");
    let page = html(|| view! { <Ring until=NOON + Millis(18_000) whole=Millis(30_000) /> });
    says(&page, r#"aria-label="18 seconds to answer""#);
    says(&page, r#"stroke-dasharray="94.2 157.1""#);
    let page = html(|| view! { <WaitBar since=NOON + Millis(-70_000) promise=Millis(60_000)>"Place 1"</WaitBar> });
    says(&page, "wait--over");
    says(&page, "--part:100%");
}

#[test]
fn a_busy_button_keeps_its_words_and_its_focus() {
    let page = html(|| view! { <Button variant=Variant::Primary busy=true>"Send"</Button> });
    for part in ["button--primary", "is-loading", r#"aria-disabled="true""#, r#"aria-busy="true""#, r#"type="button""#, "Send"] {
        says(&page, part);
    }
    assert!(!page.contains(" disabled"), "{page}");
}

#[test]
fn a_closed_dialog_is_empty() {
    let page = html(|| {
        view! { <Dialog id="sure" open=false title="Close this chat?" on_close=|()| () alert=true footer=|| view! { <Button>"Keep"</Button> }>"Words"</Dialog> }
    });
    says(&page, r#"role="alertdialog""#);
    says(&page, r#"aria-labelledby="sure-title""#);
    assert!(!page.contains("Words") && !page.contains("Keep") && !page.contains(" open"), "{page}");
}

#[test]
fn badges_show_only_what_there_is() {
    assert!(!html(|| view! { <Badge count=0usize label="0 unread" /> }).contains("badge"));
    let page = html(|| view! { <Badge count=120usize label="120 unread" /> });
    says(&page, "99+");
    says(&page, "120 unread");
}

#[test]
fn a_person_is_a_pair_of_letters_with_a_state() {
    let page = html(|| view! { <Avatar name="Ana Lindqvist" presence=Shown::WrapUp /> });
    says(&page, ">AL<");
    says(&page, "presence--wrapup");
    says(&page, r#"aria-hidden="true""#);
}
