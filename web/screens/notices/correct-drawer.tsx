import { App, Button, Input, InputNumber, Select } from 'antd'
import { useState } from 'react'
import type { Fact, NoticeItem } from '../../api/work-types.ts'
import { FormDrawer } from '../../parts/form-drawer.tsx'
import { comparators } from '../tasks/words.ts'
import { changeItem } from './api.ts'

const periods = [
  { value: 'P1W', label: '每周' },
  { value: 'P1M', label: '每月' },
  { value: 'P3M', label: '每季度' },
  { value: 'P6M', label: '每半年' },
  { value: 'P1Y', label: '每年' },
  { value: '', label: '定期' },
]

type Kind = 'deadlines' | 'frequencies' | 'targets' | 'conditions'
const kinds: { name: Kind; label: string; fresh: Fact }[] = [
  { name: 'deadlines', label: '时限', fresh: { text: '', date: '' } },
  { name: 'frequencies', label: '频次', fresh: { text: '', period: 'P1M', times: 1, comparator: '=' } },
  { name: 'targets', label: '目标', fresh: { text: '', value: 100, unit: '%', comparator: '>=' } },
  {
    name: 'conditions',
    label: '条件（门槛，不是目标）',
    fresh: { text: '', value: 1, unit: '人', comparator: '>=' },
  },
]

/** What was read, put right by an officer. The sentence itself never changes. */
export default function CorrectDrawer({
  notice,
  item,
  onClose,
}: {
  notice: string
  item: NoticeItem
  onClose: () => void
}) {
  const { message } = App.useApp()
  // as it was when the form was opened: what a colleague has saved since is not overwritten
  const [seen] = useState({ id: item.id, version: item.version })
  const [facts, setFacts] = useState<Record<Kind, Fact[]>>({
    deadlines: item.deadlines,
    frequencies: item.frequencies,
    targets: item.targets,
    conditions: item.conditions,
  })
  const [units, setUnits] = useState(item.units)
  const [enterprises, setEnterprises] = useState(item.enterprises)
  const touched =
    JSON.stringify([facts, units, enterprises]) !==
    JSON.stringify([
      {
        deadlines: item.deadlines,
        frequencies: item.frequencies,
        targets: item.targets,
        conditions: item.conditions,
      },
      item.units,
      item.enterprises,
    ])
  const put = (kind: Kind, list: Fact[]) => setFacts({ ...facts, [kind]: list })
  return (
    <FormDrawer
      wide
      title="更正这一条"
      send="保存更正"
      fields={{
        title: { type: 'text', label: '标题', required: true, length: 200 },
        kind: {
          type: 'choice',
          label: '类别',
          required: true,
          options: [
            { value: 'task', label: '要办的事' },
            { value: 'rule', label: '规则' },
          ],
        },
      }}
      start={{ title: item.title, kind: item.kind }}
      touched={touched}
      check={() => (facts.deadlines.some((d) => !d.date) ? ['有时限没有填日期，请填写或删除。'] : [])}
      onClose={onClose}
      onSend={async ({ title, kind }) => {
        await changeItem(notice, seen, { title, kind, ...facts, units, enterprises })
        void message.success('已更正')
        onClose()
      }}
      lead={<p className="sentence">{item.text}</p>}
      tail={() => (
        <div className="stack">
          {kinds.map((k) => (
            <section key={k.name} className="fact-edit">
              <div className="row">
                <h3>{k.label}</h3>
                <Button
                  size="small"
                  onClick={() => put(k.name, [...facts[k.name], { ...k.fresh, offset: item.offset }])}
                >
                  增加
                </Button>
              </div>
              {facts[k.name].map((f, n) => (
                <div key={keysOf(facts[k.name])[n]} className="row">
                  <FactEditor
                    kind={k.name}
                    fact={f}
                    onChange={(next) =>
                      put(
                        k.name,
                        facts[k.name].map((x, m) => (m === n ? next : x)),
                      )
                    }
                  />
                  <small className="wrap">{f.text ? `原文：${f.text}` : '补充'}</small>
                  <Button
                    size="small"
                    type="text"
                    className="push"
                    onClick={() =>
                      put(
                        k.name,
                        facts[k.name].filter((_, m) => m !== n),
                      )
                    }
                  >
                    删除
                  </Button>
                </div>
              ))}
            </section>
          ))}
          <Names label="责任单位" value={units} onChange={setUnits} />
          <Names label="涉及企业" value={enterprises} onChange={setEnterprises} />
        </div>
      )}
    />
  )
}

/** Keys that stay with their fact while others come and go: the printed words, numbered where they repeat. */
const keysOf = (list: Fact[]): string[] =>
  list.map((f, n) => `${f.text}#${list.slice(0, n).filter((x) => x.text === f.text).length}`)

const Names = ({
  label,
  value,
  onChange,
}: {
  label: string
  value: string[]
  onChange: (v: string[]) => void
}) => (
  <section className="fact-edit">
    <h3>{label}</h3>
    <Select
      mode="tags"
      className="wide"
      aria-label={label}
      open={false}
      tokenSeparators={['、', '，', ',']}
      value={value}
      onChange={onChange}
    />
  </section>
)

function FactEditor({ kind, fact, onChange }: { kind: Kind; fact: Fact; onChange: (f: Fact) => void }) {
  if (kind === 'deadlines')
    return (
      <input
        type="date"
        className="native-input small"
        aria-label="时限"
        value={fact.date ?? ''}
        onChange={(e) => onChange({ ...fact, date: e.target.value, inferred: false })}
      />
    )
  if (kind === 'frequencies')
    return (
      <>
        <Select
          size="small"
          aria-label="周期"
          value={fact.period ?? ''}
          options={periods}
          popupMatchSelectWidth={false}
          onChange={(v) => onChange({ ...fact, period: v || null })}
        />
        <InputNumber
          size="small"
          aria-label="次数"
          min={0}
          value={fact.times ?? null}
          suffix="次"
          onChange={(v) => onChange({ ...fact, times: v === null ? null : Number(v) })}
        />
      </>
    )
  const value = Array.isArray(fact.value) ? fact.value[0] : fact.value
  return (
    <>
      <Select
        size="small"
        aria-label="比较"
        value={fact.comparator ?? '='}
        options={comparators}
        popupMatchSelectWidth={false}
        onChange={(v) => onChange({ ...fact, comparator: v })}
      />
      <InputNumber
        size="small"
        aria-label="数值"
        value={value ?? null}
        onChange={(v) => onChange({ ...fact, value: v === null ? 0 : Number(v) })}
      />
      <Input
        size="small"
        aria-label="单位"
        style={{ width: 64 }}
        value={fact.unit ?? ''}
        onChange={(e) => onChange({ ...fact, unit: e.target.value })}
      />
    </>
  )
}
