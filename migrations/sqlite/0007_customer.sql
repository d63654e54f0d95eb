-- Whose chats are one person's, as far as an e-mail address tells.
create index customer_email on customer (site, email) where email is not null;
