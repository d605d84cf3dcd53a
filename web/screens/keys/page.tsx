import { useQuery } from '@tanstack/react-query'
import { App, Button } from 'antd'
import { useState } from 'react'
import { useFieldServices } from '../../../fields/ui-kit.tsx'
import { del, get, post, sentence } from '../../api/http.ts'
import { at } from '../../api/place.ts'
import { asList, client, useCatalogue, useMe } from '../../api/queries.ts'
import type { ApiKey } from '../../api/work-types.ts'
import { isAdmin } from '../../app/nav.tsx'
import { FormDrawer } from '../../parts/form-drawer.tsx'
import { Head } from '../../parts/page.tsx'
import { Empty, Wait } from '../../parts/say.tsx'
import { ShownOnce } from '../../parts/shown-once.tsx'
import { timeText } from '../../parts/time.ts'
import { mintableRoles } from './mintable.ts'
import '../tasks/tasks.css'

const keysQuery = {
  queryKey: ['keys'],
  queryFn: () => get<ApiKey[] | { keys: ApiKey[] }>('/api/keys').then(asList<ApiKey>('keys')),
}
const settled = () => void client.invalidateQueries({ queryKey: ['keys'] })

/** Keys of other systems. A key is shown once, when it is made. */
export default function KeysPage() {
  const me = useMe()
  const { message, modal } = App.useApp()
  const { areas } = useFieldServices()
  const { roles } = useCatalogue()
  const q = useQuery({ ...keysQuery, enabled: isAdmin(me) })
  const mintable = mintableRoles(me.roles.map((r) => r.role))
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<ApiKey>()
  const revoke = (k: ApiKey) =>
    void modal.confirm({
      title: `吊销“${k.name}”？`,
      content: '用这把钥匙的系统会立刻不能访问，吊销后不能恢复。',
      okText: '吊销',
      cancelText: '取消',
      onOk: () =>
        del(`/api/keys/${k.id}`)
          .then(() => {
            settled()
            void message.success('已吊销')
          })
          .catch((e) => void message.error(sentence(e))),
    })
  return (
    <div className="page narrow">
      <Head
        title="接口钥匙"
        note={
          <>
            别的系统凭钥匙使用同样的接口，权限与所选角色相同。<a href={at('/api/docs')}>查看接口文档</a>
          </>
        }
        acts={
          mintable.length > 0 ? (
            <Button type="primary" onClick={() => setMaking(true)}>
              新建钥匙
            </Button>
          ) : undefined
        }
      />
      {made?.key ? (
        <ShownOnce
          label="新钥匙"
          value={made.key}
          lead={`“${made.name}”的钥匙只显示这一次，请现在复制保存：`}
          ask={{
            title: '钥匙还没有保存？',
            note: '离开后不再显示；没有保存的只能吊销后另建一把。',
            leave: '已保存，离开',
          }}
          done="我已保存"
          onDone={() => setMade(undefined)}
        />
      ) : null}
      {isAdmin(me) ? (
        <section className="panel">
          <Wait for={q} what="钥匙" lines={3}>
            {(all) =>
              all.length === 0 ? (
                <Empty title="还没有钥匙">与省市平台、监测网关对接时，在这里给它们各发一把。</Empty>
              ) : (
                <ul>
                  {all.map((k) => (
                    <li key={k.id} className="missing-row row">
                      <div>
                        <b>{k.name}</b> <span className="chip">{k.roleLabel ?? k.role}</span>
                        <small>
                          {k.start ? <span className="code">{k.start}… </span> : null}
                          {timeText(k.createdAt)} 建立
                          {k.expiresOn ? `，${k.expiresOn} 到期` : '，不过期'}
                          {k.lastUsedAt ? `，最近使用 ${timeText(k.lastUsedAt)}` : '，未使用过'}
                        </small>
                      </div>
                      <span className="push">
                        {k.revokedAt ? (
                          <small>{timeText(k.revokedAt)} 已吊销</small>
                        ) : (
                          <Button size="small" onClick={() => revoke(k)}>
                            吊销
                          </Button>
                        )}
                      </span>
                    </li>
                  ))}
                </ul>
              )
            }
          </Wait>
        </section>
      ) : (
        <Empty title="钥匙由县级管理员管理" />
      )}
      {making ? (
        <FormDrawer
          title="新建钥匙"
          send="新建"
          fields={{
            name: { type: 'text', label: '给谁用', required: true, length: 80, help: '如：市局汇聚平台' },
            role: {
              type: 'choice',
              label: '角色',
              required: true,
              options: mintable.map((v) => ({
                value: v,
                label: roles[v as 'integration'] ?? v,
              })),
            },
            area: {
              type: 'choice',
              label: '范围',
              options: areas.filter((a) => a.value.length <= 9),
              help: '不选为全县',
            },
            expiresOn: { type: 'date', label: '到期日', help: '不填则一直有效' },
          }}
          start={{ role: mintable[0] }}
          onClose={() => setMaking(false)}
          onSend={async (v) => {
            setMade(await post<ApiKey>('/api/keys', v))
            settled()
            setMaking(false)
          }}
        />
      ) : null}
    </div>
  )
}
