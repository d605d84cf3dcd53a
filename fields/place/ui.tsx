import { Button, InputNumber } from 'antd'
import { useState } from 'react'
import { Filter as TextFilter } from '../text/ui.tsx'
import { type FieldUi, useFieldServices } from '../ui-kit.tsx'
import { locate } from './locate.ts'
import { MapLinks } from './map-links.tsx'
import type { Place } from './model.ts'

const round = (n: number) => Math.round(n * 1e6) / 1e6

export const Input: FieldUi<Place>['Input'] = (p) => {
  const { secure } = useFieldServices()
  const [said, say] = useState('')
  // Half a place is kept while the other half is typed; the schema refuses it if it stays half.
  const set = (part: Partial<Place>) => p.onChange({ ...p.value, ...part } as Place)
  const here = async () => {
    say('正在定位…')
    try {
      const at = await locate()
      p.onChange({ lon: round(at.lon), lat: round(at.lat), accuracy: Math.round(at.accuracy ?? 0) })
      say('')
    } catch (e) {
      say((e as Error).message)
    }
  }
  return (
    <fieldset className="bare place" onBlur={p.onBlur}>
      <InputNumber
        id={p.id}
        controls={false}
        placeholder="经度"
        prefix="经"
        disabled={p.disabled}
        value={p.value?.lon ?? null}
        onChange={(v) => (v === null ? p.onChange(null) : set({ lon: Number(v) }))}
      />
      <InputNumber
        aria-label={`${p.def.label}纬度`}
        controls={false}
        placeholder="纬度"
        prefix="纬"
        disabled={p.disabled}
        value={p.value?.lat ?? null}
        onChange={(v) => (v === null ? p.onChange(null) : set({ lat: Number(v) }))}
      />
      <Button onClick={here} disabled={p.disabled || !secure}>
        用当前位置
      </Button>
      {!secure ? <small className="note">当前网址不是 https，浏览器不提供定位，请手工填写</small> : null}
      {said ? <small role="status">{said}</small> : null}
    </fieldset>
  )
}

export const Show: FieldUi<Place>['Show'] = ({ value, brief }) => (
  <span className="num">
    {value.lon.toFixed(5)}, {value.lat.toFixed(5)}
    {value.accuracy ? <span className="unit">±{value.accuracy} 米</span> : null}
    {brief ? null : (
      <>
        <span className="unit">WGS-84</span> <MapLinks place={value} />
      </>
    )}
  </span>
)

export const Filter = TextFilter
