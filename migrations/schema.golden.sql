-- Written by test/db/migrate.db.test.ts; compare, never edit.
table actors
  id uuid not null
  username text not null
  groups text not null
  impersonator text
  agent text not null
  address text not null
  constraint actors_pkey PRIMARY KEY (id)
  index actors_pkey using btree (id)
  trigger append_only BEFORE DELETE OR UPDATE ON actors FOR EACH ROW EXECUTE FUNCTION refuse_change()
  trigger keep_all BEFORE TRUNCATE ON actors FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  grant insert, select to klio_app

table bodies partition by LIST (class)
  revision bigint not null
  branch integer not null
  class smallint not null
  form smallint not null
  salt bytea not null
  body bytea not null
  constraint bodies_pkey PRIMARY KEY (class, branch, revision)
  index bodies_pkey using btree (class, branch, revision)
  trigger append_only BEFORE DELETE OR UPDATE ON bodies FOR EACH ROW EXECUTE FUNCTION refuse_change()
  trigger keep_all BEFORE TRUNCATE ON bodies FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  grant insert, select to klio_app

table branches
  branch integer not null
  parent integer
  base bigint not null default 0
  floor bigint not null default 0
  created timestamp with time zone not null default now()
  constraint branches_parent_fkey FOREIGN KEY (parent) REFERENCES branches(branch)
  constraint branches_pkey PRIMARY KEY (branch)
  index branches_pkey using btree (branch)
  grant select to klio_app

table events partition by RANGE (revision)
  revision bigint not null
  previous bigint not null
  time timestamp with time zone not null
  branch integer not null
  row_version smallint not null
  class smallint not null
  intent boolean not null
  request uuid
  op text collate C not null
  verb text collate C not null
  subresource text collate C not null
  resource text collate C not null
  namespace text collate C not null
  name text collate C not null
  uid text collate C not null
  changed text
  cause text
  digest bytea not null
  hash bytea not null
  constraint events_pkey PRIMARY KEY (branch, revision)
  constraint events_resource_check CHECK ((resource <> ''::text))
  index events_object using btree (resource, namespace, name, revision)
  index events_pkey using btree (branch, revision)
  trigger append_only BEFORE DELETE OR UPDATE ON events FOR EACH ROW EXECUTE FUNCTION refuse_change()
  trigger keep_all BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  grant insert, select to klio_app

table keys
  purpose text collate C not null
  kid text collate C not null
  not_before timestamp with time zone not null
  retired_at timestamp with time zone
  wrapped bytea not null
  constraint keys_pkey PRIMARY KEY (purpose, kid)
  index keys_pkey using btree (purpose, kid)
  grant insert, select, update to klio_app

table migrations
  number integer not null
  name text not null
  digest text not null
  applied timestamp with time zone not null default now()
  constraint migrations_pkey PRIMARY KEY (number)
  index migrations_pkey using btree (number)

table objects with (fillfactor=80)
  created bigint not null
  changed bigint not null
  branch integer not null
  version integer not null
  resource text collate C not null
  namespace text collate C not null
  name text collate C not null
  uid text collate C not null
  constraint objects_pkey PRIMARY KEY (branch, resource, namespace, name)
  index objects_pkey using btree (branch, resource, namespace, name)
  grant delete, insert, select, update to klio_app

table observations
  sequence bigint not null
  time timestamp with time zone not null
  revision bigint not null
  node text collate C not null
  kind text collate C not null
  pod_uid text collate C not null
  container text not null
  detail text not null
  constraint observations_pkey PRIMARY KEY (node, sequence)
  index observations_pkey using btree (node, sequence)
  index observations_pod using btree (pod_uid, "time")
  trigger append_only BEFORE DELETE OR UPDATE ON observations FOR EACH ROW EXECUTE FUNCTION refuse_change()
  trigger keep_all BEFORE TRUNCATE ON observations FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  grant insert, select to klio_app

table refusals
  minute timestamp with time zone not null
  count integer not null
  code smallint not null
  address text not null
  index refusals_minute using brin (minute)
  grant insert, select to klio_app

table request_reads
  second timestamp with time zone not null
  actor uuid not null
  count integer not null
  code smallint not null
  verb text collate C not null
  resource text collate C not null
  namespace text collate C not null
  index request_reads_second using brin (second)
  grant insert, select to klio_app

table requests partition by RANGE (id)
  id uuid not null
  time timestamp with time zone not null
  first_revision bigint not null
  last_revision bigint not null
  latency_us integer not null
  code smallint not null
  dry_run boolean not null
  actor uuid not null
  verb text collate C not null
  path text collate C not null
  query text collate C not null
  resource text collate C not null
  namespace text collate C not null
  name text collate C not null
  subresource text collate C not null
  reason text
  command text
  session text
  traceparent text
  change_set text collate C
  body bytea
  constraint requests_pkey PRIMARY KEY (id)
  index requests_change_set using btree (change_set, id) WHERE (change_set IS NOT NULL)
  index requests_pkey using btree (id)
  index requests_refused using btree (code, id) WHERE (code >= 400)
  index requests_time using brin ("time") WITH (pages_per_range='32')
  trigger append_only BEFORE DELETE OR UPDATE ON requests FOR EACH ROW EXECUTE FUNCTION refuse_change()
  trigger keep_all BEFORE TRUNCATE ON requests FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  grant insert, select to klio_app

table requests_rest
  id uuid not null
  time timestamp with time zone not null
  first_revision bigint not null
  last_revision bigint not null
  latency_us integer not null
  code smallint not null
  dry_run boolean not null
  actor uuid not null
  verb text collate C not null
  path text collate C not null
  query text collate C not null
  resource text collate C not null
  namespace text collate C not null
  name text collate C not null
  subresource text collate C not null
  reason text
  command text
  session text
  traceparent text
  change_set text collate C
  body bytea
  constraint requests_rest_pkey PRIMARY KEY (id)
  index requests_rest_change_set_id_idx using btree (change_set, id) WHERE (change_set IS NOT NULL)
  index requests_rest_code_id_idx using btree (code, id) WHERE (code >= 400)
  index requests_rest_pkey using btree (id)
  index requests_rest_time_idx using brin ("time") WITH (pages_per_range='32')
  trigger append_only BEFORE DELETE OR UPDATE ON requests_rest FOR EACH ROW EXECUTE FUNCTION refuse_change()
  trigger keep_all BEFORE TRUNCATE ON requests_rest FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()

table roots
  branch integer not null
  first bigint not null
  last bigint not null
  time timestamp with time zone not null
  kid text collate C not null
  merkle bytea not null
  previous bytea not null
  root bytea not null
  signature bytea not null
  constraint roots_pkey PRIMARY KEY (branch, last)
  index roots_pkey using btree (branch, last)
  trigger append_only BEFORE DELETE OR UPDATE ON roots FOR EACH ROW EXECUTE FUNCTION refuse_change()
  trigger keep_all BEFORE TRUNCATE ON roots FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
  grant insert, select to klio_app

function refuse_change: 
begin
  rai e exception '% i  append-only', tg_table_name u ing errcode = 'KL001',
    hint = 'Hi tory i  never edited; klio verify would find it.';
end
