--liquibase formatted sql

--changeset tidemark:0001-users
create table users (
  username varchar(255) not null,
  password_hash varchar(1024) not null,
  created_at timestamp(6) with time zone not null,
  updated_at timestamp(6) with time zone not null,
  version bigint not null,
  constraint users_pkey primary key (username)
);
--rollback drop table users;

--changeset tidemark:0001-tasks
create table tasks (
  task_id uuid not null,
  title varchar(1024) not null,
  description text,
  status varchar(16) not null,
  username varchar(255) not null,
  created_at timestamp(6) with time zone not null,
  updated_at timestamp(6) with time zone not null,
  version bigint not null,
  constraint tasks_pkey primary key (task_id),
  constraint tasks_status_check check (status in ('pending', 'in-progress', 'done')),
  constraint tasks_username_fkey foreign key (username) references users (username)
);
create index tasks_username_idx on tasks (username);
--rollback drop table tasks;

--changeset tidemark:0001-dones
create table dones (
  task_id uuid not null,
  completed_at timestamp(6) with time zone not null,
  constraint dones_pkey primary key (task_id),
  constraint dones_task_id_fkey foreign key (task_id) references tasks (task_id) on delete cascade
);
--rollback drop table dones;
