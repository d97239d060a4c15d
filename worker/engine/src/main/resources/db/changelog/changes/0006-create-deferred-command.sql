--liquibase formatted sql

--changeset tidemark:0006-create-deferred-command labels:expand
--comment create deferred_command
create table deferred_command (
  command_id uuid not null,
  aggregate varchar(64) collate "C" not null,
  key varchar(255) collate "C" not null,
  position integer not null,
  topic varchar(249) collate "C" not null,
  partition integer not null,
  record_offset bigint not null,
  record_timestamp bigint not null,
  record_value bytea not null,
  record_headers text not null,
  waits_for_aggregate varchar(64) collate "C",
  waits_for_key varchar(255) collate "C",
  discarded_by uuid,
  discard_detail text,
  resume_partition integer,
  resume_offset bigint,
  arrived_at timestamp(6) with time zone not null default now(),
  constraint deferred_command_pkey primary key (command_id),
  constraint deferred_command_aggregate_key_position_key unique (aggregate, key, position)
);
create index deferred_command_waits_for_idx on deferred_command (waits_for_key, waits_for_aggregate);
create index deferred_command_resume_offset_idx on deferred_command (resume_offset) where resume_offset is not null;

--rollback drop table deferred_command;
