-- Parked chats and callbacks. SQLite cannot change a check: the words of the schema are replaced, no row moves.
pragma writable_schema = on;
update sqlite_schema set sql = replace(replace(sql,
  '(''waiting'', ''offered'', ''active'', ''wrap_up'', ''abandoned'', ''closed'')',
  '(''waiting'', ''offered'', ''active'', ''wrap_up'', ''abandoned'', ''parked'', ''callback'', ''closed'')'),
  '(''waiting'', ''abandoned'', ''closed'')',
  '(''waiting'', ''abandoned'', ''parked'', ''callback'', ''closed'')')
where type = 'table' and name = 'conversation';
pragma writable_schema = reset;
-- What few chats have: needs, language, preferred agent, hand-over, helpers, callback.
alter table conversation add column extra text not null default '{}';
alter table conversation add column parked_until integer;
-- Who answered last, and when somebody joined first: what a closed chat keeps of its agents.
alter table conversation add column answered_by blob references agent (id);
alter table conversation add column answered_name text;
-- What was done about an abandoned chat or a callback.
alter table conversation add column note text;
alter table conversation add column joined_at integer;
update conversation set answered_by = agent, answered_name = agent_name, joined_at = since where status in ('active', 'wrap_up');

alter table customer add column company text;

alter table queue add column archived integer not null default 0;
alter table queue add column changed_by text;
alter table queue add column changed_at integer;

alter table agent add column team text;
alter table agent add column disabled integer not null default 0;
alter table agent add column prefs text not null default '{}';
-- The supervisor who set the wish.
alter table agent add column forced_by blob references agent (id);
alter table agent add column input_at integer;
alter table agent add column last_offer_at integer;
alter table agent add column changed_by text;
alter table agent add column changed_at integer;

alter table desk add column settings text not null default '{}';

create table hours (
  id blob primary key,
  name text not null unique,
  plan text not null,
  changed_by text,
  changed_at integer
) strict;

-- Something that an agent can do; one with a language stands for speaking it.
create table skill (
  id blob primary key,
  name text not null unique,
  language text
) strict;

create table agent_skill (
  agent blob not null references agent (id) on delete cascade,
  skill blob not null references skill (id) on delete cascade,
  primary key (agent, skill)
) strict;
create index agent_skill_skill on agent_skill (skill);

-- Reasons for being Not ready that agents can choose.
create table reason (
  key text primary key,
  name text not null,
  team text,
  position integer not null
) strict;
insert into reason (key, name, position) values ('break', 'Break', 1), ('lunch', 'Lunch', 2), ('meeting', 'Meeting', 3), ('training', 'Training', 4);

-- Who changed which setting.
create table change (
  id blob primary key,
  at integer not null,
  by_name text not null,
  kind text not null,
  subject_id text not null,
  subject text not null,
  what text not null,
  fields text not null
) strict;
create index change_at on change (at);

create index offer_ended on offer (conversation, agent, state, ended_at);
create index conversation_closed on conversation (since) where status = 'closed';
create index conversation_joined on conversation (queue, joined_at) where joined_at is not null;
create index conversation_enqueued on conversation (enqueued_at);
