//! `/settings/skills`: what agents can do and chats may need.

use super::Loaded;
use crate::{
    api,
    console::{desk::use_desk, explain::explain, words::use_words},
    ui::{Button, ButtonSize, Chip, Empty, Field, Toast, Tone, Variant},
};
use domain::{
    settings::{Settings, Skill},
    wire::Problem,
};
use leptos::{ev::SubmitEvent, html, prelude::*};

#[component]
pub fn SkillsPage() -> impl IntoView {
    view! { <Loaded view=|settings, again| view! { <Skills settings=settings again=again /> } /> }
}

#[component]
fn Skills(settings: Settings, again: Callback<()>) -> impl IntoView {
    let texts = use_words();
    let none = settings.skills.is_empty();
    let agents = StoredValue::new(settings.agents);
    let rows = settings.skills.into_iter().map(|skill| {
        let able = agents.with_value(|agents| agents.iter().filter(|agent| agent.draft.skills.contains(&skill.id)).count());
        view! { <Row skill=skill able=able again=again /> }
    });
    view! {
        <section class="sheet settings-form" aria-labelledby="skills-title">
            <header class="settings-form__head">
                <div><h1 class="page-title" id="skills-title">{texts.get("settings.skills")}</h1><p class="muted">{texts.get("settings.skills_about")}</p></div>
            </header>
            <div class="settings-form__body settings-form__body--alone">
                <NewSkill again=again />
                {if none {
                    view! { <Empty icon="bolt" title=texts.get("settings.skill.none") text=texts.get("settings.skill.none_text") /> }.into_any()
                } else {
                    view! {
                        <div class="table-box">
                            <table class="table">
                                <caption class="visually-hidden">{texts.get("settings.skills")}</caption>
                                <thead>
                                    <tr>
                                        <th scope="col">{texts.get("settings.name")}</th>
                                        <th scope="col">{texts.get("settings.language")}</th>
                                        <th scope="col" class="is-number">{texts.get("settings.agents")}</th>
                                        <th><span class="visually-hidden">{texts.get("settings.actions")}</span></th>
                                    </tr>
                                </thead>
                                <tbody>{rows.collect_view()}</tbody>
                            </table>
                        </div>
                    }
                    .into_any()
                }}
            </div>
        </section>
    }
}

#[component]
fn NewSkill(again: Callback<()>) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let (name, language) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let fault = RwSignal::new(None::<(String, String)>);
    let of = move |field: &'static str| {
        Signal::derive(move || fault.with(|fault| fault.as_ref().filter(|(name, _)| name == field).map(|(_, why)| texts.get(why))))
    };
    let add = Action::new_local(move |(name, language): &(String, String)| {
        let (name, language) = (name.clone(), Some(language.clone()).filter(|tag| !tag.trim().is_empty()));
        async move {
            match api::settings::save_skill(None, name, language).await {
                Ok(_) => again.run(()),
                Err(error) => match error.0 {
                    Problem::Invalid { field, why } => fault.set(Some((field, why))),
                    problem => {
                        let told = explain(&problem, None, &texts.all());
                        desk.toasts.show(Toast::danger(told.title).text(told.text));
                    }
                },
            }
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        fault.set(None);
        let text = |field: NodeRef<html::Input>| field.get_untracked().map(|field| field.value()).unwrap_or_default();
        add.dispatch((text(name), text(language)));
    };
    view! {
        <form class="inline-form" on:submit=submit novalidate>
            <Field id="skill-name" name="name" label=texts.get("settings.skill.new") error=of("name") node_ref=name autocomplete="off" />
            <Field
                id="skill-language"
                name="language"
                label=texts.get("settings.language")
                hint=texts.get("settings.language_hint")
                error=of("language")
                node_ref=language
                autocomplete="off"
                maxlength=12
            />
            <Button variant=Variant::Primary submit=true busy=add.pending()>{texts.get("settings.add")}</Button>
        </form>
    }
}

#[component]
fn Row(skill: Skill, able: usize, again: Callback<()>) -> impl IntoView {
    let (desk, texts) = (use_desk(), use_words());
    let id = skill.id;
    let remove = Action::new_local(move |(): &()| async move {
        match api::settings::remove_skill(id).await {
            Ok(()) => again.run(()),
            Err(error) => {
                let told = explain(&error.0, None, &texts.all());
                desk.toasts.show(Toast::danger(told.title).text(told.text));
            }
        }
    });
    let named = texts.with("settings.remove_named", &[("name", &skill.name)]);
    view! {
        <tr>
            <td>{skill.name}</td>
            <td>{skill.language.map(|tag| view! { <Chip tone=Tone::Accent>{tag}</Chip> })}</td>
            <td class="is-number" data-label=texts.get("settings.agents")>{able}</td>
            <td class="is-number">
                <Button variant=Variant::DangerQuiet size=ButtonSize::Small busy=remove.pending() on_click=move |_| _ = remove.dispatch(()) attr:aria-label=named>
                    {texts.get("settings.remove")}
                </Button>
            </td>
        </tr>
    }
}
