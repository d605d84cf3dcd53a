import type { Catalogue } from '../core/catalogue.ts'
import type { Fields, RecordDef } from '../core/definition.ts'
import { Problem } from '../core/errors.ts'
import { type Db, sql } from '../store/db.ts'
import type { WriteHook } from '../store/services.ts'
import type { Row } from '../store/types.ts'

const holdsFiles = (fields: Fields): string[] =>
  Object.entries(fields).flatMap(([name, f]) => (f.type === 'files' || f.type === 'photos' ? [name] : []))

/** Ids of the files that some values name. */
const idsIn = (values: Record<string, unknown>, names: readonly string[]): string[] =>
  names.flatMap((name) => {
    const list = values[name]
    return Array.isArray(list) ? list.map((f: { id?: unknown }) => String(f?.id)) : []
  })

const insert = (register: string, files: string[], records: string[]) => sql`insert into file_ref
    (file_id, register, record_id)
  select f, ${register}, r from unnest(${files}::text[], ${records}::uuid[]) n(f, r) on conflict do nothing`

/**
 * Notes in every write which files the record and the form of an action name, so that who may read the record may
 * read the file. A file that was never uploaded is refused by the reference, which undoes the write.
 */
export function noteFilesOnWrite(catalogue: Catalogue): WriteHook {
  const own = new Map<string, string[]>()
  const inForms = new Map<string, string[]>()
  for (const def of catalogue.records.values()) {
    const forms = def.kind === 'loop' ? Object.values(def.actions).map((a) => a.form ?? {}) : []
    own.set(def.name, holdsFiles(def.fields))
    inForms.set(def.name, [...new Set(forms.flatMap(holdsFiles))])
  }
  return {
    applies: (def) => Boolean(own.get(def.name)?.length || inForms.get(def.name)?.length),
    part(batch, def, values, form) {
      const named = [...idsIn(values, own.get(def.name) ?? []), ...idsIn(form, inForms.get(def.name) ?? [])]
      const files = [...new Set(named)]
      if (files.length)
        batch.add(
          insert(
            def.name,
            files,
            files.map(() => String(values.id)),
          ),
        )
    },
    async many(tx: Db, def: RecordDef, rows: readonly Row[]): Promise<void> {
      const named = rows.flatMap((row) =>
        idsIn(row, own.get(def.name) ?? []).map((file) => ({ file, record: row.id })),
      )
      if (named.length)
        await insert(
          def.name,
          named.map((n) => n.file),
          named.map((n) => n.record),
        ).execute(tx)
    },
  }
}

/** What the database says when a record names a file that is not there, as a person may read it. */
export const missingFile = (e: unknown): Problem | undefined =>
  (e as { constraint?: string }).constraint === 'file_ref_file_id_fkey'
    ? new Problem('bad-input', '有附件没有上传成功，请重新上传后再提交。')
    : undefined
