-- The flight recorder: what the router saw, and what it decided.
create table decision (
  id uuid primary key,
  at bigint not null,
  conversation uuid not null references conversation (id),
  queue uuid not null references queue (id),
  seen jsonb not null
);
create index decision_conversation on decision (conversation, at);
create index decision_at on decision (at);
create index decision_queue on decision (queue, at);
