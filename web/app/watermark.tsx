import { useLocation } from 'react-router'
import { Catalogue } from '../../engine/core/catalogue.ts'
import { personalKeys } from '../../engine/core/personal.ts'
import { useCatalogue, useMe } from '../api/queries.ts'
import { today } from '../parts/time.ts'
import './watermark.css'

const escaped = (text: string): string => text.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`)

const picture = (text: string): string => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="190"><text x="20" y="150" transform="rotate(-22 20 150)" font-size="14" font-family="sans-serif" fill="#22262b" fill-opacity="0.07">${escaped(text)}</text></svg>`
  return `url("data:image/svg+xml,${encodeURIComponent(svg)}")`
}

/** Pages that show people whatever register they are about; the first is 今日. */
const always = /^\/($|people|imports|sign-ins|journal|wishes|tasks\/.)/

/** Who reads, over screens and prints that show personal content: quiet, and on every printed page. */
export function Watermark() {
  const me = useMe()
  const { records } = useCatalogue()
  const { pathname } = useLocation()
  const register = /^\/(?:records|report)\/([\w-]+)/.exec(pathname)?.[1]
  const def = records.find((d) => d.name === register)
  const shows =
    always.test(pathname) ||
    (def && [def, ...records.filter((d) => d.of === def.name)].some((d) => hasPersonal(d, records)))
  if (!shows) return null
  const text = [me.name, me.username, today()].filter(Boolean).join(' ')
  return <div className="watermark" aria-hidden style={{ backgroundImage: picture(text) }} />
}

type Records = ReturnType<typeof useCatalogue>['records']
const tables = new WeakMap<Records, Catalogue>()
function hasPersonal(def: Records[number], records: Records): boolean {
  let table = tables.get(records)
  if (!table) {
    table = new Catalogue({ records, indicators: [], gradings: [], policies: [] }, {})
    tables.set(records, table)
  }
  return personalKeys(def, table).length > 0
}
