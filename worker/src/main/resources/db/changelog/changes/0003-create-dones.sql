--liquibase formatted sql

--changeset tidemark:0003-create-dones labels:expand
--comment create dones
create table dones (
  task_id uuid not null,
  completed_at timestamp(6) with time zone not null,
  constraint dones_pkey primary key (task_id),
  constraint dones_task_id_fkey foreign key (task_id) references tasks (task_id) on delete cascade
);

--rollback drop table dones;
