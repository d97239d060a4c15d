--liquibase formatted sql

--changeset tidemark:0001-create-users labels:expand
--comment create users
create table users (
  username varchar(255) collate "C" not null,
  password_hash varchar(1024) not null,
  created_at timestamp(6) with time zone not null,
  updated_at timestamp(6) with time zone not null,
  version bigint not null,
  constraint users_pkey primary key (username)
);

--rollback drop table users;
