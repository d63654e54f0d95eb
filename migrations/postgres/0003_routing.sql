-- Parked chats and callbacks.
alter table conversation drop constraint conversation_status_check;
alter table conversation add constraint conversation_status_check
  check (status in ('waiting', 'offered', 'active', 'wrap_up', 'abandoned', 'parked', 'callback', 'closed'));
alter table conversation drop constraint conversation_check;
alter table conversation add constraint conversation_check
  check ((agent is null) = (status in ('waiting', 'abandoned', 'parked', 'callback', 'closed')));
-- What few chats have: needs, language, preferred agent, hand-over, helpers, callback.
alter table conversation add column extra jsonb not null default '{}';
alter table conversation add column parked_until bigint;
-- Who answered last, and when somebody joined first: what a closed chat keeps of its agents.
alter table conversation add column answered_by uuid references agent (id);
alter table conversation add column answered_name text;
-- What was done about an abandoned chat or a callback.
alter table conversation add column note text;
alter table conversation add column joined_at bigint;
update conversation set answered_by = agent, answered_name = agent_name, joined_at = since where status in ('active', 'wrap_up');

alter table customer add column company text;

alter table queue add column archived boolean not null default false;
alter table queue add column changed_by text;
alter table queue add column changed_at bigint;

alter table agent add column team text;
alter table agent add column disabled boolean not null default false;
alter table agent add column prefs jsonb not null default '{}';
-- The supervisor who set the wish.
alter table agent add column forced_by uuid references agent (id);
alter table agent add column input_at bigint;
alter table agent add column last_offer_at bigint;
alter table agent add column changed_by text;
alter table agent add column changed_at bigint;

alter table desk add column settings jsonb not null default '{}';

create table hours (
  id uuid primary key,
  name text not null unique,
  plan jsonb not null,
  changed_by text,
  changed_at bigint
);

-- Something that an agent can do; one with a language stands for speaking it.
create table skill (
  id uuid primary key,
  name text not null unique,
  language text
);

create table agent_skill (
  agent uuid not null references agent (id) on delete cascade,
  skill uuid not null references skill (id) on delete cascade,
  primary key (agent, skill)
);
create index agent_skill_skill on agent_skill (skill);

-- Reasons for being Not ready that agents can choose.
create table reason (
  key text primary key,
  name text not null,
  team text,
  position bigint not null
);
insert into reason (key, name, position) values ('break', 'Break', 1), ('lunch', 'Lunch', 2), ('meeting', 'Meeting', 3), ('training', 'Training', 4);

-- Who changed which setting.
create table change (
  id uuid primary key,
  at bigint not null,
  by_name text not null,
  kind text not null,
  subject_id text not null,
  subject text not null,
  what text not null,
  fields jsonb not null
);
create index change_at on change (at);

create index offer_ended on offer (conversation, agent, state, ended_at);
create index conversation_closed on conversation (since) where status = 'closed';
create index conversation_joined on conversation (queue, joined_at) where joined_at is not null;
create index conversation_enqueued on conversation (enqueued_at);
