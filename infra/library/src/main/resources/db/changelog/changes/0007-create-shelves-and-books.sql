--liquibase formatted sql

--changeset tidemark:0007-create-shelves-and-books labels:expand
--comment create shelves and books
create table books (
  acquired timestamp(6) with time zone not null,
  created_at timestamp(6) with time zone not null,
  format varchar(16) not null,
  isbn varchar(17) collate "C" not null,
  loanable boolean not null,
  lock_code varchar(16),
  pages bigint not null,
  price numeric(8,2) not null,
  sequel_to varchar(17) collate "C",
  shelf bigint not null,
  title varchar(500) not null,
  updated_at timestamp(6) with time zone not null,
  version bigint not null,
  constraint books_format_check check (format::text = any (array['HARDCOVER'::character varying::text, 'LARGE_PRINT'::character varying::text, 'PAPERBACK'::character varying::text])),
  constraint books_pkey primary key (isbn)
);
create table shelves (
  capacity bigint,
  created_at timestamp(6) with time zone not null,
  label varchar(32) collate "C" not null,
  number bigint not null,
  room varchar(64) not null,
  updated_at timestamp(6) with time zone not null,
  version bigint not null,
  constraint shelves_label_key unique (label) deferrable initially deferred,
  constraint shelves_pkey primary key (number)
);
create index books_sequel_to_idx on books (sequel_to);
create index books_shelf_idx on books (shelf);
alter table books add constraint books_sequel_to_fkey foreign key (sequel_to) references books(isbn);
alter table books add constraint books_shelf_fkey foreign key (shelf) references shelves(number);

--rollback alter table books drop constraint books_sequel_to_fkey;
--rollback alter table books drop constraint books_shelf_fkey;
--rollback drop table books;
--rollback drop table shelves;
