import type { FieldSchema, TypeSchema } from './schema.ts'

/** One numbered place of a protobuf message: a field, or a message that JSON does not show. */
export type PlanEntry =
  | { readonly number: number; readonly field: FieldSchema }
  | { readonly number: number; readonly embedded: MessagePlan }

/** A message's places by ascending number. */
export interface MessagePlan {
  readonly name: string
  readonly entries: readonly PlanEntry[]
}

/** The protobuf shape of a type: embedded structs are messages of their own there. */
export function messagePlan(type: TypeSchema): MessagePlan {
  return planOf(
    type.name.slice(type.name.lastIndexOf('.') + 1),
    type.fields.filter((f) => f.number > 0),
    0,
  )
}

function planOf(name: string, fields: readonly FieldSchema[], level: number): MessagePlan {
  const here = fields.filter((f) => (f.embeddedIn?.length ?? 0) === level)
  const inner = new Map<number, FieldSchema[]>()
  for (const field of fields) {
    const number = field.embeddedIn?.[level]
    if (number !== undefined) inner.set(number, [...(inner.get(number) ?? []), field])
  }
  const entries: PlanEntry[] = [
    ...here.map((field) => ({ number: field.number, field })),
    ...[...inner].map(([number, within]) => ({
      number,
      embedded: planOf(within[0]!.embeddedNames?.at(level) ?? name, within, level + 1),
    })),
  ]
  return { name, entries: entries.sort((a, b) => a.number - b.number) }
}
