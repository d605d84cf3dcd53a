import { matchKey } from '../../../fields/normal/text.ts'
import { type Db, sql } from '../../store/db.ts'

/** Names of areas and units, read once per stage. */
export interface Lookups {
  /** code of 巴公镇, 巴公, 泽州县巴公镇, 巴公镇渠头村 …; `many` when several places are called so */
  area(name: string): { code?: string; many?: boolean }
  /** code of the one town a text names by its whole name: 南村镇工贸企业台账 */
  townIn(text: string): string | undefined
  /** name that leads back to this area alone: a village with its town, a town of another county with its county */
  areaName(code: string): string
  /** path of a supervising unit by its name */
  unit(name: string): string | undefined
  unitName(path: string): string
}

interface Node {
  code: string
  name: string
  /** the name without its last syllable comes second: 巴公 for 巴公镇 */
  full: string[]
  short: string[]
  children: Node[]
}

const endings: Record<number, RegExp> = {
  2: /(?:省|市|(?:壮族|回族|维吾尔)?自治区)$/,
  4: /(?:市|地区|盟|自治州)$/,
  6: /(?:县|市|区|旗)$/,
  9: /(?:街道办事处|街道办|街道|镇|乡|办事处)$/,
  12: /(?:社区居委会|社区居民委员会|居民委员会|居委会|村民委员会|村委会|社区|村)$/,
}

function names(code: string, name: string): Pick<Node, 'full' | 'short'> {
  const key = matchKey(name)
  const bare = key.replace(endings[code.length] ?? /$^/, '')
  const full = new Set([key])
  if (code.length === 12) {
    // 渠头村委会, 渠头村村委会 and 渠头村 are one
    const village = key.replace(/(?:村民委员会|村委会)$/, '').replace(/村?$/, '村')
    if (!/社区|居/.test(key)) for (const end of ['', '委会', '村委会', '村民委员会']) full.add(village + end)
    else full.add(key.replace(/(?:居民委员会|居委会)$/, ''))
  }
  if (code.length === 9 && key.endsWith('街道办事处')) full.add(key.replace('办事处', ''))
  if (code.length === 9 && key.endsWith('街道')) full.add(`${key}办事处`)
  return { full: [...full].filter(Boolean), short: bare.length >= 2 && !full.has(bare) ? [bare] : [] }
}

/** Reads the areas of an import's county (city, province) with what lies above, and the units. */
export async function readLookups(db: Db, area: string, today: string): Promise<Lookups> {
  const base = area.length > 6 ? area.slice(0, 6) : area
  const above = [2, 4, 6].filter((n) => n < base.length).map((n) => base.slice(0, n))
  const areas = await sql<{ code: string; name: string }>`select code, name from area
    where (starts_with(code, ${base}) or code = any(${above}::text[]))
      and (valid_to is null or valid_to >= ${today}) order by length(code), code`.execute(db)
  const units = await sql<{ path: string; name: string; area: string }>`select path, name, area from unit
    where valid_to is null or valid_to >= ${today} order by path`.execute(db)
  return lookupsOf(areas.rows, units.rows, base)
}

/**
 * Look-ups among given areas, the larger before the smaller, and units.
 * @param base the county (or city, province) whose names go before those of others
 */
export function lookupsOf(
  areas: readonly { code: string; name: string }[],
  units: readonly { path: string; name: string }[],
  base: string,
): Lookups {
  const nodes = new Map<string, Node>()
  const roots: Node[] = []
  for (const { code, name } of areas) {
    const node: Node = { code, name, children: [], ...names(code, name) }
    nodes.set(code, node)
    const up = [9, 6, 4, 2].find((n) => n < code.length && nodes.has(code.slice(0, n)))
    const parent = up && nodes.get(code.slice(0, up))
    if (parent) parent.children.push(node)
    else roots.push(node)
  }
  const byName = new Map<string, Node[]>()
  for (const node of nodes.values())
    for (const n of [...node.full, ...node.short]) byName.set(n, [...(byName.get(n) ?? []), node])

  const found = new Map<string, { code?: string; many?: boolean }>()
  const find = (name: string) => {
    const key = matchKey(name).replace(/鎮/g, '镇').replace(/鄉/g, '乡').replace(/縣/g, '县')
    let hit = found.get(key)
    if (!hit) {
      hit = choose(candidates(key, roots, byName), key)
      found.set(key, hit)
    }
    return hit
  }
  const unitPaths = new Map<string, string[]>()
  for (const u of units) {
    const key = matchKey(u.name)
    unitPaths.set(key, [...(unitPaths.get(key) ?? []), u.path])
  }
  const unitNames = new Map(units.map((u) => [u.path, u.name]))
  const townNames = [...nodes.values()]
    .filter((n) => n.code.length === 9)
    .map((n) => ({ n, key: matchKey(n.name) }))
  return {
    area: find,
    townIn(text) {
      const key = matchKey(text)
      const inside = townNames.filter((t) => t.key.length >= 3 && key.includes(t.key))
      return inside.length === 1 ? inside[0]?.n.code : undefined
    },
    areaName: (code) => shown(nodes, code, base),
    unit(name) {
      const paths = unitPaths.get(matchKey(name)) ?? []
      // units of another county may bear the same name
      const near = paths.filter((p) => p.startsWith(base))
      return near.length === 1 ? near[0] : paths.length === 1 ? paths[0] : undefined
    },
    unitName: (path) => unitNames.get(path) ?? path,
  }
}

function shown(nodes: Map<string, Node>, code: string, base: string): string {
  const node = nodes.get(code)
  if (!node) return code
  const up =
    code.length === 12 ? code.slice(0, 9) : code.length === 9 && base.length < 6 ? code.slice(0, 6) : ''
  return up ? shown(nodes, up, base) + node.name : node.name
}

/** Places a text may name: a name alone, or names from the larger to the smaller place, some left out. */
function candidates(key: string, under: readonly Node[], byName: Map<string, Node[]>): Node[] {
  if (key === '') return []
  const out = new Set<Node>(byName.get(key) ?? [])
  const down = (rest: string, nodes: readonly Node[]) => {
    for (const node of nodes) {
      for (const name of [...node.full, ...node.short]) {
        if (rest === name) out.add(node)
        else if (rest.startsWith(name)) {
          const tail = rest.slice(name.length)
          down(tail, node.children)
          // 泽州县渠头村: the town left out
          if (node.code.length === 6)
            down(
              tail,
              node.children.flatMap((c) => c.children),
            )
        }
      }
      if (node.code.length < 9) down(rest, node.children)
    }
  }
  down(key, under)
  return [...out]
}

/** Larger places go before smaller (下村 is the town, not a village of that name), whole names before shortened ones. */
function choose(nodes: readonly Node[], key: string): { code?: string; many?: boolean } {
  if (nodes.length === 0) return {}
  const size = Math.min(...nodes.map((n) => n.code.length))
  const largest = nodes.filter((n) => n.code.length === size)
  const exact = largest.filter((n) => n.full.some((name) => key.endsWith(name)))
  const best = exact.length ? exact : largest
  return best.length === 1 ? { code: best[0]!.code } : { many: true }
}
