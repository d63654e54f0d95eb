-- What each agent wished when, for the times in reports: of one moment the last one stands.
create table agent_log (
  agent blob not null references agent (id) on delete cascade,
  at integer not null,
  wish text not null check (wish in ('ready', 'not_ready', 'offline')),
  reason text,
  -- The supervisor who set it.
  set_by blob references agent (id),
  primary key (agent, at)
) strict;
insert into agent_log (agent, at, wish, reason, set_by) select id, wish_since, wish, wish_reason, forced_by from agent;

-- Reports are counted from the steps of chats: everything but what is written and seen.
create index event_step on event (ts) where kind not in ('message', 'delivered', 'read', 'note');
