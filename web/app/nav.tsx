import { useRef } from 'react'
import { NavLink, useNavigate } from 'react-router'
import {
  accountAdmins,
  auditors,
  businessAdmins,
  roleConfirms,
  separateAdmins,
} from '../../engine/core/roles.ts'
import { post } from '../api/http.ts'
import { type Catalogue, client, useCatalogue, useMe } from '../api/queries.ts'
import type { Me } from '../api/types.ts'
import { Icon } from '../parts/icon.tsx'
import { addLabel } from '../register/columns.ts'
import { dropDrafts } from '../register/kept-drafts.ts'
import { keepsAccounts } from '../screens/people/api.ts'

interface Entry {
  to: string
  label: string
}
interface Group {
  label: string
  entries: Entry[]
}

const is = (me: Me, ...roles: string[]): boolean => me.roles.some((r) => roles.includes(r.role))
export const isOfficer = (me: Me) => is(me, 'county-admin', 'county-officer', 'town-officer')
export const isCounty = (me: Me) => is(me, 'county-admin', 'county-officer')
/**
 * Writes the county's task book, its notices and grading rules: the bureau whose ground is the whole area
 * (engine/tasks/access). Who answers for one unit or one sector reads them.
 */
export const managesCounty = (me: Me) =>
  me.roles.some((r) => ['county-admin', 'county-officer'].includes(r.role) && r.ground.by === 'area')
/** The three powers of administration (engine/core/roles.ts): accounts and keys, numbers and rules, the journal. */
export const isAdmin = (me: Me) => is(me, ...accountAdmins)
export const setsNumbers = (me: Me) => is(me, ...businessAdmins)
export const audits = (me: Me) => is(me, ...auditors)

/** Walks the self-check of the own enterprise. */
export const walks = (me: Me) => me.organisation !== undefined && is(me, 'enterprise-officer')
/** Confirms what enterprises ask for. */
export const confirms = (me: Me) => me.roles.some((r) => roleConfirms(r.role))
/** Administers accounts, numbers or the journal and reads no register. */
export const onlyAdministers = (me: Me) =>
  me.roles.length > 0 && me.roles.every((r) => separateAdmins.some((a) => a === r.role))

/** Sees an area, not only the own enterprise. */
export const isViewer = (me: Me) => isOfficer(me) || is(me, 'city-viewer', 'province-viewer')

/** What this person can open, in the order of the working day. */
function groups(me: Me, catalogue: Catalogue): Group[] {
  const readable = catalogue.records.filter((d) => me.rights[d.name]?.read)
  const own = me.organisation && !isViewer(me)
  const entry = (d: { name: string; label: string }) => ({ to: `/records/${d.name}`, label: d.label })
  const work: Entry[] = [{ to: '/', label: '今日' }]
  if (me.organisation) work.push({ to: `/records/enterprise/${me.organisation.id}`, label: '本企业' })
  if (walks(me)) work.push({ to: '/self-check', label: '每月自查' })
  if (isViewer(me)) work.push({ to: '/tasks', label: '任务书' })
  if (isOfficer(me)) work.push({ to: '/notices', label: '通知' })
  if (isOfficer(me) || walks(me)) work.push({ to: '/collections', label: '报表填报' })
  if (isViewer(me)) work.push({ to: '/grades', label: '定级' })
  if (confirms(me) || me.organisation) work.push({ to: '/wishes', label: '待核实' })
  const tools = toolsOf(me, catalogue)
  return [
    { label: '', entries: work },
    { label: '闭环', entries: readable.filter((d) => d.kind === 'loop').map(entry) },
    {
      label: '台账',
      entries: [
        ...readable.filter((d) => d.kind === 'register' && !d.of && !(own && d.name === 'enterprise')),
        ...readable.filter((d) => d.kind === 'register' && d.of),
      ].map(entry),
    },
    { label: '工具', entries: tools },
  ].filter((g) => g.entries.length > 0)
}

