-- The desk: one row; `epoch` names the life of all numberings and changes when a backup is restored.
create table desk (
  id bigint primary key check (id = 1),
  epoch uuid not null,
  created_at bigint not null,
  demo boolean not null
);

create table counter (
  name text primary key,
  value bigint not null
);

-- People who answer. load = pending offers + active chats + chats in wrap-up.
create table agent (
  id uuid primary key,
  email text not null unique,
  name text not null,
  role text not null check (role in ('agent', 'supervisor', 'admin')),
  password_hash text not null,
  wish text not null check (wish in ('ready', 'not_ready', 'offline')),
  wish_reason text,
  wish_since bigint not null,
  load bigint not null check (load >= 0 and load <= ceiling),
  capacity bigint not null check (capacity > 0),
  ceiling bigint not null check (ceiling >= capacity),
  idle_since bigint not null,
  created_at bigint not null
);

create table session (
  id uuid primary key,
  token_hash bytea not null unique,
  agent uuid not null references agent (id) on delete cascade,
  created_at bigint not null,
  last_seen_at bigint not null,
  expires_at bigint not null,
  address text,
  user_agent text
);
create index session_agent on session (agent);

create table setup_token (
  token_hash bytea primary key,
  expires_at bigint not null
);

create table queue (
  id uuid primary key,
  name text not null unique,
  service text not null,
  policy jsonb not null,
  created_at bigint not null
);

create table queue_member (
  queue uuid not null references queue (id) on delete cascade,
  agent uuid not null references agent (id) on delete cascade,
  priority bigint not null,
  primary key (queue, agent)
);
create index queue_member_agent on queue_member (agent);

create table site (
  id uuid primary key,
  key text not null unique,
  name text not null,
  queue uuid not null references queue (id),
  origins jsonb not null,
  look jsonb not null,
  created_at bigint not null
);

-- People who ask: what they say of themselves is claimed.
create table customer (
  id uuid primary key,
  site uuid not null references site (id),
  name text not null,
  email text,
  locale text,
  created_at bigint not null
);

-- A conversation and its counters: seq for agents, pub_seq for customers, both dense.
create table conversation (
  id uuid primary key,
  site uuid not null references site (id),
  queue uuid not null references queue (id),
  customer uuid not null references customer (id),
  customer_name text not null,
  start_key uuid not null unique,
  status text not null check (status in ('waiting', 'offered', 'active', 'wrap_up', 'abandoned', 'closed')),
  since bigint not null,
  agent uuid references agent (id),
  agent_name text,
  offer uuid,
  reason text,
  outcome text,
  enqueued_at bigint not null,
  priority bigint not null,
  last_activity bigint not null,
  last_seq bigint not null,
  last_pub_seq bigint not null,
  last_ts bigint not null,
  customer_delivered bigint not null,
  customer_read bigint not null,
  agent_delivered bigint not null,
  agent_read bigint not null,
  ticket bigint,
  words text not null,
  version bigint not null,
  check ((agent is null) = (status in ('waiting', 'abandoned', 'closed'))),
  check ((offer is null) = (status <> 'offered'))
);
create index conversation_open on conversation (queue, status, priority, enqueued_at) where status <> 'closed';
create index conversation_agent on conversation (agent) where agent is not null;
create index conversation_customer on conversation (customer);

create table customer_token (
  token_hash bytea primary key,
  customer uuid not null references customer (id) on delete cascade,
  conversation uuid not null references conversation (id) on delete cascade,
  created_at bigint not null,
  expires_at bigint not null
);
create index customer_token_conversation on customer_token (conversation);

-- Every lasting change of a conversation.
create table event (
  conversation uuid not null references conversation (id),
  seq bigint not null,
  pub_seq bigint,
  audience text not null check (audience in ('public', 'internal')),
  kind text not null,
  sender text not null,
  client_id uuid,
  payload jsonb not null,
  payload_hash bytea,
  ts bigint not null,
  primary key (conversation, seq),
  check ((audience = 'public') = (pub_seq is not null))
);
create unique index event_pub_seq on event (conversation, pub_seq) where pub_seq is not null;
create unique index event_client on event (conversation, sender, client_id) where client_id is not null;

-- Streams beside the conversations: agent/…, queue/….
create table stream (
  id text primary key,
  last_seq bigint not null
);

create table stream_event (
  stream text not null references stream (id),
  seq bigint not null,
  payload jsonb not null,
  ts bigint not null,
  primary key (stream, seq)
);

create table offer (
  id uuid primary key,
  conversation uuid not null references conversation (id),
  agent uuid not null references agent (id),
  state text not null check (state in ('pending', 'accepted', 'rejected', 'expired', 'cancelled', 'revoked')),
  deadline bigint not null,
  attempt bigint not null,
  waited bigint not null,
  created_at bigint not null,
  ended_at bigint,
  check ((state = 'pending') = (ended_at is null))
);
create unique index offer_pending on offer (conversation) where state = 'pending';
create index offer_conversation on offer (conversation, agent);
create index offer_agent on offer (agent) where state = 'pending';

-- An unexpired lease proves a browser: one per agent and tab, one per conversation and tab.
create table lease (
  agent uuid not null references agent (id) on delete cascade,
  instance uuid not null,
  node text not null,
  seen_at bigint not null,
  expires_at bigint not null,
  primary key (agent, instance)
);
create index lease_expires on lease (expires_at);

create table customer_lease (
  conversation uuid not null references conversation (id) on delete cascade,
  instance uuid not null,
  expires_at bigint not null,
  primary key (conversation, instance)
);
create index customer_lease_expires on customer_lease (expires_at);

-- Deadlines: fired once due, whatever happened to the process in between.
create table timer (
  kind text not null,
  subject uuid not null,
  due_at bigint not null,
  primary key (kind, subject)
);
create index timer_due on timer (due_at);

create table ticket (
  id uuid primary key,
  number bigint not null unique,
  conversation uuid references conversation (id),
  queue uuid not null references queue (id),
  subject text not null,
  description text not null,
  status text not null check (status in ('open', 'closed')),
  priority text not null check (priority in ('low', 'normal', 'high', 'urgent')),
  requester uuid references customer (id),
  requester_name text not null,
  requester_email text,
  assignee uuid references agent (id),
  created_by uuid not null references agent (id),
  created_at bigint not null
);
create index ticket_created on ticket (created_at);

create table ticket_note (
  id uuid primary key,
  ticket uuid not null references ticket (id) on delete cascade,
  author uuid not null references agent (id),
  author_name text not null,
  text text not null,
  ts bigint not null
);
create index ticket_note_ticket on ticket_note (ticket);

create table ticket_file (
  id uuid primary key,
  ticket uuid not null references ticket (id) on delete cascade,
  name text not null,
  media_type text not null,
  size_bytes bigint not null,
  content bytea not null,
  created_at bigint not null
);
create index ticket_file_ticket on ticket_file (ticket);
