import { FileList } from '../file-list.tsx'
import { Filter as TextFilter } from '../text/ui.tsx'
import { type FieldUi, None, useFieldServices } from '../ui-kit.tsx'
import type { FileRef } from './model.ts'

export const Input: FieldUi<FileRef[]>['Input'] = (p) => <FileList {...p} accept="" what="文件" />

const size = (n: number) =>
  n < 1024 * 1024 ? `${Math.max(1, Math.round(n / 1024))} KB` : `${(n / 1048576).toFixed(1)} MB`

export const Show: FieldUi<FileRef[]>['Show'] = ({ value, brief }) => {
  const { fileUrl } = useFieldServices()
  if (!value.length) return <None />
  if (brief) return <span>{value.length} 个文件</span>
  return (
    <ul className="files">
      {value.map((f) => (
        <li key={f.id}>
          <a href={fileUrl(f.id)} target="_blank" rel="noreferrer">
            {f.name}
          </a>
          <small>{size(f.size)}</small>
        </li>
      ))}
    </ul>
  )
}

export const Filter = TextFilter
