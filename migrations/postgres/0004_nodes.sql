-- The nodes of the desk, each a process. A row is a lease: its node renews it while it runs, and it runs out by itself.
create table node (
  name text primary key,
  run uuid not null,
  nats boolean not null,
  started_at bigint not null,
  seen_at bigint not null,
  expires_at bigint not null
);
