--liquibase formatted sql

--changeset tidemark:0007-create-posts labels:expand
--comment create posts
-- A tenth of each page is left for updates: a row's next version in the row's page leaves both indexes as they are.
create table posts (
  post_id uuid not null,
  title varchar(1024) not null,
  text text,
  username varchar(255) collate "C" not null,
  created_at timestamp(6) with time zone not null,
  updated_at timestamp(6) with time zone not null,
  version bigint not null,
  constraint posts_pkey primary key (post_id),
  constraint posts_username_fkey foreign key (username) references users (username)
) with (fillfactor = 90);
create index posts_username_idx on posts (username);

--rollback drop table posts;
