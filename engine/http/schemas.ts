import type { Catalogue } from '../core/catalogue.ts'
import type { FieldDef, Fields, RecordDef } from '../core/definition.ts'
import { camel, parentField, parentTitle } from '../core/naming.ts'
import { systemFieldsOf } from '../core/system-fields.ts'
import { conditionSchemas } from './condition-schema.ts'
import { date, flag, integer, listOf, nullable, object, ref, text, time, uuid, whole } from './json-schema.ts'
import type { JsonSchema } from './route.ts'

/** Rows by value, for `by` of a list. */
const counts = { type: 'object', additionalProperties: integer, description: '按 by 计数；没有的不列' }

export * from './json-schema.ts'

/** `special-operation-certificate` → `SpecialOperationCertificate`. */
export const schemaName = (register: string): string => {
  const name = camel(register)
  return name[0]!.toUpperCase() + name.slice(1)
}

/** A field's value as OpenAPI describes it, with its Chinese name. */
export function fieldSchema(def: FieldDef, catalogue: Catalogue): JsonSchema {
  const notes = [def.help, def.unit && `单位：${def.unit}`].filter(Boolean).join('；')
  return {
    title: def.label,
    ...(notes && { description: notes }),
    ...catalogue.fieldType(def).jsonSchema(def),
  }
}

const fieldsOf = (fields: Fields, catalogue: Catalogue) =>
  Object.fromEntries(Object.entries(fields).map(([name, f]) => [name, fieldSchema(f, catalogue)]))

/** Body of a form: required ones are demanded only where nothing else decides whether they are asked for. */
export const formSchema = (fields: Fields, catalogue: Catalogue): JsonSchema => ({
  ...object(
    fieldsOf(fields, catalogue),
    Object.entries(fields)
      .filter(([, f]) => f.required && !f.when && f.default === undefined)
      .map(([name]) => name),
  ),
  additionalProperties: false,
})

/** What is sent to make a record. */
export function inputSchema(def: RecordDef, catalogue: Catalogue): JsonSchema {
  const form = formSchema(def.fields, catalogue) as {
    properties: Record<string, JsonSchema>
    required?: string[]
  }
  if (!def.of) return form
  const parent = parentField(def.of)
  return {
    ...form,
    properties: { [parent]: { ...uuid, title: catalogue.record(def.of).label }, ...form.properties },
    required: [parent, ...(form.required ?? [])],
  }
}

/** A record as it comes back. */
export function rowSchema(def: RecordDef, catalogue: Catalogue): JsonSchema {
  const properties: Record<string, JsonSchema> = {
    version: { type: 'integer', description: '版本号：修改时放在 If-Match 里' },
  }
  for (const [name, f] of Object.entries(systemFieldsOf(def)))
    properties[name] = nullable(fieldSchema(f, catalogue))
  properties.id = { ...uuid, title: '编号' }
  properties.archivedAt = nullable({ ...time, title: '移除时间' })
  if (def.kind === 'loop') properties.loopVersion = integer
  if (def.of) {
    properties[parentField(def.of)] = { ...uuid, title: catalogue.record(def.of).label }
    properties[parentTitle(def.of)] = nullable({ ...text, title: `${catalogue.record(def.of).label}名称` })
  }
  for (const [name, f] of Object.entries(def.fields)) {
    properties[name] = nullable(fieldSchema(f, catalogue))
    if (f.type === 'ref') properties[`${name}Title`] = nullable({ ...text, title: `${f.label}名称` })
  }
  // every answer has all of them, the empty ones as null
  return {
    ...object(properties, Object.keys(properties)),
    title: def.label,
    description: def.basis.join('；'),
  }
}

/** Schemas that several routes share. */
export function sharedSchemas(catalogue: Catalogue): Record<string, JsonSchema> {
  const out: Record<string, JsonSchema> = {
    Problem: object(
      {
        type: text,
        title: text,
        status: integer,
        code: { type: 'string', description: '机器可读的原因，例如 version-lost' },
        detail: { type: 'string', description: '中文说明，包括下一步怎么办' },
        complaints: listOf(object({ path: text, message: text }, ['path', 'message'])),
      },
      ['type', 'title', 'status', 'code', 'detail'],
    ),
    ...conditionSchemas,
    Waiting: object(
      {
        id: uuid,
        version: integer,
        what: { enum: ['change', 'archive', 'restore'] },
        field: { type: 'string', description: '字段；移除和恢复时为空' },
        label: text,
        before: { description: '现在计入的内容' },
        after: { description: '申请改为，核实后计入' },
        due: nullable(date),
      },
      ['id', 'version', 'what', 'field', 'label'],
    ),
    Warning: object({ path: text, message: text }, ['path', 'message']),
    OfferedAction: object(
      {
        id: text,
        label: text,
        enabled: flag,
        reason: { type: 'string', description: '为什么现在不能办，谁可以办' },
        person: { type: 'boolean', description: '原因在于办理人：换一个人或角色可以办' },
        effect: text,
        confirm: flag,
        form: { type: 'object', description: '要填的字段定义' },
      },
      ['id', 'label', 'enabled', 'form'],
    ),
    TimelineEntry: whole({
      seq: text,
      at: time,
      actor: object({ id: uuid, name: text }, ['id', 'name']),
      register: text,
      recordId: uuid,
      recordTitle: text,
      what: text,
      text,
      changes: listOf(whole({ field: text, label: text, before: {}, after: {} })),
      reason: nullable(text),
    }),
    Deadline: whole({
      kind: text,
      label: text,
      due: date,
      state: { enum: ['running', 'met', 'late', 'met-late'] },
      daysLeft: nullable(integer),
      rungs: listOf(whole({ name: text, label: text, at: date, state: text })),
    }),
    StoredFile: object(
      {
        id: { type: 'string', description: 'SHA-256' },
        name: text,
        type: text,
        size: integer,
        takenAt: time,
        place: object({ lon: { type: 'number' }, lat: { type: 'number' }, accuracy: { type: 'number' } }),
      },
      ['id', 'name', 'type', 'size'],
    ),
  }
  for (const def of catalogue.records.values()) {
    const name = schemaName(def.name)
    out[name] = rowSchema(def, catalogue)
    out[`${name}Input`] = inputSchema(def, catalogue)
    out[`${name}Write`] = object(
      { row: ref(name), warnings: listOf(ref('Warning')), waiting: listOf(ref('Waiting')), message: text },
      ['row', 'warnings'],
    )
    out[`${name}Page`] = object(
      { rows: listOf(ref(name)), next: nullable(text), total: integer, groups: counts },
      ['rows', 'next'],
    )
  }
  return out
}
