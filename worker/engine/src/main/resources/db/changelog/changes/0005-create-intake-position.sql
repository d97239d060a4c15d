--liquibase formatted sql

--changeset tidemark:0005-create-intake-position labels:expand
--comment create intake_position
create table intake_position (
  topic varchar(249) collate "C" not null,
  partition integer not null,
  published_before bigint not null,
  read_before bigint not null,
  topic_id uuid not null,
  group_id varchar(255) collate "C" not null,
  constraint intake_position_pkey primary key (partition, topic)
);

--rollback drop table intake_position;
