-- How much the customer has written (bytes), and the public number of the last message.
alter table conversation add column written integer not null default 0;
alter table conversation add column last_message integer not null default 0;
