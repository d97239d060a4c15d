--liquibase formatted sql

--changeset tidemark:0004-create-command-log labels:expand
--comment create command_log
create table command_log (
  command_id uuid not null,
  topic varchar(249) collate "C" not null,
  partition integer not null,
  record_offset bigint not null,
  type varchar(64) collate "C" not null,
  key varchar(255) collate "C" not null,
  fingerprint integer not null,
  commanded_at timestamp(6) with time zone not null,
  outcome varchar(16) collate "C" not null,
  reason varchar(80) collate "C",
  detail text,
  version bigint,
  resumed_by uuid,
  tracing text,
  superseded text,
  logged_at timestamp(6) with time zone not null default now(),
  constraint command_log_pkey primary key (command_id),
  constraint command_log_outcome_check check (outcome in ('applied', 'rejected', 'deferred'))
);
-- Few commands were ever resumed, and rows come in the order of their time: both indexes stay small.
create index command_log_resumed_by_idx on command_log (resumed_by) where resumed_by is not null;
create index command_log_logged_at_idx on command_log using brin (logged_at);

--rollback drop table command_log;
