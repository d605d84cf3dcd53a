import { FileList } from '../file-list.tsx'
import type { FileRef } from '../files/model.ts'
import { MapLinks } from '../place/map-links.tsx'
import { Filter as TextFilter } from '../text/ui.tsx'
import { type FieldUi, None, useFieldServices } from '../ui-kit.tsx'

export const Input: FieldUi<FileRef[]>['Input'] = (p) => <FileList {...p} accept="image/*" what="照片" />

const when = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  hour12: false,
})

/** What makes a photo evidence: when and where it was taken, or that nobody knows. */
export const takenText = (f: FileRef): string =>
  [
    f.takenAt ? `${when.format(new Date(f.takenAt)).replaceAll('/', '-')} 拍摄` : '',
    f.place ? '有定位' : '无定位',
  ]
    .filter(Boolean)
    .join(' · ')

export const Show: FieldUi<FileRef[]>['Show'] = ({ value, brief }) => {
  const { fileUrl } = useFieldServices()
  if (!value.length) return <None />
  if (brief) return <span>{value.length} 张</span>
  return (
    <ul className="photos">
      {value.map((f) => (
        <li key={f.id}>
          <a href={fileUrl(f.id)} target="_blank" rel="noreferrer" title={f.name}>
            <img src={fileUrl(f.id)} alt={f.name} loading="lazy" />
          </a>
          <small>{takenText(f)}</small>
          {f.place ? <MapLinks place={f.place} /> : null}
        </li>
      ))}
    </ul>
  )
}

export const Filter = TextFilter