/** What is administered rather than worked with. */
export function toolsOf(me: Me, catalogue: Catalogue): Entry[] {
  const readable = catalogue.records.filter((d) => me.rights[d.name]?.read)
  const tools: Entry[] = []
  if (readable.some((d) => me.rights[d.name]?.update))
    tools.push({
      to: '/imports',
      label: readable.some((d) => me.rights[d.name]?.import) ? '导入与批量' : '批量办理',
    })
  if (isOfficer(me) || setsNumbers(me)) tools.push({ to: '/policy', label: '依据参数' })
  if (onlyAdministers(me) && setsNumbers(me)) tools.push({ to: '/grades/rules', label: '定级规则' })
  if (keepsAccounts(me)) tools.push({ to: '/people', label: '账号' })
  if (isAdmin(me)) tools.push({ to: '/keys', label: '接口钥匙' })
  if (audits(me)) tools.push({ to: '/journal', label: '留痕' })
  return tools
}

const Groups = ({ onGo }: { onGo?: () => void }) => {
  const all = groups(useMe(), useCatalogue())
  return (
    <nav className="nav" aria-label="主导航">
      {all.map((g) => (
        <div key={g.label}>
          {g.label && <h2>{g.label}</h2>}
          {g.entries.map((e) => (
            <NavLink key={e.to} to={e.to} end={e.to === '/'} onClick={onGo}>
              {e.label}
            </NavLink>
          ))}
        </div>
      ))}
    </nav>
  )
}

function Who() {
  const me = useMe()
  const navigate = useNavigate()
  const leave = async () => {
    await post('/api/auth/sign-out', {}, { anonymous: true }).catch(() => undefined)
    dropDrafts()
    client.clear()
    void navigate('/sign-in')
  }
  return (
    <div className="who">
      <b className="wrap">{me.name}</b>
      <small>
        {[...new Set(me.roles.map((r) => r.label))].join('、')} · {me.organisation?.title ?? me.home.name}
      </small>
      <NavLink to="/password">修改密码</NavLink> · <NavLink to="/sign-ins">登录记录</NavLink> ·{' '}
      <button type="button" className="link" onClick={() => void leave()}>
        退出登录
      </button>
    </div>
  )
}

const Brand = () => (
  <NavLink to="/" end className="brand">
    <b>治本</b>
    <small>{useMe().home.name}</small>
  </NavLink>
)

export const SideNav = () => (
  <div className="side">
    <Brand />
    <Groups />
    <Who />
  </div>
)

/** Phone: the four things done standing, and everything else under 更多. */
export function BottomNav() {
  const me = useMe()
  const { records } = useCatalogue()
  const sheet = useRef<HTMLDialogElement>(null)
  const loop = records.find((d) => d.kind === 'loop' && me.rights[d.name]?.read)
  const home = records.find((d) => d.kind === 'register' && !d.of && me.rights[d.name]?.read)
  return (
    <>
      <nav className="bottom" aria-label="手机导航">
        <NavLink to="/" end>
          <Icon name="today" />
          今日
        </NavLink>
        {home && (
          <NavLink
            to={me.organisation ? `/records/enterprise/${me.organisation.id}` : `/records/${home.name}`}
          >
            <Icon name="ledger" />
            {me.organisation ? '本企业' : home.label}
          </NavLink>
        )}
        {loop && me.rights[loop.name]?.create && (
          <NavLink to={`/report/${loop.name}`}>
            <Icon name="camera" />
            {addLabel(loop)}
          </NavLink>
        )}
        {loop && (
          <NavLink to={`/records/${loop.name}`}>
            <Icon name="hazard" />
            {loop.label}
          </NavLink>
        )}
        <button type="button" onClick={() => sheet.current?.showModal()}>
          <Icon name="more" />
          更多
        </button>
      </nav>
      <dialog ref={sheet} className="sheet low" aria-label="全部功能" closedby="any">
        <Groups onGo={() => sheet.current?.close()} />
        <Who />
        <form method="dialog">
          <button type="submit" className="link">
            收起
          </button>
        </form>
      </dialog>
    </>
  )
}
