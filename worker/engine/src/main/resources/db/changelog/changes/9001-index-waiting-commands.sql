--liquibase formatted sql

--changeset tidemark:9001-index-waiting-commands labels:expand runInTransaction:false
--comment index waiting commands by their arrival
-- How many wait and since when, metrics and console ask all the time, and who has waited for too long, every sweep.
-- From the index that is answered without a look at the records, which are large.
create index concurrently if not exists deferred_command_arrived_at_idx on deferred_command (arrived_at);

--rollback drop index concurrently if exists deferred_command_arrived_at_idx;
