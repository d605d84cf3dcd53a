import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useMemo } from 'react'
import { type FieldServices, FieldServicesProvider } from '../../fields/ui-kit.tsx'
import { get, post } from '../api/http.ts'
import { at } from '../api/place.ts'
import { areasQuery, recordPath, unitsQuery, useCatalogue, useMe } from '../api/queries.ts'
import type { Page, StoredFile } from '../api/types.ts'

/** Gives the field types what they need of the app: places, units, look-ups, uploads. */
export function FieldServicesBridge({ children }: { children: ReactNode }) {
  const me = useMe()
  const { byName } = useCatalogue()
  const areas = useQuery(areasQuery(me.home.code)).data
  const units = useQuery(unitsQuery).data
  const services = useMemo<FieldServices>(() => {
    const names = new Map((areas ?? []).map((a) => [a.code, a.name]))
    names.set(me.home.code, me.home.name)
    const unitNames = new Map(
      (units ?? []).flatMap((u) => [[u.path, u.name] as const, [u.id, u.name] as const]),
    )
    return {
      areas: (areas ?? []).map((a) => ({
        value: a.code,
        label: a.code.length > 9 ? `${names.get(a.code.slice(0, 9)) ?? ''} ${a.name}` : a.name,
      })),
      areaName: (code) =>
        [code.length > 9 ? names.get(code.slice(0, 9)) : undefined, names.get(code)]
          .filter(Boolean)
          .join(' ') || code,
      units: (units ?? []).map((u) => ({ value: u.path, label: u.name, id: u.id })),
      unitName: (path) => unitNames.get(path) ?? path,
      find: async (register, text) => {
        const def = byName.get(register)
        const title = def?.title ?? 'title'
        const { rows } = await get<Page>(recordPath(register), { q: text, limit: 20 })
        return rows.map((r) => ({ value: r.id, label: String(r[title] ?? '（未命名）') }))
      },
      href: (register, id) => `/records/${register}/${id}`,
      upload: (file, taken) => {
        const form = new FormData()
        if (taken?.takenAt) form.set('takenAt', taken.takenAt)
        // the fields must stand before the file: the server reads the parts in order
        for (const [k, v] of Object.entries(taken?.place ?? {})) form.set(k, String(v))
        form.set('file', file)
        return post<StoredFile>('/api/files', form).then((f) => ({
          id: f.id,
          name: f.name,
          type: f.type,
          size: f.size,
          ...((f.takenAt ?? taken?.takenAt) && { takenAt: f.takenAt ?? taken?.takenAt }),
          ...((f.place ?? taken?.place) && { place: f.place ?? taken?.place }),
        }))
      },
      fileUrl: (id) => at(`/api/files/${id}`),
      secure: isSecureContext,
    }
  }, [areas, units, me, byName])
  return <FieldServicesProvider value={services}>{children}</FieldServicesProvider>
}
