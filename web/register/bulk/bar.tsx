import { Popover, Select } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import type { RecordDef } from '../../../engine/core/definition.ts'
import { queryString } from '../../api/http.ts'
import { useMe } from '../../api/queries.ts'
import { FormDrawer } from '../../parts/form-drawer.tsx'
import type { DraftValues } from '../use-draft.ts'
import { asked, type ListState } from '../use-list.ts'
import { begin } from './api.ts'
import BatchDrawer from './batch.tsx'
import { heldBack, type Offer, offersOf, settersOf } from './offers.ts'
import type { Picked } from './picked.ts'
import './bulk.css'

/** Cases or files that are printed one after another at most. */
export const MOST_PRINTED = 50

/** What is done with the rows that were chosen: form, look at each, write, undo. */
export default function PickBar({
  def,
  state,
  picked,
  total,
}: {
  def: RecordDef
  state: ListState
  picked: Picked
  total: number | undefined
}) {
  const me = useMe()
  const [offer, setOffer] = useState<Offer>()
  const [typed, setTyped] = useState<DraftValues>({})
  const [batch, setBatch] = useState<string>()
  const rows = [...picked.rows.values()]
  const offers = offersOf(def, me, rows)
  const setters = settersOf(def, me, rows)
  const held = heldBack(def, me, rows)
  const n = picked.all ? (total ?? rows.length) : rows.length
  const ids = rows.map((r) => r.id).slice(0, MOST_PRINTED)
  const open = (o: Offer) => {
    setTyped({})
    setOffer(o)
  }
  const done = () => {
    setOffer(undefined)
    setBatch(undefined)
    picked.clear()
  }
  const send = async (o: Offer, values: DraftValues) => {
    setTyped(values)
    const { reason, ...form } = values
    const about = typeof reason === 'string' && o.doing.do !== 'act' ? { reason } : {}
    const { field } = o.doing
    const doing =
      o.doing.do === 'act'
        ? { ...o.doing, form: values }
        : { ...o.doing, ...(field && { value: form[field] ?? null }), ...about }
    const which = picked.all ? { filter: filterOf(def, state) } : { rows: rows.map((r) => r.id) }
    setBatch((await begin({ register: def.name, doing, ...which })).id)
  }
  return (
    <section className="pick-bar" aria-label="批量办理">
      <span className="pick-count" role="status">
        已选 <b className="num">{n.toLocaleString()}</b> 条
      </span>
      {!picked.all && total !== undefined && total > rows.length ? (
        <button type="button" className="link" onClick={picked.pickAll}>
          选中全部 {total.toLocaleString()} 条
        </button>
      ) : null}
      {offers.map((o) => (
        <button key={o.key} type="button" className="button" data-bulk-do={o.key} onClick={() => open(o)}>
          {o.label}
          {picked.all || o.fits === n ? '' : ` ${o.fits}`}
        </button>
      ))}
      {setters.length > 0 ? (
        <Select
          data-bulk-do="set"
          aria-label="改字段"
          placeholder="改字段"
          showSearch
          optionFilterProp="label"
          value={null}
          popupMatchSelectWidth={260}
          options={setters.map((o) => ({ value: o.key, label: o.label }))}
          notFoundContent="没有这个字段，或它不能成批改"
          onSelect={(key: string | null) => {
            const o = setters.find((x) => x.key === key)
            if (o) open(o)
          }}
        />
      ) : null}
      {held.length > 0 ? (
        <Popover
          trigger={['click']}
          content={
            <ul className="pick-held">
              {held.map((why) => (
                <li key={why}>{why}</li>
              ))}
            </ul>
          }
        >
          <button type="button" className="link">
            另有 {held.length} 项须逐条办理
          </button>
        </Popover>
      ) : null}
      <Link
        className="button"
        to={`/records/${def.name}/print-each${queryString({ ids: ids.join(',') })}`}
        title={rows.length > MOST_PRINTED ? `一次打印前 ${MOST_PRINTED} 条` : undefined}
      >
        逐条打印
      </Link>
      <button type="button" className="link push pick-none" onClick={() => picked.choose(false)}>
        取消选择
      </button>
      {offer && !batch ? (
        <FormDrawer
          key={offer.key}
          title={`${offer.label}：${n.toLocaleString()} 条`}
          send="下一步：逐条核对"
          fields={offer.fields}
          start={typed}
          onSend={(values) => send(offer, values)}
          onClose={() => setOffer(undefined)}
          lead={
            <>
              {offer.effect ? <p className="effect">办理后：{offer.effect}</p> : null}
              <p className="soft">
                填写的内容对选中的每一条都一样，没有填的各条保持原样。下一步先逐条核对，确认以前不写入。
              </p>
            </>
          }
          tail={() => (offer.basis?.length ? <small>依据：{offer.basis.join('；')}</small> : null)}
        />
      ) : null}
      {batch ? <BatchDrawer id={batch} onClose={done} onBack={() => setBatch(undefined)} /> : null}
    </section>
  )
}

/** The filter of the list as the API reads it from an address. */
const filterOf = (def: RecordDef, state: ListState): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(queryString({ ...asked(def, state), sort: state.sort })))
