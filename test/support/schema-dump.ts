import type { Database } from '../../src/db/pool.ts'

/**
 * A schema as text, the same on every PostgreSQL from 15 on: tables, columns, constraints, indexes,
 * triggers, functions and rights, without what the partition maker adds.
 */
export async function dumpSchema(db: Database, schema: string, appRole: string): Promise<string> {
  const lines: string[] = []
  const tables = await db<{ oid: number; name: string; kind: string; key: string | null; options: string | null }[]>`
    select c.oid::int as oid, c.relname as name, c.relkind::text as kind, pg_get_partkeydef(c.oid) as key,
      array_to_string(c.reloptions, ', ') as options
    from pg_class c where c.relnamespace = ${schema}::regnamespace and c.relkind in ('r', 'p')
      and (not c.relispartition or c.relname = 'requests_rest') order by c.relname collate "C"`
  for (const table of tables) {
    const key = table.key ? ` partition by ${table.key}` : ''
    lines.push(`table ${table.name}${key}${table.options ? ` with (${table.options})` : ''}`)
    for (const query of [columns, constraints, indexes, triggers, rights]) {
      const rows = await db.unsafe<{ line: string }[]>(query, [table.oid])
      lines.push(...rows.map((row) => `  ${row.line}`))
    }
    lines.push('')
  }
  const functions = await db<{ line: string }[]>`
    select 'function ' || p.proname || ': ' || regexp_replace(p.prosrc, '\s+', ' ', 'g') as line
    from pg_proc p where p.pronamespace = ${schema}::regnamespace order by 1`
  lines.push(...functions.map((row) => row.line.trim()))
  return `${lines.join('\n').replaceAll(`${schema}.`, '').replaceAll(appRole, 'klio_app')}\n`
}

const columns = `select a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    || case when c.collname is not null and c.collname <> 'default' then ' collate ' || c.collname else '' end
    || case when a.attnotnull then ' not null' else '' end
    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as line
  from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    left join pg_collation c on c.oid = a.attcollation
  where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped order by a.attnum`

// PostgreSQL 18 lists NOT NULL as constraints too; the columns have said it already.
const constraints = `select 'constraint ' || conname || ' ' || pg_get_constraintdef(oid) as line
  from pg_constraint where conrelid = $1 and contype <> 'n' order by conname collate "C"`

const indexes = `select 'index ' || i.relname || ' ' || regexp_replace(pg_get_indexdef(i.oid), '^.* USING', 'using') as line
  from pg_index x join pg_class i on i.oid = x.indexrelid where x.indrelid = $1 order by i.relname collate "C"`

const triggers = `select 'trigger ' || regexp_replace(pg_get_triggerdef(oid), '^CREATE TRIGGER ', '') as line
  from pg_trigger where tgrelid = $1 and not tgisinternal order by tgname collate "C"`

const rights = `select 'grant ' || string_agg(lower(privilege_type), ', ' order by privilege_type) || ' to ' || r.rolname as line
  from pg_class c, aclexplode(c.relacl) x join pg_roles r on r.oid = x.grantee
  where c.oid = $1 and x.grantee <> c.relowner group by r.rolname order by 1`
