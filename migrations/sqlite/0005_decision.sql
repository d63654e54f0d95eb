-- The flight recorder: what the router saw, and what it decided.
create table decision (
  id blob primary key,
  at integer not null,
  conversation blob not null references conversation (id),
  queue blob not null references queue (id),
  seen text not null
) strict;
create index decision_conversation on decision (conversation, at);
create index decision_at on decision (at);
create index decision_queue on decision (queue, at);
