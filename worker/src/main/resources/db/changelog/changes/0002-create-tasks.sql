--liquibase formatted sql

--changeset tidemark:0002-create-tasks labels:expand
--comment create tasks
-- A tenth of each page is left for updates: a row's next version in the row's page leaves both indexes as they are.
create table tasks (
  task_id uuid not null,
  title varchar(1024) not null,
  description text,
  status varchar(16) not null,
  username varchar(255) collate "C" not null,
  created_at timestamp(6) with time zone not null,
  updated_at timestamp(6) with time zone not null,
  version bigint not null,
  constraint tasks_pkey primary key (task_id),
  constraint tasks_status_check check (status in ('pending', 'in-progress', 'done')),
  constraint tasks_username_fkey foreign key (username) references users (username)
) with (fillfactor = 90);
create index tasks_username_idx on tasks (username);

--rollback drop table tasks;
