import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Fields } from '../../../engine/core/definition.ts'
import { post } from '../../api/http.ts'
import { useMe } from '../../api/queries.ts'
import { isAdmin } from '../../app/nav.tsx'
import { FormDrawer } from '../../parts/form-drawer.tsx'
import { Head } from '../../parts/page.tsx'
import { Empty, Wait } from '../../parts/say.tsx'
import { SearchBox } from '../../register/search-box.tsx'
import '../../register/list.css'
import { type Duty, keepsAccounts, type OneTime, type Person, peopleQuery, settled } from './api.ts'
import { Claims } from './claims.tsx'
import { dutyBody, dutyStart, grantBody, useDutyFields, useGrantFields } from './fields.ts'
import { Password } from './password.tsx'
import { type Kind, PersonRow } from './person-row.tsx'
import './people.css'

const span: Fields = {
  from: { type: 'date', label: '第一天', help: '不填从今天起' },
  to: { type: 'date', label: '最后一天', help: '不填不到期' },
}

type Doing =
  | { what: 'new' }
  | { what: 'add'; person: Person }
  | { what: 'grant'; person: Person }
  | { what: 'end'; person: Person; kind: Kind; duty: Duty }

/** The accounts of the county: who, with which roles on what ground; for its administrators. */
export default function PeoplePage() {
  const me = useMe()
  const may = keepsAccounts(me)
  const town = !isAdmin(me)
  const [text, setText] = useState('')
  const q = useQuery({ ...peopleQuery(text), enabled: may })
  const [doing, setDoing] = useState<Doing>()
  const [made, setMade] = useState<OneTime>()
  if (!may)
    return (
      <div className="page">
        <Head title="账号" />
        <Empty title="账号由县级管理员和乡镇监管人员管理">
          要改职责、范围或重设密码的，请联系县级管理员；企业的账号请联系乡镇。
        </Empty>
      </div>
    )
  const add = (
    <>
      <Link to="/people/slips">企业认领单</Link>{' '}
      <Button type="primary" onClick={() => setDoing({ what: 'new' })}>
        新增账号
      </Button>
    </>
  )
  return (
    <div className="page">
      <Head
        title={town ? '企业账号' : '账号'}
        note={
          town
            ? '本乡镇企业的账号：新建、重设密码、停用。每次改动都留痕。'
            : '谁有什么职责、管到哪里。每次改动都留痕。'
        }
        acts={add}
      />
      <Claims />
      {made ? (
        <div className="people-once">
          <Password of={made} onClose={() => setMade(undefined)} />
        </div>
      ) : null}
      <div className="bar">
        <SearchBox value={text} onChange={setText} what="姓名或用户名" />
        {q.data ? <span className="count">{q.data.total} 个</span> : null}
      </div>
      <Wait for={q} what="账号" lines={8}>
        {({ people, total }) =>
          people.length === 0 ? (
            <Empty title={text ? '没有符合的账号' : '还没有账号'}>
              {text
                ? '换姓名或用户名里的字再找。'
                : town
                  ? '开“企业认领单”让企业自己建，或点“新增账号”替它建。'
                  : '点“新增账号”，给县局、乡镇和企业的人各建一个。'}
            </Empty>
          ) : (
            <>
              <ul className="people">
                <li className="people-row people-head" aria-hidden>
                  <span>姓名、用户名</span>
                  <span>职责和范围</span>
                  <span>状态</span>
                  <span>最近登录</span>
                  <span />
                </li>
                {people.map((p) => (
                  <PersonRow
                    key={p.id}
                    p={p}
                    own={p.id === me.id}
                    town={town}
                    acts={{
                      onPassword: (given) => {
                        setMade(given)
                        scrollTo({ top: 0 })
                      },
                      onAdd: (person) => setDoing({ what: 'add', person }),
                      onGrant: (person) => setDoing({ what: 'grant', person }),
                      onEnd: (person, kind, duty) => setDoing({ what: 'end', person, kind, duty }),
                    }}
                  />
                ))}
              </ul>
              {people.length < total ? (
                <p className="soft">只列出前 {people.length} 个，其余请用姓名或用户名查找。</p>
              ) : null}
            </>
          )
        }
      </Wait>
      {doing ? <Drawer doing={doing} onMade={setMade} onClose={() => setDoing(undefined)} /> : null}
    </div>
  )
}

function Drawer({
  doing,
  onMade,
  onClose,
}: {
  doing: Doing
  onMade: (given: OneTime) => void
  onClose: () => void
}) {
  const county = useMe().home.code.slice(0, 6)
  const town = !isAdmin(useMe())
  const duty = useDutyFields(
    doing.what === 'add' ? doing.person.organisation !== null : town ? true : undefined,
  )
  const grant = useGrantFields()
  const done = () => {
    settled()
    onClose()
  }
  if (doing.what === 'new')
    return (
      <FormDrawer
        title="新增账号"
        send="新增"
        fields={{
          name: { type: 'text', label: '姓名', required: true, length: 40 },
          username: {
            type: 'text',
            label: '用户名',
            required: true,
            length: 40,
            help: '登录用，如姓名的拼音，建好后不能改',
          },
          ...duty,
        }}
        start={town ? { ...dutyStart, role: 'enterprise-officer' } : dutyStart}
        onClose={onClose}
        onSend={async (v) => {
          onMade(await post<OneTime>('/api/users', dutyBody(v, county)))
          scrollTo({ top: 0 })
          done()
        }}
      />
    )
  const { person } = doing
  if (doing.what === 'add')
    return (
      <FormDrawer
        title={`给“${person.name}”增加职责`}
        send="增加"
        fields={{ ...duty, ...span }}
        start={{
          ...dutyStart,
          ...(person.organisation && {
            role: 'enterprise-officer',
            organisation: person.organisation.id,
          }),
        }}
        row={person.organisation ? { organisationTitle: person.organisation.title } : undefined}
        onClose={onClose}
        onSend={async (v) => {
          await post(`/api/users/${person.id}/assignments`, dutyBody(v, county))
          done()
        }}
      />
    )
  if (doing.what === 'grant')
    return (
      <FormDrawer
        title={`单件授权给“${person.name}”`}
        send="授权"
        lead={
          <p className="soft">联合检查、交接时，让他在一段日子里看或办辖区以外的这一件。角色照他原有的。</p>
        }
        fields={grant}
        onClose={onClose}
        onSend={async (v) => {
          await post(`/api/users/${person.id}/grants`, grantBody(v))
          done()
        }}
      />
    )
  const path = doing.kind === 'grant' ? 'grants' : 'assignments'
  return (
    <FormDrawer
      title={`结束“${person.name}”的${doing.kind === 'grant' ? '单件授权' : '职责'}`}
      send="结束"
      lead={
        <p>
          {doing.duty.roleLabel} · {doing.duty.words}
        </p>
      }
      fields={{ to: { type: 'date', label: '最后一天', help: '不填为立即结束' } }}
      confirm="过了最后一天，他在这个范围里就看不见、办不了；办过的事和留痕保留。"
      onClose={onClose}
      onSend={async (v) => {
        await post(`/api/users/${person.id}/${path}/${doing.duty.id}/end`, v)
        done()
      }}
    />
  )
}
