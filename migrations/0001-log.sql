-- The log of a cluster. Run by the owner with search_path set to the cluster's schema; "klio_app"
-- stands for the role that klio works under and is replaced by migrate.ts. docs/design/001-log.md
-- says why the tables are cut like this.

create table branches (
  branch integer primary key,
  parent integer references branches,
  -- Revision at which a fork left its parent.
  base bigint not null default 0,
  -- Oldest revision that can still be read.
  floor bigint not null default 0,
  created timestamptz not null default now()
);
insert into branches (branch) values (0);

create table events (
  revision bigint not null,
  previous bigint not null,
  time timestamptz not null,
  branch integer not null,
  row_version smallint not null,
  -- Retention class of the body (bodies.ts).
  class smallint not null,
  intent boolean not null,
  request uuid,
  op text collate "C" not null,
  verb text collate "C" not null,
  subresource text collate "C" not null,
  resource text collate "C" not null check (resource <> ''),
  namespace text collate "C" not null,
  name text collate "C" not null,
  uid text collate "C" not null,
  -- JSON, kept as the text that the chain has hashed.
  changed text,
  cause text,
  digest bytea not null,
  hash bytea not null,
  primary key (branch, revision)
) partition by range (revision);
-- History of one object, the state of one resource at a revision.
create index events_object on events (resource, namespace, name, revision);

create table bodies (
  revision bigint not null,
  branch integer not null,
  class smallint not null,
  -- 0 full, UTF-8; 1 full, encrypted; 2 full, any bytes. Sealing adds deltas.
  form smallint not null,
  salt bytea not null,
  body bytea not null,
  primary key (class, branch, revision)
) partition by list (class);

create table actors (
  -- First 16 bytes of SHA-256 over the columns: interning needs no round trip and no counter.
  id uuid primary key,
  username text not null,
  groups text not null,
  impersonator text,
  agent text not null,
  address text not null
);

create table requests (
  -- Version 7: ordered by arrival, so that the key serves look-ups, newest-first pages and partitions.
  id uuid not null,
  time timestamptz not null,
  first_revision bigint not null,
  last_revision bigint not null,
  latency_us integer not null,
  code smallint not null,
  dry_run boolean not null,
  actor uuid not null,
  verb text collate "C" not null,
  path text collate "C" not null,
  query text collate "C" not null,
  resource text collate "C" not null,
  namespace text collate "C" not null,
  name text collate "C" not null,
  subresource text collate "C" not null,
  reason text,
  command text,
  session text,
  traceparent text,
  -- Null: the request is a change set of its own.
  change_set text collate "C",
  body bytea,
  primary key (id)
) partition by range (id);
create table requests_rest partition of requests default;
create index requests_change_set on requests (change_set, id) where change_set is not null;
create index requests_refused on requests (code, id) where code >= 400;
create index requests_time on requests using brin (time) with (pages_per_range = 32);

-- Reads, written behind the answer: one row per actor, verb, resource, namespace, code and second.
create table request_reads (
  second timestamptz not null,
  actor uuid not null,
  count integer not null,
  code smallint not null,
  verb text collate "C" not null,
  resource text collate "C" not null,
  namespace text collate "C" not null
);
create index request_reads_second on request_reads using brin (second);

-- Requests refused before anybody was authenticated, and those shed under load.
create table refusals (
  minute timestamptz not null,
  count integer not null,
  code smallint not null,
  address text not null
);
create index refusals_minute on refusals using brin (minute);

create table observations (
  sequence bigint not null,
  time timestamptz not null,
  revision bigint not null,
  node text collate "C" not null,
  kind text collate "C" not null,
  pod_uid text collate "C" not null,
  container text not null,
  detail text not null,
  primary key (node, sequence)
);
create index observations_pod on observations (pod_uid, time);

-- What lives now; rebuilt from events at any time (klio verify compares).
create table objects (
  created bigint not null,
  changed bigint not null,
  branch integer not null,
  version integer not null,
  resource text collate "C" not null,
  namespace text collate "C" not null,
  name text collate "C" not null,
  uid text collate "C" not null,
  primary key (branch, resource, namespace, name)
) with (fillfactor = 80);

-- Signed roots over 4,096 revisions each, chained.
create table roots (
  branch integer not null,
  first bigint not null,
  last bigint not null,
  time timestamptz not null,
  kid text collate "C" not null,
  merkle bytea not null,
  previous bytea not null,
  root bytea not null,
  signature bytea not null,
  primary key (branch, last)
);

-- Every key but the cluster key, wrapped by it.
create table keys (
  purpose text collate "C" not null,
  kid text collate "C" not null,
  not_before timestamptz not null,
  retired_at timestamptz,
  wrapped bytea not null,
  primary key (purpose, kid)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'KL001',
    hint = 'History is never edited; klio verify would find it.';
end $$;

create trigger append_only before update or delete on events for each row execute function refuse_change();
create trigger append_only before update or delete on bodies for each row execute function refuse_change();
create trigger append_only before update or delete on requests for each row execute function refuse_change();
create trigger append_only before update or delete on observations for each row execute function refuse_change();
create trigger append_only before update or delete on roots for each row execute function refuse_change();
create trigger append_only before update or delete on actors for each row execute function refuse_change();
create trigger keep_all before truncate on events for each statement execute function refuse_change();
create trigger keep_all before truncate on bodies for each statement execute function refuse_change();
create trigger keep_all before truncate on requests for each statement execute function refuse_change();
create trigger keep_all before truncate on requests_rest for each statement execute function refuse_change();
create trigger keep_all before truncate on observations for each statement execute function refuse_change();
create trigger keep_all before truncate on roots for each statement execute function refuse_change();
create trigger keep_all before truncate on actors for each statement execute function refuse_change();

grant select, insert on events, bodies, requests, actors, request_reads, refusals, observations, roots to klio_app;
grant select, insert, update, delete on objects to klio_app;
grant select, insert, update on keys to klio_app;
grant select on branches to klio_app;
