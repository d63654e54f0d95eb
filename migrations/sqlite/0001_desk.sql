-- The desk: one row; `epoch` names the life of all numberings and changes when a backup is restored.
create table desk (
  id integer primary key check (id = 1),
  epoch blob not null,
  created_at integer not null,
  demo integer not null
) strict;

create table counter (
  name text primary key,
  value integer not null
) strict;

-- People who answer. load = pending offers + active chats + chats in wrap-up.
create table agent (
  id blob primary key,
  email text not null unique,
  name text not null,
  role text not null check (role in ('agent', 'supervisor', 'admin')),
  password_hash text not null,
  wish text not null check (wish in ('ready', 'not_ready', 'offline')),
  wish_reason text,
  wish_since integer not null,
  load integer not null check (load >= 0 and load <= ceiling),
  capacity integer not null check (capacity > 0),
  ceiling integer not null check (ceiling >= capacity),
  idle_since integer not null,
  created_at integer not null
) strict;

create table session (
  id blob primary key,
  token_hash blob not null unique,
  agent blob not null references agent (id) on delete cascade,
  created_at integer not null,
  last_seen_at integer not null,
  expires_at integer not null,
  address text,
  user_agent text
) strict;
create index session_agent on session (agent);

create table setup_token (
  token_hash blob primary key,
  expires_at integer not null
) strict;

create table queue (
  id blob primary key,
  name text not null unique,
  service text not null,
  policy text not null,
  created_at integer not null
) strict;

create table queue_member (
  queue blob not null references queue (id) on delete cascade,
  agent blob not null references agent (id) on delete cascade,
  priority integer not null,
  primary key (queue, agent)
) strict;
create index queue_member_agent on queue_member (agent);

create table site (
  id blob primary key,
  key text not null unique,
  name text not null,
  queue blob not null references queue (id),
  origins text not null,
  look text not null,
  created_at integer not null
) strict;

-- People who ask: what they say of themselves is claimed.
create table customer (
  id blob primary key,
  site blob not null references site (id),
  name text not null,
  email text,
  locale text,
  created_at integer not null
) strict;

-- A conversation and its counters: seq for agents, pub_seq for customers, both dense.
create table conversation (
  id blob primary key,
  site blob not null references site (id),
  queue blob not null references queue (id),
  customer blob not null references customer (id),
  customer_name text not null,
  start_key blob not null unique,
  status text not null check (status in ('waiting', 'offered', 'active', 'wrap_up', 'abandoned', 'closed')),
  since integer not null,
  agent blob references agent (id),
  agent_name text,
  offer blob,
  reason text,
  outcome text,
  enqueued_at integer not null,
  priority integer not null,
  last_activity integer not null,
  last_seq integer not null,
  last_pub_seq integer not null,
  last_ts integer not null,
  customer_delivered integer not null,
  customer_read integer not null,
  agent_delivered integer not null,
  agent_read integer not null,
  ticket integer,
  words text not null,
  version integer not null,
  check ((agent is null) = (status in ('waiting', 'abandoned', 'closed'))),
  check ((offer is null) = (status <> 'offered'))
) strict;
create index conversation_open on conversation (queue, status, priority, enqueued_at) where status <> 'closed';
create index conversation_agent on conversation (agent) where agent is not null;
create index conversation_customer on conversation (customer);

create table customer_token (
  token_hash blob primary key,
  customer blob not null references customer (id) on delete cascade,
  conversation blob not null references conversation (id) on delete cascade,
  created_at integer not null,
  expires_at integer not null
) strict;
create index customer_token_conversation on customer_token (conversation);

-- Every lasting change of a conversation.
create table event (
  conversation blob not null references conversation (id),
  seq integer not null,
  pub_seq integer,
  audience text not null check (audience in ('public', 'internal')),
  kind text not null,
  sender text not null,
  client_id blob,
  payload text not null,
  payload_hash blob,
  ts integer not null,
  primary key (conversation, seq),
  check ((audience = 'public') = (pub_seq is not null))
) strict;
create unique index event_pub_seq on event (conversation, pub_seq) where pub_seq is not null;
create unique index event_client on event (conversation, sender, client_id) where client_id is not null;

-- Streams beside the conversations: agent/…, queue/….
create table stream (
  id text primary key,
  last_seq integer not null
) strict;

create table stream_event (
  stream text not null references stream (id),
  seq integer not null,
  payload text not null,
  ts integer not null,
  primary key (stream, seq)
) strict;

create table offer (
  id blob primary key,
  conversation blob not null references conversation (id),
  agent blob not null references agent (id),
  state text not null check (state in ('pending', 'accepted', 'rejected', 'expired', 'cancelled', 'revoked')),
  deadline integer not null,
  attempt integer not null,
  waited integer not null,
  created_at integer not null,
  ended_at integer,
  check ((state = 'pending') = (ended_at is null))
) strict;
create unique index offer_pending on offer (conversation) where state = 'pending';
create index offer_conversation on offer (conversation, agent);
create index offer_agent on offer (agent) where state = 'pending';

-- An unexpired lease proves a browser: one per agent and tab, one per conversation and tab.
create table lease (
  agent blob not null references agent (id) on delete cascade,
  instance blob not null,
  node text not null,
  seen_at integer not null,
  expires_at integer not null,
  primary key (agent, instance)
) strict;
create index lease_expires on lease (expires_at);

create table customer_lease (
  conversation blob not null references conversation (id) on delete cascade,
  instance blob not null,
  expires_at integer not null,
  primary key (conversation, instance)
) strict;
create index customer_lease_expires on customer_lease (expires_at);

-- Deadlines: fired once due, whatever happened to the process in between.
create table timer (
  kind text not null,
  subject blob not null,
  due_at integer not null,
  primary key (kind, subject)
) strict;
create index timer_due on timer (due_at);

create table ticket (
  id blob primary key,
  number integer not null unique,
  conversation blob references conversation (id),
  queue blob not null references queue (id),
  subject text not null,
  description text not null,
  status text not null check (status in ('open', 'closed')),
  priority text not null check (priority in ('low', 'normal', 'high', 'urgent')),
  requester blob references customer (id),
  requester_name text not null,
  requester_email text,
  assignee blob references agent (id),
  created_by blob not null references agent (id),
  created_at integer not null
) strict;
create index ticket_created on ticket (created_at);

create table ticket_note (
  id blob primary key,
  ticket blob not null references ticket (id) on delete cascade,
  author blob not null references agent (id),
  author_name text not null,
  text text not null,
  ts integer not null
) strict;
create index ticket_note_ticket on ticket_note (ticket);

create table ticket_file (
  id blob primary key,
  ticket blob not null references ticket (id) on delete cascade,
  name text not null,
  media_type text not null,
  size_bytes integer not null,
  content blob not null,
  created_at integer not null
) strict;
create index ticket_file_ticket on ticket_file (ticket);
