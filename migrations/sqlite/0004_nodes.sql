-- The nodes of the desk, each a process. A row is a lease: its node renews it while it runs, and it runs out by itself.
create table node (
  name text primary key,
  run blob not null,
  nats integer not null,
  started_at integer not null,
  seen_at integer not null,
  expires_at integer not null
) strict;
